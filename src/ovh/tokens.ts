import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials, SecretAuthMethod, TokenRequest } from "../core/credentials.js";
import { ConfigurationError } from "../core/errors.js";
import { requireCredentials, validationError } from "../core/validation.js";
import { clientSecretBasic, clientSecretPost } from "../token/authentication.js";

/** How OVHcloud's guide presents a secret. Basic works as well. */
export const authMethod: SecretAuthMethod = "client_secret_post";

const door = { vendor: "ovh", operation: "make token request" };

// The token endpoint refuses a request without a scope.
const everything = ["all"];

/** Says how to ask for a token with these credentials. */
export function makeTokenRequest(
  tokenEndpoint: string,
  credentials: ClientCredentials,
  wanted: TokenParameters = {},
): TokenRequest {
  const {
    clientId,
    clientSecret,
    tokenEndpointAuthMethod = authMethod,
  } = requireCredentials(credentials, door, "expected the credentials that create or import gave");
  if (wanted.audience?.length) throw validationError(door, { path: "audience", message: "OVHcloud knows no audiences" });
  const authentication = tokenEndpointAuthMethod === "client_secret_basic" ? clientSecretBasic : clientSecretPost;
  const scopes = wanted.scopes?.filter(Boolean) ?? [];
  return {
    tokenEndpoint,
    clientId,
    clientAuthentication: authentication(clientSecret),
    scopes: scopes.length === 0 ? everything : scopes,
  };
}

/** @throws {ConfigurationError} the token endpoint is not known */
export function requireTokenUrl(tokenEndpoint: string | undefined, operation: string): string {
  if (tokenEndpoint !== undefined) return tokenEndpoint;
  const issues = [{ path: "tokenEndpoint", message: "required with apiUrl: tokens are given elsewhere" }];
  throw new ConfigurationError({
    vendor: "ovh",
    operation,
    message: `ovh ${operation}: tokenEndpoint: ${issues[0]?.message}`,
    issues,
  });
}
