import type { components } from "../../openapi/ory.js";
import { randomToken } from "../core/random.js";
import type { Call } from "../core/router.js";
import type { Now } from "../core/time.js";
import { authenticateClient } from "./authentication.js";
import type { ClientStore } from "./clients.js";
import type { ClientDocument } from "./documents.js";
import { durationMs } from "./durations.js";
import { ErrorResponse, invalidRequest, json } from "./errors.js";
import type { OryOrigin } from "./options.js";
import type { TokenSigner } from "./signing.js";

type Introspected = components["schemas"]["introspectedOAuth2Token"];
type Exchanged = components["schemas"]["oAuth2TokenExchange"];

/** The server configuration for tokens. */
export interface TokenSettings {
  readonly now: Now;
  readonly store: ClientStore;
  readonly signer: TokenSigner;
  readonly accessTokenLifespanMs: number;
  readonly scopeStrategy: "wildcard" | "exact";
  /** Grant all scopes of the client to a request without `scope`. */
  readonly grantsAllowedScope: boolean;
  /** The strategy of clients without one. */
  readonly accessTokenStrategy: "opaque" | "jwt";
  /** The device authorization grant exists. */
  readonly hasDeviceGrant: boolean;
  /** The parameter `resource` exists. */
  readonly hasResourceIndicators: boolean;
}

interface IssuedToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly issuer: string;
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/** The token, revocation and introspection endpoints. @throws {ErrorResponse} from the operations */
export interface TokenEndpoint {
  readonly issueToken: (call: Call<OryOrigin>) => Promise<Response>;
  readonly revoke: (call: Call<OryOrigin>) => Promise<Response>;
  readonly introspect: (call: Call<OryOrigin>) => Promise<Response>;
  /** Deletes every token of a client. */
  readonly deleteAll: (clientId: string) => void;
  readonly countActive: (clientId: string) => number;
}

/** The grants of Hydra. All but client_credentials get an error, as they do without a valid code or refresh token. */
const knownGrants = [
  ...["authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
];
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

/** RFC 6749 section 5.1 */
const uncached = { "content-type": "application/json;charset=UTF-8", "cache-control": "no-store", pragma: "no-cache" };

/** Creates the endpoints, without tokens. */
export function createTokenEndpoint(settings: TokenSettings): TokenEndpoint {
  const { now, store } = settings;
  const tokens = new Map<string, IssuedToken>();
  const usedAssertions = new Set<string>();

  const authenticate = (form: URLSearchParams, { headers, baseUrls }: Call<OryOrigin>) => {
    const audiences = [`${baseUrls.public}/oauth2/token`];
    return authenticateClient(form, headers, audiences, { store, now, usedAssertions });
  };
  const isActive = (token: IssuedToken | undefined): token is IssuedToken => token !== undefined && token.expiresMs > now();

  return {
    async issueToken(call) {
      const form = await readForm(call);
      const grant = (form.get("grant_type") ?? "").replace(/^ +| +$/g, "");
      if (!knownGrants.includes(grant) && !(grant === deviceGrant && settings.hasDeviceGrant))
        throw invalidRequest("The grant_type is missing or not supported.");
      const { document } = await authenticate(form, call);
      const scopes = grantScopes(form, document, settings);
      const resources = settings.hasResourceIndicators ? grantResources(form, document) : [];
      const audience = [...new Set([...grantAudience(form, document), ...resources])];
      requireGrant(grant, document);

      const own = document.client_credentials_grant_access_token_lifespan;
      const lifespanMs = own === null ? settings.accessTokenLifespanMs : durationMs(own);
      const issuedMs = now();
      const clientId = document.client_id;
      const token = { clientId, scopes, audience, issuer: call.baseUrls.public, issuedMs, expiresMs: issuedMs + lifespanMs };
      const accessToken = await createAccessToken(token, document, settings);
      tokens.set(accessToken, token);
      // The remaining lifetime is rounded down, and some time has passed since the issue.
      const expiresIn = Math.max(0, Math.ceil(lifespanMs / 1000) - 1);
      const scope = scopes.join(" ");
      const body: Exchanged = { access_token: accessToken, expires_in: expiresIn, scope, token_type: "bearer" };
      return json(200, body, uncached);
    },
    async revoke(call) {
      const form = await readForm(call);
      const client = await authenticate(form, call);
      const token = form.get("token") ?? "";
      if (tokens.get(token)?.clientId === client.document.client_id) tokens.delete(token);
      return new Response(null, { status: 200, headers: { "cache-control": "no-store", pragma: "no-cache" } });
    },
    async introspect(call) {
      const form = await readForm(call);
      const token = tokens.get(form.get("token") ?? "");
      const required = words(form.get("scope") ?? "");
      if (!isActive(token) || !required.every((scope) => token.scopes.some((granted) => matchesWildcard(granted, scope)))) {
        return json(200, { active: false } satisfies Introspected, uncached);
      }
      return json(200, introspectionOf(token), { "content-type": uncached["content-type"] });
    },
    deleteAll(clientId) {
      for (const [text, token] of tokens) if (token.clientId === clientId) tokens.delete(text);
    },
    countActive: (clientId) => [...tokens.values()].filter((token) => token.clientId === clientId && isActive(token)).length,
  };
}

/** Creates the text of a token: a JWT or an opaque text. */
async function createAccessToken(
  token: IssuedToken,
  document: ClientDocument,
  { accessTokenStrategy, signer }: TokenSettings,
): Promise<string> {
  if ((document.access_token_strategy || accessTokenStrategy) !== "jwt") return `ory_at_${randomToken()}.${randomToken()}`;
  const [iat, exp] = [token.issuedMs, token.expiresMs].map((ms) => Math.floor(ms / 1000));
  const { issuer: iss, clientId, audience: aud, scopes: scp } = token;
  const jti = crypto.randomUUID();
  return signer.sign({ iss, sub: clientId, client_id: clientId, aud, scp, iat, nbf: iat, exp, jti, ext: {} });
}

function introspectionOf(token: IssuedToken): Introspected {
  const issued = Math.floor(token.issuedMs / 1000);
  return {
    active: true,
    ...(token.scopes.length > 0 ? { scope: token.scopes.join(" ") } : {}),
    client_id: token.clientId,
    sub: token.clientId,
    exp: Math.floor(token.expiresMs / 1000),
    iat: issued,
    nbf: issued,
    aud: [...token.audience],
    iss: token.issuer,
    token_type: "Bearer",
    token_use: "access_token",
  };
}

/** The granted scopes. @throws {ErrorResponse} 400 */
function grantScopes(form: URLSearchParams, document: ClientDocument, settings: TokenSettings): readonly string[] {
  const allowed = words(document.scope);
  const requested = words(form.get("scope") ?? "");
  const covers = settings.scopeStrategy === "exact" ? (pattern: string, scope: string) => pattern === scope : matchesWildcard;
  if (!requested.every((scope) => allowed.some((pattern) => covers(pattern, scope)))) {
    throw new ErrorResponse(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed for this client.");
  }
  return requested.length === 0 && settings.grantsAllowedScope ? allowed : requested;
}

/** The granted audience. @throws {ErrorResponse} 400 */
function grantAudience(form: URLSearchParams, document: ClientDocument): readonly string[] {
  const requested = readAudience(form);
  const allowed = document.audience ?? [];
  if (!requested.every((audience) => allowed.some((known) => coversAudience(known, audience)))) {
    throw invalidRequest("A requested audience is not allowed for this client.");
  }
  return requested;
}

/** The granted resources. @throws {ErrorResponse} 400 */
function grantResources(form: URLSearchParams, document: ClientDocument): readonly string[] {
  const requested = form.getAll("resource").filter((value) => value !== "");
  const allowed = document.audience ?? [];
  const isGranted = (resource: string) =>
    URL.canParse(resource) && !resource.includes("#") && allowed.some((known) => coversAudience(known, resource));
  if (!requested.every(isGranted)) {
    throw new ErrorResponse(400, "invalid_target", "A requested resource is invalid, or not allowed for this client.");
  }
  return requested;
}

/** @throws {ErrorResponse} 400 for every grant but client_credentials of a confidential client that may use it */
function requireGrant(grant: string, document: ClientDocument): void {
  if (document.token_endpoint_auth_method === "none") {
    throw new ErrorResponse(400, "invalid_grant", "A public client cannot use this grant.");
  }
  const grants = document.grant_types?.length ? document.grant_types : ["authorization_code"];
  if (!grants.includes(grant))
    throw new ErrorResponse(400, "unauthorized_client", `The client may not use the grant ${grant}.`);
  if (grant !== "client_credentials")
    throw new ErrorResponse(400, "invalid_grant", "The grant is invalid, expired or revoked.");
}

/** The header fields of token and error responses (RFC 6749 section 5.2). */
export const tokenHeaders = uncached;

async function readForm({ headers, bytes, text }: Call): Promise<URLSearchParams> {
  const type = headers.get("content-type") ?? "";
  const mediaType = type.toLowerCase();
  let form = new URLSearchParams();
  if (mediaType.startsWith("application/x-www-form-urlencoded")) form = new URLSearchParams(text);
  if (mediaType.startsWith("multipart/form-data")) form = await readMultipart(new Uint8Array(bytes), type);
  if (form.size === 0) throw invalidRequest("The content must be a form, and not empty.");
  return form;
}

async function readMultipart(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<URLSearchParams> {
  try {
    const parts = await new Response(bytes, { headers: { "content-type": type } }).formData();
    return new URLSearchParams([...parts].filter((part): part is [string, string] => typeof part[1] === "string"));
  } catch {
    throw invalidRequest("The multipart content cannot be read.");
  }
}

function words(text: string): string[] {
  return [...new Set(text.split(" ").filter((word) => word !== ""))];
}

/** A single value is split at spaces. Repeated values are not split. */
function readAudience(form: URLSearchParams): string[] {
  const values = form.getAll("audience");
  return values.length > 1 ? values.filter((value) => value !== "") : words(values[0] ?? "");
}

/** `foo.*` matches every scope below `foo`. A star in the middle matches one part. */
function matchesWildcard(pattern: string, scope: string): boolean {
  if (pattern === scope) return true;
  const [expected, actual] = [pattern.split("."), scope.split(".")];
  if (actual.length < expected.length || (actual.length > expected.length && expected.at(-1) !== "*")) return false;
  return expected.every((part, index) => (part === "*" ? actual[index] !== "" : part === actual[index]));
}

/**
 * Scheme and host are equal, and the path is equal or below. An audience with a scheme only, such as `urn:a`, matches every audience with
 * that scheme.
 */
function coversAudience(known: string, requested: string): boolean {
  const [allowed, actual] = [partsOf(known), partsOf(requested)];
  if (!allowed || !actual) return false;
  return (
    allowed.scheme === actual.scheme &&
    allowed.host === actual.host &&
    (actual.path === allowed.path || actual.path.startsWith(`${allowed.path}/`))
  );
}

/** Parses a URL as Go does: a URL without slashes after the scheme has neither host nor path. */
function partsOf(text: string): { readonly scheme: string; readonly host: string; readonly path: string } | undefined {
  const [, scheme = "", rest = ""] = /^(?:([a-z][a-z0-9+.-]*):)?([^?#]*)/i.exec(text) ?? [];
  if (rest.startsWith(":") || /%(?![0-9a-f]{2})/i.test(rest)) return undefined;
  const [, host = "", path = ""] = /^(?:\/\/(?:[^/]*@)?([^/]*))?(.*)$/.exec(rest) ?? [];
  const opaque = scheme !== "" && !rest.startsWith("/");
  return { scheme: scheme.toLowerCase(), host, path: opaque ? "" : path.replace(/\/+$/, "") };
}
