import type { ValidationIssue } from "../../core/errors.js";
import { parseObject, toTokenError } from "../answer.js";
import { readJson, type ServerAnswer, unusable } from "./answer.js";
import { prepareCall } from "./call.js";
import { reading, send } from "./request.js";
import type { ActiveToken, Introspection, IntrospectionRequest, RequestOptions } from "./types.js";

const operation = "introspect token";

/**
 * Asks an authorization server whether a token is good, and what it is good for. One request, nothing kept.
 *
 * @throws {ConfigurationError} something cannot be sent, or the server has no introspection endpoint; `issues` names the field
 * @throws {TokenEndpointError} the server does not accept the client that asks; `error` is its code
 * @throws {UnexpectedResponseError} it redirected, or its answer is no introspection: `active` has to be `true` or `false`
 * @throws {RateLimitError} it answered 429
 * @throws {ServerError} it answered 5xx
 * @throws {NetworkError} no answer came
 * @throws {TimeoutError} `timeoutMs` passed
 * @see RFC 7662 section 2
 */
export async function introspectToken(call: IntrospectionRequest, options: RequestOptions = {}): Promise<Introspection> {
  // RFC 7662 section 2.1: whoever could ask without proof could try tokens out.
  const nobody = "introspection is for clients that authenticate";
  const { url, prepare } = prepareCall(operation, "introspectionEndpoint", call, options, nobody);
  return reading(async () => {
    const answer = await send({ operation, url, prepare }, options);
    if (answer.status !== 200) throw toTokenError(answer, parseObject(answer.text));
    return readIntrospection(answer);
  });
}

/**
 * Reads what a server says of a token.
 * @throws {UnexpectedResponseError} whose `issues` name what is wrong
 */
export function readIntrospection(answer: ServerAnswer): Introspection {
  const { body, issues } = readJson(answer);
  const { active, scope, client_id, sub, token_type, iss, aud, exp, iat, nbf, cnf, ...additionalFields } = body;
  if (issues.length === 0 && typeof active !== "boolean") issues.push({ path: "active", message: "expected true or false" });
  if (issues.length > 0) throw unusable(answer, "introspection", issues);
  if (active === false) return Object.freeze({ active });

  const fields: { -readonly [Name in keyof ActiveToken]?: ActiveToken[Name] } = {};
  const scopes = readText(scope, "scope", issues);
  if (scopes !== undefined) fields.scopes = scopes.split(" ").filter(Boolean);
  const texts = { clientId: [client_id, "client_id"], subject: [sub, "sub"], tokenType: [token_type, "token_type"] } as const;
  for (const [name, [value, path]] of Object.entries({ ...texts, issuer: [iss, "iss"] as const })) {
    const text = readText(value, path, issues);
    if (text !== undefined) fields[name as "subject"] = text;
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
  // A binding that cannot be read is no lack of one.
  if (cnf != null && (typeof cnf !== "object" || Array.isArray(cnf)))
    issues.push({ path: "cnf", message: "expected an object" });
  const { "x5t#S256": certificate, jkt } = Object(cnf ?? {}) as Record<string, unknown>;
  const thumbprint = readText(certificate, "cnf.x5t#S256", issues);
  if (thumbprint !== undefined) fields.certificateThumbprint = thumbprint;
  const key = readText(jkt, "cnf.jkt", issues);
  if (key !== undefined) fields.keyThumbprint = key;
  if (issues.length > 0) throw unusable(answer, "introspection", issues);
  return Object.freeze({ active: true, ...fields, additionalFields });
}

// Serialisers write null for what is absent.
function readText(value: unknown, path: string, issues: ValidationIssue[]): string | undefined {
  if (value == null) return undefined;
  if (typeof value === "string") return value;
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
  const list = [value].flat();
  if (list.every((one) => typeof one === "string")) return list;
  issues.push({ path: "aud", message: "expected a string or an array of strings" });
  return undefined;
}
