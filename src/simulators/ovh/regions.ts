/** The three regions. Accounts, clients and tokens belong to one region. */
export type OvhRegion = "eu" | "ca" | "us";

/** The base URLs of a region. */
export interface Region {
  /** The API without a version: `/1.0`, `/v1` and `/v2` follow. */
  readonly api: string;
  /** The URL of the token endpoint. */
  readonly token: string;
  /** The prefix of client ids and request ids. It is known for Europe only. */
  readonly prefix: string;
}

/** The regions, with the URLs of the vendor's SDKs. */
export const regions: Readonly<Record<OvhRegion, Region>> = {
  eu: { api: "https://eu.api.ovh.com", token: "https://www.ovh.com/auth/oauth2/token", prefix: "EU" },
  ca: { api: "https://ca.api.ovh.com", token: "https://ca.ovh.com/auth/oauth2/token", prefix: "CA" },
  us: { api: "https://api.us.ovhcloud.com", token: "https://us.ovhcloud.com/auth/oauth2/token", prefix: "US" },
};

interface RegionOptions {
  readonly region?: OvhRegion;
  readonly apiUrl?: string;
  readonly tokenEndpoint?: string;
}

/**
 * Returns the base URLs of the simulated region.
 *
 * @throws {TypeError} an option is invalid
 */
export function baseUrlsOf({ region = "eu", apiUrl, tokenEndpoint }: RegionOptions): Readonly<Record<"api" | "token", string>> {
  if (!Object.hasOwn(regions, region)) throw new TypeError("simulateOvh: region is not one of eu, ca, us");
  const baseUrls = {
    api: address("apiUrl", apiUrl ?? regions[region].api),
    token: address("tokenEndpoint", tokenEndpoint ?? regions[region].token),
  };
  if (/\/(?:1\.0|v\d+)$/.test(baseUrls.api))
    throw new TypeError("simulateOvh: apiUrl has a version, which belongs to the paths");
  if (baseUrls.api === baseUrls.token) throw new TypeError("simulateOvh: tokenEndpoint is the same as apiUrl");
  return baseUrls;
}

function address(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new TypeError(`simulateOvh: ${name} is not an http or https URL without query and fragment`);
  }
  return url.href.replace(/\/+$/, "");
}
