import { normalizeBaseUrl } from "../core/url.js";

/** A region of OVHcloud. Accounts, clients and tokens of one are not known in another. */
export type OvhRegion = "eu" | "ca" | "us";

/** Where a region's, or an installation's, two services are. */
export interface Endpoints {
  /** The API, to which `/v1/...` and `/v2/...` are added. */
  readonly apiUrl: string;
  /** The token endpoint as a whole. */
  readonly tokenEndpoint?: string;
}

/** The addresses that OVHcloud's own tools know. */
export const regions: Readonly<Record<OvhRegion, Required<Endpoints>>> = {
  eu: { apiUrl: "https://eu.api.ovh.com", tokenEndpoint: "https://www.ovh.com/auth/oauth2/token" },
  ca: { apiUrl: "https://ca.api.ovh.com", tokenEndpoint: "https://ca.ovh.com/auth/oauth2/token" },
  us: { apiUrl: "https://api.us.ovhcloud.com", tokenEndpoint: "https://us.ovhcloud.com/auth/oauth2/token" },
};

/** Any other installation. The address of the API may be named with or without a version at its end. */
export function namedEndpoints(apiUrl: string, tokenEndpoint: string | undefined): Endpoints {
  return { apiUrl: trim(apiUrl), ...(tokenEndpoint === undefined ? {} : { tokenEndpoint }) };
}

/** The region whose API has this address. */
export function regionAt(apiUrl: string): OvhRegion | undefined {
  const known = Object.keys(regions) as OvhRegion[];
  return known.find((region) => regions[region].apiUrl === trim(apiUrl));
}

// In the parser's own spelling, which is the one that goes out and is signed.
function trim(url: string): string {
  return normalizeBaseUrl(url).replace(/\/(1\.0|v1|v2)$/, "");
}
