import { type Issue, RateLimitError, TokenError, UnexpectedResponseError, VendorError } from "../core/errors.js";
import { readRetryAfter } from "../core/retry.js";
import { scrub } from "../core/scrub.js";
import type { AccessToken } from "./types.js";

/** What reading an answer needs to know of its request. */
export interface AnswerContext {
  /** Host and path of the token endpoint. */
  readonly endpoint: string;
  /** The method of client authentication. */
  readonly method: string;
  /** Scopes that were asked for. */
  readonly scopes: readonly string[];
  /** Values that must never reach an error. */
  readonly secrets: readonly string[];
  /** The moment before the request was sent. */
  readonly sentAt: Date;
}

export const operation = "request token";
const longestLifetimeSeconds = 31_536_000;
const snippetLimit = 200;

/** Refuses a redirect: following it would carry the credentials to wherever it points. Shows the target without its query. */
export function refuseRedirect(response: Response, { endpoint, secrets }: AnswerContext): void {
  const { status, type } = response;
  if (type !== "opaqueredirect" && (status < 300 || status > 399)) return;
  response.body?.cancel().catch(() => undefined);
  const location = response.headers.get("location") ?? "";
  const target = URL.canParse(location) ? new URL(location) : undefined;
  const to = target ? ` to ${scrub(target.host + target.pathname, secrets, snippetLimit)}` : "";
  throw new UnexpectedResponseError({
    message: `${endpoint} redirects${to} (${status}); token requests do not follow redirects`,
    operation,
    status,
    outcome: "unknown",
  });
}

/**
 * Reads a token endpoint's answer: the token, or the error that says why there is none (RFC 6749 sections 5.1 and 5.2).
 * @throws {TokenError | RateLimitError | VendorError | UnexpectedResponseError}
 */
export function readAnswer({ status, headers }: Response, text: string, context: AnswerContext): AccessToken {
  const body = parseObject(text);
  const { error, error_description: description } =
    typeof body?.error === "string" && body.error ? body : readChallenge(status, headers);
  if (typeof error === "string") throw tokenError(status, headers, error, description, context);
  if (status !== 200) throw refusal(status, headers, text, context);

  const issues: Issue[] = [];
  const expect = (fine: boolean, path: string, message: string) => {
    if (!fine) issues.push({ path, message });
  };
  // Serialisers write null for what is absent, and absent is the careful reading: not kept, not stated.
  const { access_token: value, token_type, expires_in, scope, refresh_token, ...additionalParameters } = body ?? {};
  const type = headers.get("content-type") ?? "";
  expect(/^application\/json\s*(;|$)/i.test(type), "content-type", "expected application/json");
  expect(body !== undefined, "", "expected a JSON object");
  if (body) {
    // Wider than RFC 6750's b64token on purpose (servers put "|" in tokens), and still nothing that could split a header.
    expect(typeof value === "string" && /^[\x21-\x7e]+$/.test(value), "access_token", "expected visible ASCII characters");
    expect(typeof token_type === "string" && /^bearer$/i.test(token_type), "token_type", 'expected "Bearer"');
    expect(scope == null || typeof scope === "string", "scope", "expected a string");
    expect((body.error ?? "") === "", "error", "expected a string");
  }
  const seconds = readSeconds(expires_in);
  expect(
    seconds === undefined || (seconds >= 0 && seconds < Number.POSITIVE_INFINITY),
    "expires_in",
    "expected a number of seconds",
  );
  if (issues.length > 0) {
    throw new UnexpectedResponseError({
      message: `the answer of ${context.endpoint} is no token: ${issues.map(({ path, message }) => `${path} ${message}`.trim()).join("; ")}`,
      operation,
      status,
      issues,
      outcome: "unknown",
    });
  }

  const stated = typeof scope === "string";
  return Object.freeze({
    value: value as string,
    tokenType: "Bearer",
    ...lifetime(seconds, context.sentAt),
    grantedScope: { value: stated ? scope.split(" ").filter(Boolean) : context.scopes, stated },
    additionalParameters,
  });
}

function lifetime(seconds: number | undefined, sentAt: Date): Pick<AccessToken, "lifetimeMs" | "expiresAt"> {
  if (seconds === undefined) return {};
  const lifetimeMs = Math.min(Math.floor(seconds), longestLifetimeSeconds) * 1_000;
  return { lifetimeMs, expiresAt: new Date(sentAt.getTime() + lifetimeMs) };
}

/** A number, or a string of digits as some servers send it. NaN for what is neither. */
function readSeconds(value: unknown): number | undefined {
  if (value == null) return undefined;
  if (typeof value === "string") return /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  return typeof value === "number" ? value : Number.NaN;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

// Quoted strings are taken whole, so that an "error=" inside a realm is not read as a parameter.
const parameter = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** What a 401's `WWW-Authenticate` says (RFC 9110 section 11.6.1). A challenge without a code still means: client not accepted. */
function readChallenge(status: number, headers: Headers): Record<string, unknown> {
  const challenge = status === 401 ? headers.get("www-authenticate") : null;
  if (!challenge) return {};
  const found: Record<string, string> = { error: "invalid_client" };
  for (const [, name = "", quoted, plain] of challenge.matchAll(parameter)) {
    found[name.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
  }
  return found;
}

function tokenError(status: number, headers: Headers, code: string, description: unknown, context: AnswerContext): TokenError {
  const { endpoint, method, secrets } = context;
  const error = scrub(code, secrets, 100);
  const errorDescription = typeof description === "string" && description ? scrub(description, secrets) : undefined;
  const how = error === "invalid_client" ? ` (authenticated with ${method})` : "";
  return new TokenError({
    message: `${endpoint} refused (${status}): ${error}${errorDescription ? `: ${errorDescription}` : ""}${how}`,
    operation,
    status,
    error,
    errorDescription,
    retryAfterMs: readRetryAfter(headers),
    outcome: status < 500 ? "nothing_happened" : "unknown",
  });
}

/** An answer other than 200 that does not speak OAuth: a gateway's page, an empty body, another API's error. */
function refusal(status: number, headers: Headers, text: string, { endpoint, secrets }: AnswerContext): Error {
  // Whatever else it says, a text with a token in it is not shown.
  const snippet = status < 400 || text.includes("_token") ? "" : scrub(text, secrets, snippetLimit);
  const facts = {
    message: `${endpoint} answered ${status} without an OAuth error code${snippet ? `: ${snippet}` : ""}`,
    operation,
    status,
    outcome: status >= 400 && status < 500 ? ("nothing_happened" as const) : ("unknown" as const),
  };
  if (status === 429) return new RateLimitError({ ...facts, retryAfterMs: readRetryAfter(headers) });
  if (status >= 500) return new VendorError({ ...facts, retryAfterMs: readRetryAfter(headers) });
  return new UnexpectedResponseError(facts);
}
