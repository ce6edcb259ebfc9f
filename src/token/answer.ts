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
import type { Received } from "./transport.js";
import type { AccessToken, TokenRequestOptions } from "./types.js";

/** What is asked of a server, for the errors about it. */
export interface Errand {
  /** What is asked, in words. */
  readonly operation: string;
  /** Host and path of the endpoint. */
  readonly endpoint: string;
  /** The method of client authentication, and how it spelled a secret with special characters. */
  readonly method: string;
  /** Values that must never reach an error. */
  readonly secrets: readonly string[];
}

/** What a token has to be good for, and since when it lives. */
export interface Wanted {
  /** Scopes that were asked for. */
  readonly scopes: readonly string[];
  /** Whether all of them are needed. */
  readonly requireScopes: "requested" | "stated" | undefined;
  /** The moment before the request was sent. */
  readonly sentAt: number;
  /** The `token_type` that the response must have. */
  readonly tokenType?: AccessToken["tokenType"] | undefined;
  /** Converts the response of a server that deviates from RFC 6749. */
  readonly adaptResponse?: TokenRequestOptions["adaptResponse"] | undefined;
}

const longestLifetimeSeconds = 31_536_000;
/** The most characters of an answer that are shown where it is not OAuth's. */
export const snippetLimit = 200;

/** The error of a response that is invalid, whatever the server has done. */
export function unexpected(
  { operation, endpoint }: Pick<Errand, "operation" | "endpoint">,
  status: number | undefined,
  reason: string,
  issues: readonly ValidationIssue[] = [],
  hint?: string,
): UnexpectedResponseError {
  const message = formatMessage({ subject: endpoint, operation, reason, code: status, hint });
  return new UnexpectedResponseError({ message, operation, status, issues, outcome: "unknown" });
}

/** Whether an answer says that it is JSON. */
export function isJson({ headers }: Received): boolean {
  return /^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? "");
}

/**
 * Reads a token endpoint's answer: the token, or the error that says why there is none (RFC 6749 sections 5.1 and 5.2).
 * @throws {TokenEndpointError | RateLimitError | ServerError | UnexpectedResponseError}
 */
export function parseTokenResponse(answer: Errand & Received & Wanted): AccessToken {
  const { scopes: asked, requireScopes, tokenType = "Bearer" } = answer;
  const isSuccess = answer.status >= 200 && answer.status <= 299;
  const adapted = isSuccess ? adaptBody(answer) : undefined;
  const body = adapted?.body ?? parseObject(answer.text);
  if (isNonEmptyString(body?.error) || !isSuccess) throw toTokenError(answer, body);

  // Serialisers write null for what is absent, and absent is the careful reading: not kept, not stated.
  const { access_token: value, token_type, expires_in, scope, refresh_token, ...additionalFields } = body ?? {};
  const stated = typeof scope === "string";
  const granted = stated ? scope.split(" ").filter(Boolean) : asked;
  // A number, or a string of digits as some servers send it.
  const seconds = typeof expires_in === "string" && /^\d+(\.\d+)?$/.test(expires_in) ? Number(expires_in) : expires_in;
  const issues: ValidationIssue[] = [];
  const expect = (isValid: boolean, path: string, message: string) => {
    if (!isValid) issues.push({ path, message: `expected ${message}` });
  };
  expect(adapted !== undefined || answer.status === 200, "status", "200");
  expect(adapted !== undefined || isJson(answer), "content-type", "application/json");
  expect(body !== undefined, "", "a JSON object");
  // Wider than RFC 6750's b64token on purpose (servers put "|" in tokens), and still nothing that could split a header.
  expect(!body || isText(value, /^[\x21-\x7e]+$/), "access_token", "visible ASCII characters");
  expect(!body || isText(token_type, new RegExp(`^${tokenType}$`, "i")), "token_type", tokenType);
  expect(seconds == null || (Number.isFinite(seconds) && (seconds as number) >= 0), "expires_in", "a number of seconds");
  expect(scope == null || stated, "scope", "a string");
  expect(!body?.error, "error", "a string");
  const advice = issues[0] && !answer.adaptResponse ? "For a server that deviates from RFC 6749, use adaptResponse" : undefined;
  expect(stated || requireScopes !== "stated", "scope", "it to be stated");
  for (const name of asked) expect(!requireScopes || granted.includes(name), "scope", name);
  if (issues[0]) throw unexpected(answer, answer.status, `invalid token response: ${formatIssues(issues)}`, issues, advice);
  const lifetimeMs = Math.min(Math.floor(seconds as number), longestLifetimeSeconds) * 1_000;
  return Object.freeze({
    value: value as string,
    tokenType,
    ...(seconds != null && { lifetimeMs, expiresAt: new Date(answer.sentAt + lifetimeMs) }),
    scopes: granted,
    scopeSource: stated ? "response" : "request",
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
 * The JSON of a successful response after `adaptResponse`. `undefined` when there is no such option, or no JSON.
 * @throws {UnexpectedResponseError} `adaptResponse` threw. Its error is not passed on: it may contain the token
 */
function adaptBody(answer: Errand & Received & Wanted): { readonly body: Record<string, unknown> } | undefined {
  const { adaptResponse, status, headers, text } = answer;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {}
  if (!adaptResponse || json === undefined) return undefined;
  let body: unknown;
  try {
    body = adaptResponse(json, { status, contentType: headers.get("content-type") ?? "" });
  } catch {
    throw unexpected(answer, status, `the answer of ${answer.endpoint} is no token: adaptResponse threw an error`);
  }
  return { body: isObject(body) ? body : {} };
}

/** The content as a JSON object, or `undefined` when it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (body && typeof body === "object" && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {}
  return undefined;
}

// Quoted strings are taken whole, so that an "error=" inside a realm is not read as a parameter.
const parameter = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

// The pattern takes quadratic time in the worst case.
const maxChallengeLength = 2_000;

/** What a 401's `WWW-Authenticate` says (RFC 9110 section 11.6.1). A challenge without a code still means: client not accepted. */
function readChallenge(status: number, headers: Headers): Record<string, unknown> | undefined {
  const challenge = status === 401 && headers.get("www-authenticate")?.slice(0, maxChallengeLength);
  if (!challenge) return undefined;
  const found: Record<string, string> = { error: "invalid_client" };
  for (const [, name = "", quoted, plain] of challenge.matchAll(parameter)) {
    found[name.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
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
 * The error of an answer that speaks OAuth, or of one that does not: a gateway's page, another API's error.
 * @param body - the content, where it is a JSON object
 */
export function toTokenError(answer: Errand & Received, body: Record<string, unknown> | undefined): OAuthClientsError {
  const { endpoint, operation, method, secrets, status, headers, text } = answer;
  const clean = (value: unknown, limit?: number) => (typeof value === "string" && redact(value, secrets, limit)) || undefined;
  const said = isErrorCode(body?.error, status) ? body : readChallenge(status, headers);
  const error = clean(said?.error, 100) ?? "";
  const errorDescription = clean(said?.error_description);
  // Whatever else it says, a text with a token in it is not shown.
  const isHidden = status < 400 || text.includes("_token");
  const message = isHidden ? undefined : clean(body?.message, snippetLimit);
  const words = said ? (errorDescription ?? message) : isHidden ? "" : (message ?? clean(text, snippetLimit));
  const reason = said ? error : "no OAuth error code";
  const code = `${status}${error === "invalid_client" ? `, authenticated with ${method}` : ""}`;
  const facts = {
    message: formatMessage({ subject: endpoint, operation, reason: `${reason}${words ? `: ${words}` : ""}`, code }),
    operation,
    status,
    outcome: status >= 400 && status < 500 ? ("not_applied" as const) : ("unknown" as const),
    retryAfterMs: readRetryAfter(headers),
  };
  if (said) return new TokenEndpointError({ ...facts, error, errorDescription });
  return new (status === 429 ? RateLimitError : status >= 500 ? ServerError : UnexpectedResponseError)(facts);
}
