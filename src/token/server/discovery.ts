import type { TokenRequest } from "../../core/credentials.js";
import { redact } from "../../core/redact.js";
import { authenticationRule } from "../checks.js";
import { toTokenError } from "../response.js";
import { unexpectedResponse } from "../transport.js";
import { parseMetadata, wellKnownUrl } from "./metadata.js";
import { issuerProblem, optionProblems, type Problems, readOnly, send, throwIfProblems, urlProblem } from "./request.js";
import type { AuthorizationServer, DiscoveryOptions } from "./types.js";

const operation = "discover server";
const certificateMethods = ["tls_client_auth", "self_signed_tls_client_auth"];

/**
 * Reads the metadata of an authorization server: one request without retries, and no cache.
 *
 * The document is valid only if its `issuer` has the same characters as the requested one: a slash at the end makes another issuer. Its
 * endpoints have to be `https:` (or loopback addresses for an issuer on a loopback address). Redirects are not followed.
 *
 * @throws {ConfigurationError} the issuer or an option is invalid; `issues` names the field
 * @throws {UnexpectedResponseError} there is no document, it has another issuer, or one of its endpoints is invalid
 * @throws {RateLimitError} the response is a 429
 * @throws {ServerError} the response is a 5xx
 * @throws {NetworkError} no response was received
 * @throws {TimeoutError} `timeoutMs` passed
 * @see RFC 8414 section 3, OpenID Connect Discovery section 4
 * @example
 * ```ts
 * import { discoverServer } from "oauth-clients/token/server";
 *
 * const { tokenEndpoint } = await discoverServer("https://login.example.com");
 * ```
 */
export async function discoverServer(issuer: string, options: DiscoveryOptions = {}): Promise<AuthorizationServer> {
  validateDiscovery(issuer, options);
  const { wellKnown = "oauth-authorization-server", metadataUrl } = options;
  const url = metadataUrl ?? wellKnownUrl(issuer, wellKnown);
  const prepare = () => ({ init: { headers: { accept: "application/json" } }, method: "none", secrets: [] });
  return readOnly(async () => {
    const response = await send({ operation, url, prepare }, options);
    if (response.status === 404) {
      const other = wellKnown === "openid-configuration" ? "oauth-authorization-server" : "openid-configuration";
      const advice = metadataUrl ? "Check metadataUrl" : `Try wellKnown: "${other}", or metadataUrl`;
      throw unexpectedResponse(response, 404, `${response.endpoint} has no metadata (404). ${advice}`);
    }
    // The response of a metadata URL is never an OAuth error response, so its body is not read as one.
    if (response.status !== 200) throw toTokenError(response, undefined);
    return parseMetadata(response, issuer, options);
  });
}

/**
 * Validates an issuer and options before a request is sent.
 * @param problems - the problems of options that belong to the caller
 * @throws {ConfigurationError}
 */
export function validateDiscovery(issuer: string, options: DiscoveryOptions, problems: Problems = {}): void {
  const { wellKnown, metadataUrl, mutualTls, allowedHosts } = options;
  const documents: readonly unknown[] = ["oauth-authorization-server", "openid-configuration", undefined];
  const isHosts = Array.isArray(allowedHosts) && allowedHosts.every((host) => typeof host === "string" && !/[/@]/.test(host));
  throwIfProblems(operation, {
    issuer: issuerProblem(issuer, options),
    metadataUrl:
      metadataUrl === undefined
        ? undefined
        : wellKnown === undefined
          ? urlProblem(metadataUrl, options)
          : "cannot be combined with wellKnown",
    wellKnown: documents.includes(wellKnown) ? undefined : `expected ${documents.slice(0, 2).join(" or ")}`,
    mutualTls: mutualTls === undefined || typeof mutualTls === "boolean" ? undefined : "expected a boolean",
    allowedHosts: allowedHosts === undefined || isHosts ? undefined : "expected an array of hosts, without scheme and path",
    ...optionProblems(options),
    ...problems,
  });
}

/**
 * Creates the token request of a client at a discovered server, and checks that the server supports the client's authentication method.
 * When the metadata of a server is wrong about that, write the token request by hand.
 *
 * @throws {ConfigurationError} the server does not list the method, or has other endpoints for clients with a certificate
 */
export function tokenRequestFor(server: AuthorizationServer, client: Omit<TokenRequest, "tokenEndpoint">): TokenRequest {
  const { clientAuthentication } = client;
  const { tokenEndpoint, tokenEndpointAuthMethods, hasMutualTlsAliases, mutualTls } = server;
  const path = "clientAuthentication";
  throwIfProblems("token request", { [path]: authenticationRule()(clientAuthentication, path) });
  const { method } = clientAuthentication;
  const supported = redact(tokenEndpointAuthMethods.join(", "), [], 200) || "no method";
  const needsAliases = certificateMethods.includes(method) && hasMutualTlsAliases && !mutualTls;
  throwIfProblems("token request", {
    [path]: !tokenEndpointAuthMethods.includes(method)
      ? `the server supports ${supported}`
      : needsAliases
        ? "discover the server with mutualTls for this method"
        : undefined,
  });
  return { ...client, tokenEndpoint };
}
