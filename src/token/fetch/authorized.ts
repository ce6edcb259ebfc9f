import { toNativeSignal } from "../../core/abort.js";
import { insecureHostsProblem, validateUrl } from "../../core/url.js";
import { isObject } from "../../core/values.js";
import { findIssues, functionProblem, listRule, throwIfIssues, toIssues } from "../checks.js";
import type { AccessToken, TokenSource } from "../types.js";
import { cancelBody, isRequest, isStream, parseUrl } from "./messages.js";

const operation = "authorizedFetch";

/** Options of `authorizedFetch`. */
export interface AuthorizedFetchOptions {
  /**
   * The origins that get the token, such as `https://api.example`: `https:`, a loopback address, or a host of `allowInsecureHttp`. No
   * other origin gets it.
   */
  readonly origins: readonly string[];
  /**
   * Sends the requests. Tokens of the type DPoP need `dpopFetch` of `oauth-clients/token/dpop`.
   * @default the platform's `fetch`
   */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Whether a response means that the token is no longer accepted, for servers that do not implement RFC 6750. To read the body, read
   * that of `response.clone()`. It is called for responses of the allowed origins only.
   * @default a 401 whose `WWW-Authenticate` has `error="invalid_token"` (RFC 6750 section 3.1)
   */
  readonly isTokenRejected?: (response: Response) => boolean | Promise<boolean>;
  /**
   * Host names in lower case, without port, whose origins may use `http:`, for example in a cluster whose network is encrypted. A token
   * sent over `http:` can be read by everyone on the way.
   * @default []
   */
  readonly allowInsecureHttp?: readonly string[];
}

/**
 * Creates a `fetch` that adds an access token to requests to the allowed origins, for any client that accepts a `fetch`. Requests to
 * other origins, and requests that have an `authorization` header, are sent unchanged.
 *
 * When a response rejects the token, the token is invalidated and the request is sent once more with a new one. This needs a body that
 * can be sent again: with a stream in `init.body` the response is returned instead. The body of a `Request` is copied, and stays in
 * memory until the response is received.
 *
 * The returned function throws the errors of the source's `get` and of `fetch`, and obeys the signal of the request while it waits for
 * a token. It throws a `ConfigurationError` when `isTokenRejected` returns anything but a boolean.
 *
 * @throws {ConfigurationError} at once, when an option is invalid; `issues` names it
 * @see RFC 6750 sections 2.1 and 3.1
 * @example
 * ```ts
 * import type { TokenSource } from "oauth-clients/token";
 * import { authorizedFetch } from "oauth-clients/token/fetch";
 *
 * declare const tokens: TokenSource;
 * const call = authorizedFetch(tokens, { origins: ["https://api.example.com"] });
 * const response = await call("https://api.example.com/orders");
 * ```
 */
export function authorizedFetch(
  source: Pick<TokenSource, "get" | "invalidate">,
  options: AuthorizedFetchOptions,
): typeof globalThis.fetch {
  validateOptions(source, options);
  const { isTokenRejected = hasInvalidTokenError } = options;
  const origins = new Set(options.origins);

  /** Whether an allowed origin rejected the token. After a redirect, another origin knows nothing about it. */
  async function isRejected(response: Response): Promise<boolean> {
    if (response.url && !origins.has(parseUrl(response.url)?.origin ?? "")) return false;
    const result: unknown = await isTokenRejected(response);
    if (typeof result !== "boolean") throwIfIssues(toIssues("isTokenRejected", "expected true or false"), operation);
    return result as boolean;
  }

  return async (input, init) => {
    const fetch = options.fetch ?? globalThis.fetch;
    const request = isRequest(input) ? input : undefined;
    // Copied one by one: `new Headers(headers)` loses fields of `Request`s that are patched by test tools.
    const headers = new Headers(init?.headers ?? [...(request?.headers ?? [])]);
    if (headers.has("authorization") || !origins.has(parseUrl(request?.url ?? String(input))?.origin ?? ""))
      return fetch(input, init);

    const signal = init?.signal && toNativeSignal(init.signal);
    const getSignal = signal ?? request?.signal;
    const getOptions = getSignal ? { signal: getSignal } : {};
    const send = (target: typeof input, { tokenType, value }: AccessToken) => {
      headers.set("authorization", `${tokenType} ${value}`);
      return fetch(target, { ...init, ...(signal ? { signal } : {}), headers });
    };
    const token = await source.get(getOptions);
    const copy = request?.body && !init?.body ? request.clone() : undefined;
    const response = await send(input, token);
    const cancelBodies = (error: unknown): never => {
      cancelBody(copy);
      cancelBody(response);
      throw error;
    };
    const rejected = await isRejected(response).catch(cancelBodies);
    if (rejected) source.invalidate(token);
    if (!rejected || isStream(init?.body)) {
      cancelBody(copy);
      return response;
    }
    const newToken = await source.get(getOptions).catch(cancelBodies);
    // The token endpoint returned the rejected token again, so another request would fail too.
    if (newToken.value === token.value) {
      cancelBody(copy);
      return response;
    }
    cancelBody(response);
    return send(copy ?? input, newToken);
  };
}

function validateOptions(source: unknown, options: AuthorizedFetchOptions): void {
  const { allowInsecureHttp } = isObject(options) ? (options as AuthorizedFetchOptions) : {};
  const insecureHosts = insecureHostsProblem(allowInsecureHttp) ? [] : allowInsecureHttp;
  throwIfIssues(
    [
      ...findIssues(options, {
        origins: (value, path) =>
          Array.isArray(value) && value.length === 0
            ? "expected at least one origin"
            : listRule((origin) => originProblem(origin, insecureHosts))(value ?? "", path),
        fetch: functionProblem,
        isTokenRejected: functionProblem,
        allowInsecureHttp: insecureHostsProblem,
      }),
      ...toIssues("source", isTokenSource(source) ? undefined : "expected a token source"),
    ],
    operation,
  );
}

function isTokenSource(value: unknown): boolean {
  return isObject(value) && typeof value.get === "function" && typeof value.invalidate === "function";
}

function originProblem(value: unknown, insecureHosts: readonly string[] | undefined): string | undefined {
  const problem = validateUrl(value, insecureHosts);
  if (problem !== undefined) return problem;
  return new URL(value as string).origin === value ? undefined : "expected an origin: scheme, host and port alone";
}

// The pattern below takes quadratic time in the worst case.
const maxChallengeLength = 2_000;

// One header can have several challenges. Quoted strings are removed first, because they can contain any text.
function hasInvalidTokenError({ status, headers }: Response): boolean {
  const challenge = headers.get("www-authenticate")?.slice(0, maxChallengeLength) ?? "";
  return (
    status === 401 &&
    /\berror\s*=\s*"?invalid_token\b/i.test(challenge.replace(/\b(?!error\b)[\w-]+\s*=\s*"([^"\\]|\\.)*"/gi, ""))
  );
}
