import { normalizeBaseUrl } from "../core/url.js";

/** A region of OVHcloud. Accounts, clients and tokens of one region are not valid in another. */
export type OvhRegion = "eu" | "ca" | "us";

/** The URLs of the API and of the token endpoint. */
export interface Endpoints {
  /** Base URL of the API, without `/v1` or `/v2`. */
  readonly apiUrl: string;
  /** The token endpoint. */
  readonly tokenEndpoint?: string;
}

/** The URLs of OVHcloud's own tools. */
export const regions: Readonly<Record<OvhRegion, Required<Endpoints>>> = {
  eu: { apiUrl: "https://eu.api.ovh.com", tokenEndpoint: "https://www.ovh.com/auth/oauth2/token" },
  ca: { apiUrl: "https://ca.api.ovh.com", tokenEndpoint: "https://ca.ovh.com/auth/oauth2/token" },
  us: { apiUrl: "https://api.us.ovhcloud.com", tokenEndpoint: "https://us.ovhcloud.com/auth/oauth2/token" },
};

// OVHcloud is moving its hosts to these. The tokens of both hosts of a region are the same.
const newEndpoints: Readonly<Partial<Record<OvhRegion, Required<Endpoints>>>> = {
  eu: { apiUrl: "https://api.eu.ovhcloud.com", tokenEndpoint: "https://auth.eu.ovhcloud.com/oauth2/token" },
  ca: { apiUrl: "https://api.ca.ovhcloud.com", tokenEndpoint: "https://auth.ca.ovhcloud.com/oauth2/token" },
};

/** Custom URLs. The URL of the API may end with a version. */
export function customEndpoints(apiUrl: string, tokenEndpoint: string | undefined): Endpoints {
  const token = tokenEndpoint ?? knownTokenEndpoint(apiUrl);
  return { apiUrl: trim(apiUrl), ...(token === undefined ? {} : { tokenEndpoint: token }) };
}

/** The region with this API URL. */
export function regionAt(apiUrl: string): OvhRegion | undefined {
  const known = Object.keys(regions) as OvhRegion[];
  return known.find((region) => [regions[region], newEndpoints[region]].some((urls) => urls?.apiUrl === trim(apiUrl)));
}

/** The token endpoint that belongs to a known API URL. */
export function knownTokenEndpoint(apiUrl: string): string | undefined {
  if (!URL.canParse(apiUrl)) return undefined;
  const known = [...Object.values(regions), ...Object.values(newEndpoints)];
  return known.find((urls) => urls.apiUrl === trim(apiUrl))?.tokenEndpoint;
}

// As the URL parser writes it: this URL is sent and signed.
function trim(url: string): string {
  return normalizeBaseUrl(url).replace(/\/(1\.0|v1|v2)$/, "");
}
