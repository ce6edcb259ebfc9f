import type { ValidationIssue } from "../../core/errors.js";
import { parseObject, toTokenError } from "../response.js";
import {
  invalidResponse,
  parseJsonResponse,
  prepareRequest,
  readObject,
  readOnly,
  type ServerResponse,
  send,
} from "./request.js";
import type { ActiveToken, Introspection, IntrospectionRequest, RequestOptions } from "./types.js";

const operation = "introspect token";

/**
 * Requests the state of a token from the authorization server: whether it is active, and its scopes and subject. One request without
 * retries, and no cache.
 *
 * @throws {ConfigurationError} a value is invalid, or the server has no introspection endpoint; `issues` names the field
 * @throws {TokenEndpointError} the server sent an OAuth error response, for example because of the client's authentication; `error` is its code
 * @throws {UnexpectedResponseError} the response is a redirect or not an introspection response: `active` has to be `true` or `false`
 * @throws {RateLimitError} the response is a 429
 * @throws {ServerError} the response is a 5xx
 * @throws {NetworkError} no response was received
 * @throws {TimeoutError} `timeoutMs` passed
 * @see RFC 7662 section 2
 */
export async function introspectToken(request: IntrospectionRequest, options: RequestOptions = {}): Promise<Introspection> {
  // RFC 7662 section 2.1: without authentication anyone could test tokens.
  const publicClientProblem = "introspection requires a client that authenticates";
  const { url, prepare } = prepareRequest(operation, "introspectionEndpoint", request, options, publicClientProblem);
  return readOnly(async () => {
    const response = await send({ operation, url, prepare }, options);
    if (response.status !== 200) throw toTokenError(response, parseObject(response.text));
    return parseIntrospection(response);
  });
}

/**
 * Parses an introspection response.
 * @throws {UnexpectedResponseError} its `issues` name what is invalid
 */
export function parseIntrospection(response: ServerResponse): Introspection {
  const { body, issues } = parseJsonResponse(response);
  const { active, scope, client_id, sub, token_type, iss, aud, exp, iat, nbf, cnf, ...additionalFields } = body;
  if (issues.length === 0 && typeof active !== "boolean") issues.push({ path: "active", message: "expected true or false" });
  if (issues.length > 0) throw invalidResponse(response, "an introspection response", issues);
  if (active === false) return Object.freeze({ active });

  const fields: { -readonly [Name in keyof ActiveToken]?: ActiveToken[Name] } = {};
  const scopes = readText(scope, "scope", issues);
  if (scopes !== undefined) fields.scopes = scopes.split(" ").filter(Boolean);
  for (const [name, value, path] of [
    ["clientId", client_id, "client_id"],
    ["subject", sub, "sub"],
    ["tokenType", token_type, "token_type"],
    ["issuer", iss, "iss"],
  ] as const) {
    const text = readText(value, path, issues);
    if (text !== undefined) fields[name] = text;
  }
  for (const [name, value, path] of [
    ["expiresAt", exp, "exp"],
    ["issuedAt", iat, "iat"],
    ["notBefore", nbf, "nbf"],
  ] as const) {
    const instant = readInstant(value, path, issues);
    if (instant !== undefined) fields[name] = instant;
  }
  const audience = readAudience(aud, issues);
  if (audience !== undefined) fields.audience = audience;
  // An invalid confirmation must not pass for a missing one: the token would count as not bound.
  const confirmation = readObject(cnf, "cnf", issues) ?? {};
  const thumbprint = readText(confirmation["x5t#S256"], "cnf.x5t#S256", issues);
  if (thumbprint !== undefined) fields.certificateThumbprint = thumbprint;
  const keyThumbprint = readText(confirmation.jkt, "cnf.jkt", issues);
  if (keyThumbprint !== undefined) fields.keyThumbprint = keyThumbprint;
  if (issues.length > 0) throw invalidResponse(response, "an introspection response", issues);
  return Object.freeze({ active: true, ...fields, additionalFields });
}

function readText(value: unknown, path: string, issues: ValidationIssue[]): string | undefined {
  if (value == null || typeof value === "string") return value ?? undefined;
  issues.push({ path, message: "expected a string" });
  return undefined;
}

function readInstant(value: unknown, path: string, issues: ValidationIssue[]): Date | undefined {
  if (value == null) return undefined;
  const instant = new Date(typeof value === "number" ? value * 1_000 : Number.NaN);
  if (!Number.isNaN(instant.getTime())) return instant;
  issues.push({ path, message: "expected seconds since 1970" });
  return undefined;
}

function readAudience(value: unknown, issues: ValidationIssue[]): readonly string[] | undefined {
  if (value == null) return undefined;
  const audience = [value].flat();
  if (audience.every((element) => typeof element === "string")) return audience;
  issues.push({ path: "aud", message: "expected a string or an array of strings" });
  return undefined;
}
