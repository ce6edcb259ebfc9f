import type { TokenRequest } from "../../core/credentials.js";
import { redact } from "../../core/redact.js";
import { authenticationRule } from "../checks.js";
import { refuseFaults } from "./checks.js";
import type { AuthorizationServer } from "./types.js";

const byCertificate = ["tls_client_auth", "self_signed_tls_client_auth"];

/**
 * Makes the token request of a client at a discovered server, after a look whether the server takes its way to authenticate. Where a
 * server's metadata is wrong about that, write the request by hand.
 *
 * @throws {ConfigurationError} the server does not list the method, or has other endpoints for clients that show a certificate
 */
export function tokenRequestFor(server: AuthorizationServer, client: Omit<TokenRequest, "tokenEndpoint">): TokenRequest {
  const { clientAuthentication } = client;
  const { tokenEndpoint, tokenEndpointAuthMethods: methods, hasMutualTlsAliases, mutualTls } = server;
  refuseFaults("token request", { clientAuthentication: authenticationRule()(clientAuthentication, "clientAuthentication") });
  const { method } = clientAuthentication;
  const listed = methods.includes(method) ? undefined : `the server takes ${redact(methods.join(", "), [], 200) || "none"}`;
  const needsAliases = byCertificate.includes(method) && hasMutualTlsAliases && !mutualTls;
  refuseFaults("token request", {
    clientAuthentication: listed ?? (needsAliases ? "discover the server with mutualTls for this method" : undefined),
  });
  return { ...client, tokenEndpoint };
}
