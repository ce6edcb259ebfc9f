import { cloneError } from "../../core/errors.js";
import { parseObject, toTokenError } from "../response.js";
import { prepareRequest, send, throwIfProblems } from "./request.js";
import type { RequestOptions, RevocationRequest } from "./types.js";

const operation = "revoke token";

/**
 * Revokes a token. A token that the server does not know counts as revoked. One request without retries.
 *
 * With a `source` the token is invalidated there before the request is sent, and stays so when the request fails.
 *
 * @throws {ConfigurationError} a value is invalid, or the server has no revocation endpoint; `issues` names the field
 * @throws {TokenEndpointError} the server sent an OAuth error response; `error` is its code, for example `unsupported_token_type`
 * @throws {ServerError} the response is a 5xx. After a 503 the token is still valid: try again after `retryAfterMs`
 * @throws {RateLimitError} the response is a 429
 * @throws {UnexpectedResponseError} the response is a redirect or has another status
 * @throws {NetworkError} no response was received
 * @throws {TimeoutError} `timeoutMs` passed
 * @see RFC 7009 section 2
 */
export async function revokeToken(request: RevocationRequest, options: RequestOptions = {}): Promise<void> {
  const { url, prepare } = prepareRequest(operation, "revocationEndpoint", request, options);
  const { source, token } = request;
  const isSource = source === undefined || typeof source?.invalidate === "function";
  throwIfProblems(operation, { source: isSource ? undefined : "expected a token source" });
  source?.invalidate(token);
  const response = await send({ operation, url, prepare }, options);
  if (response.status === 200) return;
  const error = toTokenError(response, parseObject(response.text));
  // RFC 7009 section 2.2.1: after a 503 the token still exists.
  throw response.status === 503 ? cloneError(error, { outcome: "not_applied" }) : error;
}
