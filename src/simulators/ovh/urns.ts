import type { OvhRegion } from "./regions.js";

/** The account. */
export interface Account {
  /** The region in every URN. */
  readonly region: OvhRegion;
  /** The name of the account, `zz99999-ovh`. */
  readonly name: string;
}

/** The identity of the account. */
export const accountIdentity = ({ region, name }: Account) => `urn:v1:${region}:identity:account:${name}`;

/** The identity of a service account. It contains the client id with its prefix. */
export const clientIdentity = ({ region, name }: Account, clientId: string) =>
  `urn:v1:${region}:identity:credential:${name}/oauth2-${clientId}`;

/** The resource URN of the account. */
export const accountResource = ({ region, name }: Account) => `urn:v1:${region}:resource:account:${name}`;

/** The resource URN of a web hosting plan. */
export const webHostingResource = ({ region }: Account, serviceName: string) =>
  `urn:v1:${region}:resource:webHosting:${serviceName}`;

/**
 * Whether this is an identity of the account. Service accounts have to exist. Users and groups are not simulated, so only their form is
 * checked.
 */
export function isIdentity(urn: string, account: Account, hasClient: (identity: string) => boolean): boolean {
  if (urn === accountIdentity(account) || hasClient(urn)) return true;
  const [prefix, name = ""] = splitAt(urn, `${account.name}/`);
  const kinds = ["user", "group"].map((kind) => `urn:v1:${account.region}:identity:${kind}:`);
  return kinds.includes(prefix) && /^[^\s/*]+$/.test(name);
}

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
// A wildcard is at the beginning or the end of a name.
const name = "(?:\\*|\\*?[^\\s*]+\\*?)";

/** Whether this is the URN of a resource, with or without a wildcard, or of a resource group. */
export function isResourceUrn(urn: string, region: OvhRegion): boolean {
  return new RegExp(`^urn:v1:${region}:(?:resource:(?:\\*|[A-Za-z][\\w-]*:${name})|resourceGroup:(?:\\*|${uuid}))$`).test(urn);
}

/** Whether this is an action or a pattern of actions, such as `webHosting:*`. The action need not exist. */
export function isActionPattern(pattern: string): boolean {
  return /^(?:\*|[A-Za-z*][^\s:]*:\S+)$/.test(pattern);
}

/** Whether a pattern matches a text. `*` matches any text. */
export function covers(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

function splitAt(text: string, separator: string): readonly [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}
