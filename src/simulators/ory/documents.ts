import type { components } from "../../openapi/ory.js";
import { formatDuration, parseDuration } from "./durations.js";
import { isKeySet, withKnownMembers } from "./keys.js";
import type { VersionFeatures } from "./versions.js";

/** A client in a response. */
export type ClientWire = components["schemas"]["oAuth2Client"];

const texts = [
  ...(["client_id", "client_name", "client_secret", "scope", "owner", "client_uri", "logo_uri", "policy_uri"] as const),
  ...(["tos_uri", "subject_type", "sector_identifier_uri", "jwks_uri", "token_endpoint_auth_method"] as const),
  ...(["token_endpoint_auth_signing_alg", "request_object_signing_alg", "userinfo_signed_response_alg"] as const),
  ...(["frontchannel_logout_uri", "backchannel_logout_uri", "access_token_strategy"] as const),
  ...(["registration_access_token", "registration_client_uri"] as const),
] satisfies readonly (keyof ClientWire)[];
/** The members that are lists of strings. */
export const lists = [
  ...(["redirect_uris", "grant_types", "response_types", "audience", "contacts", "allowed_cors_origins"] as const),
  ...(["request_uris", "post_logout_redirect_uris"] as const),
] satisfies readonly (keyof ClientWire)[];
const flags = [
  ...(["skip_consent", "frontchannel_logout_session_required", "backchannel_logout_session_required"] as const),
] satisfies readonly (keyof ClientWire)[];
const instants = ["created_at", "updated_at"] as const satisfies readonly (keyof ClientWire)[];

/** The names of the lifespans. */
export const lifespans = [
  ...(["authorization_code_grant_access_token_lifespan", "authorization_code_grant_id_token_lifespan"] as const),
  ...(["authorization_code_grant_refresh_token_lifespan", "client_credentials_grant_access_token_lifespan"] as const),
  ...(["device_authorization_grant_access_token_lifespan", "device_authorization_grant_id_token_lifespan"] as const),
  ...(["device_authorization_grant_refresh_token_lifespan", "implicit_grant_access_token_lifespan"] as const),
  ...(["implicit_grant_id_token_lifespan", "jwt_bearer_grant_access_token_lifespan"] as const),
  ...(["refresh_token_grant_access_token_lifespan", "refresh_token_grant_id_token_lifespan"] as const),
  ...(["refresh_token_grant_refresh_token_lifespan"] as const),
] satisfies readonly (keyof ClientWire)[];

/** The name of a lifespan. */
export type Lifespan = (typeof lifespans)[number];
type DeviceLifespan = Extract<Lifespan, `device_${string}`>;

/** A decoded client. A member that was not sent has Go's zero value. */
export type ClientDocument = Record<(typeof texts)[number], string> &
  Record<(typeof lists)[number], readonly string[] | null> &
  Record<(typeof flags)[number], boolean> &
  Record<(typeof instants)[number], string> &
  Record<Exclude<Lifespan, DeviceLifespan>, string | null> &
  // Versions without the device grant omit these.
  Partial<Record<DeviceLifespan, string | null>> & {
    skip_logout_consent: boolean | null;
    client_secret_expires_at: number;
    /** Undefined when it was not sent. */
    metadata: unknown;
    /** Undefined when it was not sent. */
    jwks: { readonly keys?: readonly Readonly<Record<string, unknown>>[] } | undefined;
  };

/** The content cannot be decoded as a client. The message has the name of the member, not its value. */
export class DecodingError extends Error {
  override readonly name = "DecodingError";
}

/**
 * Decodes a client as Go does: unknown members are ignored, null counts as not sent, and a member of the wrong type is an error.
 *
 * @throws {DecodingError}
 */
export function decodeClient(value: unknown, features: VersionFeatures): ClientDocument {
  const sent = asMembers(value);
  const read = <Value>(name: string, zero: Value, accepts: (member: unknown) => boolean, kind: string): Value => {
    const member = sent[name] ?? zero;
    if (member !== zero && !accepts(member)) throw new DecodingError(`the member ${name} is not ${kind}`);
    return member as Value;
  };
  const isText = (member: unknown) => typeof member === "string";
  const isFlag = (member: unknown) => typeof member === "boolean";
  const isKeys = (member: unknown) => isKeySet(member, !features.decodesKeysAsIn21);
  const all = <Name extends string, Value>(names: readonly Name[], one: (name: Name) => Value) =>
    Object.fromEntries(names.map((name) => [name, one(name)])) as Record<Name, Value>;
  return {
    ...all(texts, (name) => read(name, "", isText, "a string")),
    ...all(lists, (name) => toTexts(read(name, null as readonly unknown[] | null, isTextList, "an array of strings"))),
    ...all(flags, (name) => read(name, false, isFlag, "a boolean")),
    ...all(instants, (name) => (sent[name] === "" ? rejectEmptyInstant(name) : read(name, "", isInstant, "an RFC 3339 time"))),
    ...decodeLifespans(value, features),
    skip_logout_consent: features.hasSkipLogoutConsent
      ? read("skip_logout_consent", null as boolean | null, isFlag, "a boolean")
      : null,
    client_secret_expires_at: read("client_secret_expires_at", 0, Number.isInteger, "an integer"),
    // Stored as raw JSON, so null is stored as well.
    metadata: sent.metadata,
    jwks: withKnownMembers(read("jwks", undefined as ClientDocument["jwks"], isKeys, "a JSON Web Key Set")),
  };
}

/**
 * Decodes the lifespans and formats them as Go does.
 *
 * @throws {DecodingError}
 */
export function decodeLifespans(value: unknown, { hasDeviceGrant }: VersionFeatures): Record<Lifespan, string | null> {
  const sent = asMembers(value);
  const read = (name: Lifespan): string | null => {
    const member = sent[name] ?? null;
    if (member === null || (!hasDeviceGrant && name.startsWith("device_"))) return null;
    const duration = typeof member === "string" ? parseDuration(member) : undefined;
    if (duration === undefined) throw new DecodingError(`the member ${name} is not a duration`);
    return formatDuration(duration);
  };
  return Object.fromEntries(lifespans.map((name) => [name, read(name)])) as Record<Lifespan, string | null>;
}

/** `written`: a response to a write, with null for missing lists. `loaded`: a client that was read from the database. */
export type Form = "written" | "loaded";

/** Members that responses omit when they are empty. */
const omittedWhenEmpty = new Set<string>([
  ...["client_secret", "sector_identifier_uri", "jwks_uri", "token_endpoint_auth_signing_alg", "request_uris"],
  ...["request_object_signing_alg", "frontchannel_logout_uri", "frontchannel_logout_session_required"],
  ...["post_logout_redirect_uris", "backchannel_logout_uri", "backchannel_logout_session_required"],
  ...["registration_access_token", "registration_client_uri", "access_token_strategy"],
]);

/** Creates the client of a response. */
export function renderClient(document: ClientDocument, form: Form): ClientWire {
  const { metadata = {}, jwks = {} } = document;
  const complete = { ...document, jwks, metadata };
  const members = (Object.entries(complete) as [string, unknown][])
    .map(([name, value]) => [name, form === "loaded" && isList(name) ? (value ?? []) : value] as const)
    .filter(([name, value]) => !(omittedWhenEmpty.has(name) && isEmpty(value)));
  return structuredClone(Object.fromEntries(members));
}

function asMembers(value: unknown): Readonly<Record<string, unknown>> {
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new DecodingError("the content is not a JSON object");
  // Go matches member names case-insensitively.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

function rejectEmptyInstant(name: string): never {
  throw new DecodingError(`the member ${name} is not an RFC 3339 time`);
}

function isList(name: string): boolean {
  return (lists as readonly string[]).includes(name);
}

function isEmpty(value: unknown): boolean {
  return (
    value === "" || value === false || value === null || value === undefined || (Array.isArray(value) && value.length === 0)
  );
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string" || entry === null);
}

/** Go decodes null in a list of strings as the empty string. */
function toTexts(list: readonly unknown[] | null): readonly string[] | null {
  return list === null ? null : list.map((entry) => String(entry ?? ""));
}

function isInstant(value: unknown): boolean {
  const shape = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
  const day = typeof value === "string" ? shape.exec(value)?.[1] : undefined;
  // Date moves an invalid day into the next month.
  return day !== undefined && !Number.isNaN(Date.parse(`${value}`)) && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}
