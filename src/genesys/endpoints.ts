import { normalizeBaseUrl } from "../core/url.js";

/** The domains of Genesys Cloud's regions, by AWS name. The last two are Genesys' own test regions. */
export const domains = {
  "us-east-1": "mypurecloud.com",
  "us-east-2": "use2.us-gov-pure.cloud",
  "us-west-2": "usw2.pure.cloud",
  "ca-central-1": "cac1.pure.cloud",
  "sa-east-1": "sae1.pure.cloud",
  "mx-central-1": "mxc1.pure.cloud",
  "eu-west-1": "mypurecloud.ie",
  "eu-west-2": "euw2.pure.cloud",
  "eu-central-1": "mypurecloud.de",
  "eu-central-2": "euc2.pure.cloud",
  "eusc-de-east-1": "edee1.eusc-pure.cloud",
  "me-central-1": "mec1.pure.cloud",
  "ap-south-1": "aps1.pure.cloud",
  "ap-southeast-1": "apse1.pure.cloud",
  "ap-southeast-2": "mypurecloud.com.au",
  "ap-northeast-1": "mypurecloud.jp",
  "ap-northeast-2": "apne2.pure.cloud",
  "ap-northeast-3": "apne3.pure.cloud",
  dca: "inindca.com",
  tca: "inintca.com",
} as const;

/** A region by its AWS name. `us-east-2` is for FedRAMP only; `dca` and `tca` are Genesys' own test regions. */
export type GenesysRegion = keyof typeof domains;

/** A region by its domain. */
export type GenesysDomain = (typeof domains)[GenesysRegion];

/** Base URLs of a region's two hosts. */
export interface Endpoints {
  /** Base URL of the API, without `/api/v2`. */
  readonly apiUrl: string;
  /** Base URL of the login host, without `/oauth/token`. */
  readonly loginUrl: string;
}

/** The domain of a region, by AWS name or domain, in any case. `undefined` for an unknown region. */
export function domainOf(region: string): GenesysDomain | undefined {
  const name = region.trim().toLowerCase();
  return Object.hasOwn(domains, name) ? domains[name as GenesysRegion] : Object.values(domains).find((one) => one === name);
}

/** The hosts of a domain. A given URL replaces one. */
export function endpointsOf(
  domain: string,
  { apiUrl, loginUrl }: { apiUrl?: string | undefined; loginUrl?: string | undefined },
): Endpoints {
  return {
    apiUrl: normalizeBaseUrl(apiUrl ?? `https://api.${domain}`),
    loginUrl: normalizeBaseUrl(loginUrl ?? `https://login.${domain}`),
  };
}

/** The token endpoint of a login host. */
export function tokenEndpoint(loginUrl: string): string {
  return `${loginUrl}/oauth/token`;
}
