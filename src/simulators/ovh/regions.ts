/** The three regions. They share nothing: no account, no client, no token. */
export type OvhRegion = "eu" | "ca" | "us";

/** Where a region is found. */
export interface Region {
  /** The API without a version: `/1.0`, `/v1` and `/v2` follow. */
  readonly api: string;
  /** The whole address of the token endpoint. */
  readonly token: string;
  /** With what client ids and request ids begin. Seen in Europe; taken to be alike elsewhere. */
  readonly prefix: string;
}

/** Every region with the addresses that the vendor's own SDKs know. */
export const regions: Readonly<Record<OvhRegion, Region>> = {
  eu: { api: "https://eu.api.ovh.com", token: "https://www.ovh.com/auth/oauth2/token", prefix: "EU" },
  ca: { api: "https://ca.api.ovh.com", token: "https://ca.ovh.com/auth/oauth2/token", prefix: "CA" },
  us: { api: "https://api.us.ovhcloud.com", token: "https://us.ovhcloud.com/auth/oauth2/token", prefix: "US" },
};
