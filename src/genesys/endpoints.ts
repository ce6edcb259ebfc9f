import { normalizeBaseUrl } from "../core/url.js";

/** The regions of Genesys Cloud by their AWS names, and their domains. The last two are Genesys' own for tests. */
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

/** A region by its AWS name. `us-east-2` is for FedRAMP alone, and `dca` and `tca` are Genesys' own for tests. */
export type GenesysRegion = keyof typeof domains;

/** A region by its domain. */
export type GenesysDomain = (typeof domains)[GenesysRegion];

/** Where a region's two hosts are. */
export interface Endpoints {
  /** The API, to which `/api/v2/...` is added. */
  readonly apiUrl: string;
  /** Where tokens are given, at `/oauth/token`. */
  readonly loginUrl: string;
}

/** The domain of a region, which may be named either way and in any case. `undefined` when there is no such region. */
export function domainOf(region: string): GenesysDomain | undefined {
  const name = region.trim().toLowerCase();
  return Object.hasOwn(domains, name) ? domains[name as GenesysRegion] : Object.values(domains).find((one) => one === name);
}

/** The hosts of a domain, unless they are named. */
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
