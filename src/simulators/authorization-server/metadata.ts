import { assertionAlgorithms } from "./assertions.js";
import type { AuthorizationServerUrls } from "./options.js";

/** The URLs of an issuer. A slash at the end of the issuer is not part of the URLs (RFC 8414 section 3.1). */
export function urlsOf(issuer: string): AuthorizationServerUrls {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/+$/, "");
  return {
    issuer,
    token: `${origin}${path}/token`,
    introspection: `${origin}${path}/introspect`,
    revocation: `${origin}${path}/revoke`,
    serverMetadata: `${origin}/.well-known/oauth-authorization-server${path}`,
    openidConfiguration: `${origin}${path}/.well-known/openid-configuration`,
  };
}

/** The metadata of the server (RFC 8414 section 2). */
export function metadataOf(
  { issuer, token, introspection, revocation }: AuthorizationServerUrls,
  scopes: readonly string[] | undefined,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const methods = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"];
  return {
    issuer,
    token_endpoint: token,
    introspection_endpoint: introspection,
    revocation_endpoint: revocation,
    grant_types_supported: ["client_credentials"],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    ...(scopes && { scopes_supported: scopes }),
    ...changes,
  };
}
