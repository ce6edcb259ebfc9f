import type { OvhRegion } from "./regions.js";

/** The account that everything belongs to. */
export interface Account {
  /** Second part of every URN. */
  readonly region: OvhRegion;
  /** The name of the account, `zz99999-ovh`. */
  readonly name: string;
}

/** The identity that may do everything. */
export const accountIdentity = ({ region, name }: Account) => `urn:v1:${region}:identity:account:${name}`;

/** The identity of a service account. The client id stays whole, with its prefix. */
export const clientIdentity = ({ region, name }: Account, clientId: string) =>
  `urn:v1:${region}:identity:credential:${name}/oauth2-${clientId}`;

/** The account itself, as what is acted on. */
export const accountResource = ({ region, name }: Account) => `urn:v1:${region}:resource:account:${name}`;

/** A web hosting plan, as what is acted on. */
export const webHostingResource = ({ region }: Account, serviceName: string) =>
  `urn:v1:${region}:resource:webHosting:${serviceName}`;

/**
 * Whether this names someone of the account. Service accounts have to exist; users and groups are not kept here, so that
 * only their form is looked at.
 */
export function isIdentity(urn: string, account: Account, hasClient: (identity: string) => boolean): boolean {
  if (urn === accountIdentity(account) || hasClient(urn)) return true;
  const [prefix, name = ""] = splitAt(urn, `${account.name}/`);
  const kinds = ["user", "group"].map((kind) => `urn:v1:${account.region}:identity:${kind}:`);
  return kinds.includes(prefix) && /^[^\s/*]+$/.test(name);
}

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
// A wildcard stands at the beginning or the end of a name, not inside it.
const name = "(?:\\*|\\*?[^\\s*]+\\*?)";

/** Whether this names resources, one or by a wildcard, or a group of resources. */
export function isResourceUrn(urn: string, region: OvhRegion): boolean {
  return new RegExp(`^urn:v1:${region}:(?:resource:(?:\\*|[A-Za-z][\\w-]*:${name})|resourceGroup:(?:\\*|${uuid}))$`).test(urn);
}

/** Whether this is a pattern of actions, such as `webHosting:*`. Whether the action exists is not looked at. */
export function isActionPattern(pattern: string): boolean {
  return /^(?:\*|[A-Za-z*][^\s:]*:\S+)$/.test(pattern);
}

/** Whether a pattern, in which `*` stands for any text, is the text. */
export function covers(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

function splitAt(text: string, separator: string): readonly [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}
