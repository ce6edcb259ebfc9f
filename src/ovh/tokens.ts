import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials, SecretAuthMethod, TokenRequest } from "../core/credentials.js";
import { ConfigurationError } from "../core/errors.js";
import { createError } from "../core/outcome.js";
import { clientSecretBasic, clientSecretPost } from "../token/authentication.js";
import { inputError, operations, vendor } from "./errors.js";
import { parseCredentials } from "./input.js";

/** The method of OVHcloud's guide. `client_secret_basic` works as well. */
export const authMethod: SecretAuthMethod = "client_secret_post";

// The token endpoint rejects a request without a scope.
const defaultScopes = ["all"];

/** Creates the token request for a client's credentials. */
export function createTokenRequest(
  tokenEndpoint: string | undefined,
  credentials: ClientCredentials,
  params: TokenParameters = {},
  operation: string = operations.tokenRequest,
): TokenRequest {
  const url = requireTokenEndpoint(tokenEndpoint, operation);
  const { clientId, clientSecret, tokenEndpointAuthMethod = authMethod } = parseCredentials(credentials, operation);
  for (const name of ["audience", "resource"] as const) {
    if (params[name]?.length) throw inputError(operation, name, "not supported by OVHcloud");
  }
  const authentication = tokenEndpointAuthMethod === "client_secret_basic" ? clientSecretBasic : clientSecretPost;
  const scopes = params.scopes?.filter(Boolean) ?? [];
  return {
    tokenEndpoint: url,
    clientId,
    clientAuthentication: authentication(clientSecret),
    scopes: scopes.length === 0 ? defaultScopes : scopes,
  };
}

/** @throws {ConfigurationError} the manager has no token endpoint */
export function requireTokenEndpoint(tokenEndpoint: string | undefined, operation: string): string {
  if (tokenEndpoint !== undefined) return tokenEndpoint;
  const message = "required with apiUrl: the token endpoint has another host";
  const issues = [{ path: "tokenEndpoint", message }];
  throw createError(ConfigurationError, { vendor, operation, issues }, { writes: false, reason: `tokenEndpoint: ${message}` });
}
