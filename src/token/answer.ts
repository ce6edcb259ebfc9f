import {
  type Issue,
  type OAuthManagerError,
  RateLimitError,
  TokenError,
  UnexpectedResponseError,
  VendorError,
} from "../core/errors.js";
import { readRetryAfter } from "../core/retry.js";
import { scrub } from "../core/scrub.js";
import { sentence } from "./checks.js";
import type { AccessToken } from "./types.js";

/** What reading an answer needs to know of its request. */
export interface AnswerContext {
  /** Host and path of the token endpoint. */
  readonly endpoint: string;
  /** The method of client authentication, and how it spelled a secret with special characters. */
  readonly method: string;
  /** Scopes that were asked for. */
  readonly scopes: readonly string[];
  /** What the token has to be good for, besides. */
  readonly requireScopes: true | "stated" | undefined;
  /** Values that must never reach an error. */
  readonly secrets: readonly string[];
  /** The moment before the request was sent. */
  readonly sentAt: number;
}

/** What every error of an exchange says it was. */
export const operation = "request token";
const longestLifetimeSeconds = 31_536_000;
const snippetLimit = 200;

/** Refuses a redirect: following it would carry the credentials to wherever it points. Shows the target without its query. */
export function refuseRedirect({ status, type, headers, body }: Response, { endpoint, secrets }: AnswerContext): void {
  if (type !== "opaqueredirect" && (status < 300 || status > 399)) return;
  body?.cancel().catch(() => undefined);
  const location = headers.get("location") ?? "";
  const { host, pathname } = URL.canParse(location) ? new URL(location) : { host: "", pathname: "" };
  const message = `${endpoint} redirects (${status}) ${scrub(host + pathname, secrets, snippetLimit)}; token requests do not follow`;
  throw unexpected(message, status);
}

/** An answer that cannot be what was asked for, whatever the server has done. */
export function unexpected(
  message: string,
  status: number | undefined,
  issues: readonly Issue[] = [],
): UnexpectedResponseError {
  return new UnexpectedResponseError({ message, operation, status, issues, outcome: "unknown" });
}

/**
 * Reads a token endpoint's answer: the token, or the error that says why there is none (RFC 6749 sections 5.1 and 5.2).
 * @throws {TokenError | RateLimitError | VendorError | UnexpectedResponseError}
 */
export function readAnswer({ status, headers }: Response, text: string, context: AnswerContext): AccessToken {
  const { endpoint, scopes: asked, requireScopes } = context;
  const body = parseObject(text);
  const said = typeof body?.error === "string" && body.error ? body : readChallenge(status, headers);
  if (said || status !== 200) throw makeRefusal(status, headers, text, said, context);

  // Serialisers write null for what is absent, and absent is the careful reading: not kept, not stated.
  const { access_token: value, token_type, expires_in, scope, refresh_token, ...additionalParameters } = body ?? {};
  const stated = typeof scope === "string";
  const granted = stated ? scope.split(" ").filter(Boolean) : asked;
  // A number, or a string of digits as some servers send it.
  const seconds = typeof expires_in === "string" && /^\d+(\.\d+)?$/.test(expires_in) ? Number(expires_in) : expires_in;
  const expectations: [fine: unknown, path: string, message: string][] = [
    [/^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? ""), "content-type", "application/json"],
    [body, "", "a JSON object"],
    // Wider than RFC 6750's b64token on purpose (servers put "|" in tokens), and still nothing that could split a header.
    [!body || isText(value, /^[\x21-\x7e]+$/), "access_token", "visible ASCII characters"],
    [!body || isText(token_type, /^bearer$/i), "token_type", "Bearer"],
    [seconds == null || (Number.isFinite(seconds) && (seconds as number) >= 0), "expires_in", "a number of seconds"],
    [scope == null || stated, "scope", "a string"],
    [!body?.error, "error", "a string"],
    [stated || requireScopes !== "stated", "scope", "it to be stated"],
    ...asked.map((one): [boolean, string, string] => [!requireScopes || granted.includes(one), "scope", one]),
  ];
  const issues = expectations.filter(([fine]) => !fine).map(([, path, message]) => ({ path, message: `expected ${message}` }));
  if (issues[0]) throw unexpected(`the answer of ${endpoint} is no token: ${sentence(issues)}`, status, issues);
  return Object.freeze({
    value: value as string,
    tokenType: "Bearer",
    ...lifetime(seconds as number | null | undefined, context.sentAt),
    grantedScope: { value: granted, stated },
    additionalParameters,
  });
}

function isText(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}

function lifetime(seconds: number | null | undefined, sentAt: number): Pick<AccessToken, "lifetimeMs" | "expiresAt"> {
  if (seconds == null) return {};
  const lifetimeMs = Math.min(Math.floor(seconds), longestLifetimeSeconds) * 1_000;
  return { lifetimeMs, expiresAt: new Date(sentAt + lifetimeMs) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (body && typeof body === "object" && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {}
  return undefined;
}

// Quoted strings are taken whole, so that an "error=" inside a realm is not read as a parameter.
const parameter = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** What a 401's `WWW-Authenticate` says (RFC 9110 section 11.6.1). A challenge without a code still means: client not accepted. */
function readChallenge(status: number, headers: Headers): Record<string, unknown> | undefined {
  const challenge = status === 401 && headers.get("www-authenticate");
  if (!challenge) return undefined;
  const found: Record<string, string> = { error: "invalid_client" };
  for (const [, name = "", quoted, plain] of challenge.matchAll(parameter)) {
    found[name.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
  }
  return found;
}

/** The error of an answer that speaks OAuth, or of one that does not: a gateway's page, another API's error. */
function makeRefusal(
  status: number,
  headers: Headers,
  text: string,
  said: Record<string, unknown> | undefined,
  { endpoint, method, secrets }: AnswerContext,
): OAuthManagerError {
  const clean = (foreign: unknown, limit?: number) =>
    (typeof foreign === "string" && scrub(foreign, secrets, limit)) || undefined;
  const error = clean(said?.error, 100) ?? "";
  const errorDescription = clean(said?.error_description);
  // Whatever else it says, a text with a token in it is not shown.
  const words = said ? errorDescription : status < 400 || text.includes("_token") ? "" : clean(text, snippetLimit);
  const code = said ? error : "without an OAuth error code";
  const how = error === "invalid_client" ? ` (authenticated with ${method})` : "";
  const facts = {
    message: `${endpoint} answered ${status} ${code}${words ? `: ${words}` : ""}${how}`,
    operation,
    status,
    outcome: status >= 400 && status < 500 ? ("nothing_happened" as const) : ("unknown" as const),
    retryAfterMs: readRetryAfter(headers),
  };
  if (said) return new TokenError({ ...facts, error, errorDescription });
  return new (status === 429 ? RateLimitError : status >= 500 ? VendorError : UnexpectedResponseError)(facts);
}
