import type { TokenRequest } from "../core/credentials.js";
import type { RetryOptions } from "../core/http/retry.js";
import { type Rules, signalProblem } from "./checks.js";
import { optionRules, prepareTokenRequest } from "./prepare.js";
import type { AccessToken, TokenOptions } from "./types.js";

/**
 * Requests one access token with the client credentials grant: one request, without retries and without a cache.
 *
 * A redirect is not followed, and a response that is not a valid Bearer token is rejected. The request and the options are validated
 * before anything is sent.
 *
 * @throws {ConfigurationError} the request or an option is invalid; `issues` names the field
 * @throws {TokenEndpointError} the token endpoint sent an error response; `error` is its code
 * @throws {RateLimitError} the response is a 429 without an OAuth error code
 * @throws {ServerError} the response is a 5xx without an OAuth error code
 * @throws {UnexpectedResponseError} the response is a redirect, or not a valid token response
 * @throws {NetworkError} no response was received
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
export function requestToken(request: TokenRequest, options: TokenOptions = {}): Promise<AccessToken> {
  return requestTokenWithRetry(request, options, { maxRetries: 0 });
}

/** Requests a token as `requestToken` does, with retries like those of a read. */
export async function requestTokenWithRetry(
  request: TokenRequest,
  options: TokenOptions,
  retry: RetryOptions,
): Promise<AccessToken> {
  return prepareTokenRequest(request, options, requestOptionRules).run(retry, options.signal);
}

const requestOptionRules: Rules = /* @__PURE__ */ Object.assign({ signal: signalProblem }, optionRules);
