import { cloneError } from "../../core/errors.js";
import { parseObject, toTokenError } from "../answer.js";
import { prepareCall } from "./call.js";
import { refuseFaults } from "./checks.js";
import { send } from "./request.js";
import type { RequestOptions, RevocationRequest } from "./types.js";

const operation = "revoke token";

/**
 * Revokes a token. A token that the server does not know counts as revoked. One request, no repeat.
 *
 * Where the call names a source the token is forgotten there before anything is sent, and stays forgotten whatever comes.
 *
 * @throws {ConfigurationError} something cannot be sent, or the server has no revocation endpoint; `issues` names the field
 * @throws {TokenEndpointError} the server refused; `error` is its code, for example `unsupported_token_type`
 * @throws {ServerError} it answered 5xx. After a 503 the token lives on: try again after `retryAfterMs`
 * @throws {RateLimitError} it answered 429
 * @throws {UnexpectedResponseError} it redirected, or answered something else
 * @throws {NetworkError} no answer came
 * @throws {TimeoutError} `timeoutMs` passed
 * @see RFC 7009 section 2
 */
export async function revokeToken(call: RevocationRequest, options: RequestOptions = {}): Promise<void> {
  const { url, prepare } = prepareCall(operation, "revocationEndpoint", call, options);
  const { source, token } = call;
  const isSource = source === undefined || typeof source?.invalidate === "function";
  refuseFaults(operation, { source: isSource ? undefined : "expected a token source" });
  source?.invalidate(token);
  const answer = await send({ operation, url, prepare }, options);
  if (answer.status === 200) return;
  const error = toTokenError(answer, parseObject(answer.text));
  // RFC 7009 section 2.2.1: after a 503 the client has to assume that the token still exists.
  throw answer.status === 503 ? cloneError(error, { outcome: "not_applied" }) : error;
}
