import type { TokenRequest } from "../core/credentials.js";
import type { RetryOptions } from "../core/http/retry.js";
import type { Rule } from "./checks.js";
import { prepareTokenRequest } from "./exchange.js";
import type { AccessToken, TokenOptions } from "./types.js";

/**
 * Gets one access token with the client credentials grant: one request, no repeat, nothing kept.
 *
 * Redirects are not followed, and an answer that is not exactly a Bearer token is refused. Every problem with the request itself is
 * reported before anything is sent.
 *
 * @throws {ConfigurationError} the request or an option cannot work; `issues` names the field
 * @throws {TokenEndpointError} the token endpoint refused; `error` is its code
 * @throws {RateLimitError} it answered 429 without an OAuth error code
 * @throws {ServerError} it answered 5xx without an OAuth error code
 * @throws {UnexpectedResponseError} it redirected, or its answer is no token
 * @throws {NetworkError} no answer came
 * @throws {TimeoutError} `timeoutMs` passed
 * @see RFC 6749 sections 4.4 and 5
 * @example
 * ```ts
 * import { clientSecretBasic, requestToken } from "oauth-clients/token";
 *
 * const { value } = await requestToken({
 *   tokenEndpoint: "https://login.example.com/oauth2/token",
 *   clientId: "reports",
 *   clientAuthentication: clientSecretBasic(process.env.CLIENT_SECRET ?? ""),
 * });
 * ```
 */
export async function requestToken(request: TokenRequest, options: TokenOptions = {}): Promise<AccessToken> {
  return requestTokenWithRetry(request, options, { maxRetries: 0 });
}

/** Requests a token as `requestToken` does, with retries like those of a read. */
export async function requestTokenWithRetry(
  request: TokenRequest,
  options: TokenOptions,
  retry: RetryOptions,
): Promise<AccessToken> {
  return prepareTokenRequest(request, options, { signal: signalFault }).run(retry, options.signal);
}

const signalFault: Rule = (value) =>
  value === undefined || Object(value).addEventListener ? undefined : "expected an AbortSignal";
