import { parseObject, toTokenError } from "../answer.js";
import { type Faults, issuerFault, optionFaults, refuseFaults } from "./checks.js";
import { readMetadata, wellKnownUrl } from "./metadata.js";
import { reading, send } from "./request.js";
import type { AuthorizationServer, DiscoveryOptions } from "./types.js";

const operation = "discover server";

/**
 * Reads the metadata of an authorization server: one request, no repeat, nothing kept.
 *
 * The document counts only if it states the issuer that was asked for, to the character: a slash at the end makes another issuer. Its
 * endpoints have to be `https:` (loopback addresses for an issuer on the loopback). Redirects are not followed.
 *
 * @throws {ConfigurationError} the issuer or an option cannot work; `issues` names the field
 * @throws {UnexpectedResponseError} there is no document, it is another issuer's, or an endpoint in it cannot be used
 * @throws {RateLimitError} the server answered 429
 * @throws {ServerError} it answered 5xx
 * @throws {NetworkError} no answer came
 * @throws {TimeoutError} `timeoutMs` passed
 * @see RFC 8414 section 3, OpenID Connect Discovery section 4
 */
export async function discoverServer(issuer: string, options: DiscoveryOptions = {}): Promise<AuthorizationServer> {
  checkDiscovery(issuer, options);
  const url = wellKnownUrl(issuer, options.wellKnown ?? "oauth-authorization-server");
  const prepare = () => ({ init: { headers: { accept: "application/json" } }, method: "nothing", secrets: [] });
  return reading(async () => {
    const answer = await send({ operation, url, prepare }, options);
    if (answer.status !== 200) throw toTokenError(answer, parseObject(answer.text));
    return readMetadata(answer, issuer, options);
  });
}

/**
 * Checks an issuer and what is asked of it, before anything is sent.
 * @throws {ConfigurationError}
 */
export function checkDiscovery(issuer: string, options: DiscoveryOptions, further: Faults = {}): void {
  const { wellKnown, mutualTls, allowedHosts } = options;
  const kinds: readonly unknown[] = ["oauth-authorization-server", "openid-configuration", undefined];
  const isHosts = Array.isArray(allowedHosts) && allowedHosts.every((host) => typeof host === "string" && !/[/@]/.test(host));
  refuseFaults(operation, {
    issuer: issuerFault(issuer),
    wellKnown: kinds.includes(wellKnown) ? undefined : `expected ${kinds.slice(0, 2).join(" or ")}`,
    mutualTls: mutualTls === undefined || typeof mutualTls === "boolean" ? undefined : "expected a boolean",
    allowedHosts: allowedHosts === undefined || isHosts ? undefined : "expected an array of hosts, without scheme and path",
    ...optionFaults(options),
    ...further,
  });
}
