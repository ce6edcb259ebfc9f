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
