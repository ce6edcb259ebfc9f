import type * as z from "zod";
import { ifNonEmpty, readInstant } from "../core/values.js";
import { parseDuration, writeDuration } from "./durations.js";
import type { JsonObject, OryClient, OryClientFields, OryIntrospection, OryLifespans } from "./types.js";
import type { introspectionWire, ReadClient, WireClient } from "./wire.js";

type Plain = Exclude<keyof OryClientFields, "scopes" | "lifespans">;

/** Field names of this library and of Ory, for fields with the same value in both. */
const names = {
  name: "client_name",
  grantTypes: "grant_types",
  responseTypes: "response_types",
  audience: "audience",
  redirectUris: "redirect_uris",
  postLogoutRedirectUris: "post_logout_redirect_uris",
  frontchannelLogoutUri: "frontchannel_logout_uri",
  frontchannelLogoutSessionRequired: "frontchannel_logout_session_required",
  backchannelLogoutUri: "backchannel_logout_uri",
  backchannelLogoutSessionRequired: "backchannel_logout_session_required",
  allowedCorsOrigins: "allowed_cors_origins",
  contacts: "contacts",
  owner: "owner",
  clientUri: "client_uri",
  logoUri: "logo_uri",
  policyUri: "policy_uri",
  tosUri: "tos_uri",
  metadata: "metadata",
  tokenEndpointAuthMethod: "token_endpoint_auth_method",
  tokenEndpointAuthSigningAlg: "token_endpoint_auth_signing_alg",
  jwks: "jwks",
  jwksUri: "jwks_uri",
  subjectType: "subject_type",
  sectorIdentifierUri: "sector_identifier_uri",
  requestUris: "request_uris",
  requestObjectSigningAlg: "request_object_signing_alg",
  userinfoSignedResponseAlg: "userinfo_signed_response_alg",
  accessTokenStrategy: "access_token_strategy",
  skipConsent: "skip_consent",
  skipLogoutConsent: "skip_logout_consent",
} as const satisfies Record<Plain, keyof WireClient>;

/** Lifespan names of this library and of Ory. */
export const lifespanNames = {
  authorizationCodeGrantAccessTokenMs: "authorization_code_grant_access_token_lifespan",
  authorizationCodeGrantIdTokenMs: "authorization_code_grant_id_token_lifespan",
  authorizationCodeGrantRefreshTokenMs: "authorization_code_grant_refresh_token_lifespan",
  clientCredentialsGrantAccessTokenMs: "client_credentials_grant_access_token_lifespan",
  deviceAuthorizationGrantAccessTokenMs: "device_authorization_grant_access_token_lifespan",
  deviceAuthorizationGrantIdTokenMs: "device_authorization_grant_id_token_lifespan",
  deviceAuthorizationGrantRefreshTokenMs: "device_authorization_grant_refresh_token_lifespan",
  implicitGrantAccessTokenMs: "implicit_grant_access_token_lifespan",
  implicitGrantIdTokenMs: "implicit_grant_id_token_lifespan",
  jwtBearerGrantAccessTokenMs: "jwt_bearer_grant_access_token_lifespan",
  refreshTokenGrantAccessTokenMs: "refresh_token_grant_access_token_lifespan",
  refreshTokenGrantIdTokenMs: "refresh_token_grant_id_token_lifespan",
  refreshTokenGrantRefreshTokenMs: "refresh_token_grant_refresh_token_lifespan",
} as const satisfies Record<keyof OryLifespans, keyof WireClient>;

/** JWK members that are private or a shared secret (RFC 7518 section 6). */
export const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** Values to write. `null` resets a field to Ory's default. */
export type WritableFields = {
  readonly [Field in Exclude<keyof OryClientFields, "lifespans">]?: OryClientFields[Field] | null | undefined;
} & {
  readonly lifespans?: { readonly [Name in keyof OryLifespans]?: number | null | undefined } | null | undefined;
};

/** Converts fields to Ory's names. Absent and `undefined` fields are left out, `null` stays `null`. */
export function writeFields(fields: WritableFields): WireClient {
  const wire: Record<string, unknown> = {};
  for (const [ours, theirs] of Object.entries(names)) {
    const value = fields[ours as Plain];
    if (value !== undefined) wire[theirs] = value;
  }
  if (fields.scopes !== undefined) wire.scope = fields.scopes?.join(" ") ?? null;
  return { ...wire, ...(fields.lifespans ? writeLifespans(fields.lifespans) : {}) };
}

/** Converts lifespans to Ory's names and format. */
export function writeLifespans(lifespans: NonNullable<WritableFields["lifespans"]>): Partial<WireClient> {
  return Object.fromEntries(
    Object.entries(lifespans).flatMap(([name, ms]) =>
      ms === undefined ? [] : [[lifespanNames[name as keyof OryLifespans], ms === null ? null : writeDuration(ms)]],
    ),
  );
}

// Set by the server, or invalid in a request.
const serverMembers = [
  "client_secret",
  "client_secret_expires_at",
  "created_at",
  "updated_at",
  "registration_access_token",
  "registration_client_uri",
];

/** Creates the body that replaces a client: everything that was read, including unknown members, with the changes. */
export function mergeChanges(current: ReadClient, changes: WritableFields): WireClient {
  const body: Record<string, unknown> = { ...current };
  // Ory has no member for all lifespans.
  if (changes.lifespans === null) for (const name of Object.values(lifespanNames)) delete body[name];
  for (const [name, value] of Object.entries(writeFields(changes))) {
    if (value === null) delete body[name];
    else body[name] = value;
  }
  if (changes.jwks && !changes.jwksUri) delete body.jwks_uri;
  if (changes.jwksUri && !changes.jwks) delete body.jwks;
  // Hydra up to 2.3 rejects an empty key set together with jwks_uri (ory/hydra issue 3935).
  const { keys } = (body.jwks ?? {}) as { keys?: unknown[] | null };
  if (!keys || keys.length === 0) delete body.jwks;
  for (const name of serverMembers) delete body[name];
  return body;
}

/** Converts a client that was read. null, `[]` and absent are equal, and so are empty text and absent. */
export function readClient(wire: ReadClient): OryClient {
  const { client_id: id, jwks, metadata } = wire;
  return {
    vendor: "ory",
    id,
    clientId: id,
    name: wire.client_name ?? "",
    grantTypes: wire.grant_types ?? [],
    responseTypes: wire.response_types ?? [],
    scopes: (wire.scope ?? "").split(" ").filter((scope) => scope !== ""),
    audience: wire.audience ?? [],
    redirectUris: wire.redirect_uris ?? [],
    postLogoutRedirectUris: wire.post_logout_redirect_uris ?? [],
    allowedCorsOrigins: wire.allowed_cors_origins ?? [],
    contacts: wire.contacts ?? [],
    requestUris: wire.request_uris ?? [],
    ...ifNonEmpty("frontchannelLogoutUri", wire.frontchannel_logout_uri),
    frontchannelLogoutSessionRequired: wire.frontchannel_logout_session_required ?? false,
    ...ifNonEmpty("backchannelLogoutUri", wire.backchannel_logout_uri),
    backchannelLogoutSessionRequired: wire.backchannel_logout_session_required ?? false,
    ...ifNonEmpty("owner", wire.owner),
    ...ifNonEmpty("clientUri", wire.client_uri),
    ...ifNonEmpty("logoUri", wire.logo_uri),
    ...ifNonEmpty("policyUri", wire.policy_uri),
    ...ifNonEmpty("tosUri", wire.tos_uri),
    ...(isFilledObject(metadata) ? { metadata } : {}),
    tokenEndpointAuthMethod: wire.token_endpoint_auth_method || "client_secret_basic",
    ...ifNonEmpty("tokenEndpointAuthSigningAlg", wire.token_endpoint_auth_signing_alg),
    ...(jwks?.keys?.length ? { jwks: { keys: jwks.keys.map(readKey) } } : {}),
    ...ifNonEmpty("jwksUri", wire.jwks_uri),
    ...ifNonEmpty("subjectType", wire.subject_type),
    ...ifNonEmpty("sectorIdentifierUri", wire.sector_identifier_uri),
    ...ifNonEmpty("requestObjectSigningAlg", wire.request_object_signing_alg),
    ...ifNonEmpty("userinfoSignedResponseAlg", wire.userinfo_signed_response_alg),
    ...ifNonEmpty("accessTokenStrategy", wire.access_token_strategy),
    skipConsent: wire.skip_consent ?? false,
    ...ifNonEmpty("skipLogoutConsent", wire.skip_logout_consent ?? undefined),
    lifespans: readLifespans(wire),
    ...ifNonEmpty("createdAt", readInstant(wire.created_at)),
    ...ifNonEmpty("updatedAt", readInstant(wire.updated_at)),
  };
}

/** Converts the response of an introspection. The other fields of an inactive token are ignored. */
export function readIntrospection(wire: z.output<typeof introspectionWire>): OryIntrospection {
  if (!wire.active) return { active: false };
  return {
    active: true,
    ...ifNonEmpty("clientId", wire.client_id),
    ...ifNonEmpty("subject", wire.sub),
    scopes: (wire.scope ?? "").split(" ").filter((scope) => scope !== ""),
    audience: wire.aud ?? [],
    ...ifNonEmpty("issuer", wire.iss),
    ...ifNonEmpty("issuedAt", readSeconds(wire.iat)),
    ...ifNonEmpty("notBefore", readSeconds(wire.nbf)),
    ...ifNonEmpty("expiresAt", readSeconds(wire.exp)),
    ...ifNonEmpty("tokenType", wire.token_type),
    ...ifNonEmpty("tokenUse", wire.token_use),
    ...ifNonEmpty("username", wire.username),
    ...(wire.ext ? { additionalFields: wire.ext } : {}),
  };
}

// Another tool may have registered a key with its private members, and a client can be logged.
function readKey(key: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(key).filter(([name]) => !privateMembers.includes(name))) as JsonObject;
}

function readLifespans(wire: ReadClient): OryLifespans {
  const lifespans: Record<string, number> = {};
  for (const [ours, theirs] of Object.entries(lifespanNames)) {
    const ms = parseDuration(wire[theirs] ?? "");
    if (ms !== undefined) lifespans[ours] = ms;
  }
  return lifespans;
}

function isFilledObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

function readSeconds(seconds: number | null | undefined): Date | undefined {
  const time = typeof seconds === "number" && seconds > 0 ? new Date(seconds * 1_000) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}
