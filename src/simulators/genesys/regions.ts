/** The domain of every region by its key. The last two are for tests of the vendor. */
const domains: Readonly<Record<string, string>> = {
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
};

/** The options for the base URLs. */
export interface BaseUrlOptions {
  readonly region?: string;
  readonly apiUrl?: string;
  readonly loginUrl?: string;
}

/**
 * Returns the base URLs of the simulated region.
 *
 * @throws {TypeError} the region is unknown, or a URL is invalid
 */
export function baseUrlsOf({
  region = "us-east-1",
  apiUrl,
  loginUrl,
}: BaseUrlOptions): Readonly<Record<"api" | "login", string>> {
  const wanted = region.toLowerCase();
  const domain = Object.hasOwn(domains, wanted)
    ? domains[wanted]
    : Object.values(domains).find((candidate) => candidate === wanted);
  if (domain === undefined) throw new TypeError("simulateGenesys: region is neither the key nor the domain of a region");
  return {
    api: address("apiUrl", apiUrl ?? `https://api.${domain}`),
    login: address("loginUrl", loginUrl ?? `https://login.${domain}`),
  };
}

function address(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new TypeError(`simulateGenesys: ${name} is not an http or https URL without query and fragment`);
  }
  return url.href.replace(/\/+$/, "");
}
