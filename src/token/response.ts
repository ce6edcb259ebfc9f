import {
  type OAuthClientsError,
  RateLimitError,
  ServerError,
  TokenEndpointError,
  UnexpectedResponseError,
  type ValidationIssue,
} from "../core/errors.js";
import { readRetryAfter } from "../core/http/retry.js";
import { formatMessage } from "../core/message.js";
import { redact } from "../core/redact.js";
import { isObject } from "../core/values.js";
import { formatIssues } from "./checks.js";
import { type ReceivedResponse, type RequestContext, snippetLimit, unexpectedResponse } from "./transport.js";
import type { AccessToken, TokenRequestOptions } from "./types.js";

/** The requirements of a token, and the start of its lifetime. */
export interface TokenRequirements {
  /** The requested scopes. */
  readonly scopes: readonly string[];
  /** Whether the token needs all of them. */
  readonly requireScopes: "requested" | "stated" | undefined;
  /** The time before the request was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  /** The `token_type` that the response must have. */
  readonly tokenType?: AccessToken["tokenType"] | undefined;
  /** Converts the response of a server that deviates from RFC 6749. */
  readonly adaptResponse?: TokenRequestOptions["adaptResponse"] | undefined;
}

/** A response of the token endpoint, with its request and the requirements of the token. */
export type TokenResponse = RequestContext & ReceivedResponse & TokenRequirements;

const maxLifetimeSeconds = 31_536_000;

/** Whether a response has the content type of JSON. */
export function isJson({ headers }: ReceivedResponse): boolean {
  return /^application\/json\s*(;|$)/i.test(String(headers.get("content-type")));
}

/**
 * Parses a response of the token endpoint (RFC 6749 sections 5.1 and 5.2).
 * @throws {TokenEndpointError | RateLimitError | ServerError | UnexpectedResponseError}
 */
export function parseTokenResponse(response: TokenResponse): AccessToken {
  const { scopes: requested, requireScopes, tokenType = "Bearer" } = response;
  const isSuccess = Math.floor(response.status / 100) === 2;
  const adapted = isSuccess ? adaptBody(response) : undefined;
  const body = adapted?.body ?? parseObject(response.text);
  if (isNonEmptyString(body?.error) || !isSuccess) throw toTokenError(response, body);

  // Some servers write null for an absent member.
  const { access_token: value, token_type, expires_in, scope, refresh_token, ...additionalFields } = body ?? {};
  const isStated = typeof scope === "string";
  const granted = isStated ? scope.split(" ").filter(Boolean) : requested;
  // A number, or a string of digits as some servers send it.
  const seconds = typeof expires_in === "string" && /^\d+(\.\d+)?$/.test(expires_in) ? Number(expires_in) : expires_in;
  const issues: ValidationIssue[] = [];
  const expect = (isValid: boolean, path: string, message: string) => {
    if (!isValid) issues.push({ path, message: `expected ${message}` });
  };
  expect(adapted !== undefined || response.status === 200, "status", "200");
  expect(adapted !== undefined || isJson(response), "content-type", "application/json");
  expect(body !== undefined, "", "a JSON object");
  // More characters than in RFC 6750 section 2.1, because servers use "|". None of them can split a header.
  expect(!body || isText(value, /^[\x21-\x7e]+$/), "access_token", "visible ASCII characters");
  const hasType = typeof token_type === "string" && token_type.toLowerCase() === tokenType.toLowerCase();
  expect(!body || hasType, "token_type", tokenType);
  expect(seconds == null || (Number.isFinite(seconds) && (seconds as number) >= 0), "expires_in", "a number of seconds");
  expect(scope == null || isStated, "scope", "a string");
  expect(!body?.error, "error", "a string");
  const hint = issues[0] && !response.adaptResponse ? "For a server that deviates from RFC 6749, use adaptResponse" : undefined;
  expect(isStated || requireScopes !== "stated", "scope", "it to be stated");
  for (const name of requested) expect(!requireScopes || granted.includes(name), "scope", name);
  if (issues[0]) {
    throw unexpectedResponse(response, response.status, `invalid token response: ${formatIssues(issues)}`, issues, hint);
  }
  const lifetimeMs = Math.min(Math.floor(seconds as number), maxLifetimeSeconds) * 1_000;
  return Object.freeze({
    value: value as string,
    tokenType,
    ...(seconds != null && { lifetimeMs, expiresAt: new Date(response.sentAt + lifetimeMs) }),
    scopes: granted,
    scopeSource: isStated ? "response" : "request",
    additionalFields,
  });
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/**
 * The JSON of a successful response after `adaptResponse`. `undefined` without that option, or without JSON.
 * @throws {UnexpectedResponseError} `adaptResponse` threw. Its error is not passed on, because it may contain the token
 */
function adaptBody(response: TokenResponse): { readonly body: Record<string, unknown> } | undefined {
  const { adaptResponse, status, headers, text } = response;
  const json = adaptResponse && parseJson(text);
  if (!adaptResponse || json === undefined) return undefined;
  try {
    const body = adaptResponse(json, { status, contentType: headers.get("content-type") ?? "" });
    return { body: isObject(body) ? body : {} };
  } catch {
    throw unexpectedResponse(response, status, "invalid token response: adaptResponse threw an error");
  }
}

/** Parses the text as a JSON object. `undefined` for any other text. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  const body = parseJson(text);
  return isObject(body) ? body : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Quoted strings are matched completely, so that an "error=" inside a realm is not read as a parameter.
const parameter = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

// The pattern takes quadratic time in the worst case.
const maxChallengeLength = 2_000;

/**
 * Reads the `WWW-Authenticate` header of a 401 response (RFC 9110 section 11.6.1). A challenge without an error code means that the
 * client was not accepted.
 */
function readChallenge(status: number, headers: Headers): Record<string, unknown> | undefined {
  const challenge = status === 401 && headers.get("www-authenticate")?.slice(0, maxChallengeLength);
  if (!challenge) return undefined;
  const found: Record<string, string> = { error: "invalid_client" };
  for (const [, name, quoted, plain] of challenge.matchAll(parameter)) {
    found[String(name).toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? String(plain);
  }
  return found;
}

/**
 * Whether a member `error` is an OAuth error code. Frameworks write the name of the status there, such as "Service Unavailable": with
 * another status than those of RFC 6749 section 5.2, only a value in the form of the registered codes counts.
 */
function isErrorCode(error: unknown, status: number): boolean {
  return isText(error, status < 400 || status === 400 || status === 401 ? /./s : /^[a-z][a-z\d_.:/-]*$/);
}

/**
 * Creates the error of an error response: of the authorization server, or of a gateway or another API.
 * @param body - the JSON object of the response, if it is one
 */
export function toTokenError(
  response: RequestContext & ReceivedResponse,
  body: Record<string, unknown> | undefined,
): OAuthClientsError {
  const { endpoint, operation, method, secrets, status, headers, text } = response;
  const clean = (value: unknown, limit?: number) => (typeof value === "string" && redact(value, secrets, limit)) || undefined;
  const details = isErrorCode(body?.error, status) ? body : readChallenge(status, headers);
  const error = clean(details?.error, 100) ?? "";
  const errorDescription = clean(details?.error_description);
  // A response that may contain a token is not shown.
  const isHidden = status < 400 || text.includes("_token");
  const snippet = isHidden
    ? undefined
    : (clean(body?.message, snippetLimit) ?? (details ? undefined : clean(text, snippetLimit)));
  const description = (details && errorDescription) || snippet;
  const reason = details ? error : "no OAuth error code";
  const code = `${status}${error === "invalid_client" ? `, authenticated with ${method}` : ""}`;
  const facts = {
    message: formatMessage({ subject: endpoint, operation, reason: description ? `${reason}: ${description}` : reason, code }),
    operation,
    status,
    outcome: status >= 400 && status < 500 ? ("not_applied" as const) : ("unknown" as const),
    retryAfterMs: readRetryAfter(headers),
  };
  if (details) return new TokenEndpointError({ ...facts, error, errorDescription });
  return new (status === 429 ? RateLimitError : status >= 500 ? ServerError : UnexpectedResponseError)(facts);
}
