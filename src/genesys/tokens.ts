import { type TokenProvider, toManagerAuthError } from "../core/authorize.js";
import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { toTokenTransport } from "../core/options.js";
import { validationError } from "../core/outcome.js";
import { requireCredentials } from "../core/validation.js";
import type { paths } from "../openapi/genesys.js";
import { clientSecretBasic } from "../token/authentication.js";
import { createTokenSource } from "../token/source.js";
import { tokenEndpoint } from "./endpoints.js";
import { operations, parseLoginError, rateLimitErrorPattern, vendor } from "./errors.js";

const expected = "expected the credentials that create, rotateSecret or import returned; a client of grant implicit has none";

const wrongCredentialsHint = "Check clientId, clientSecret and region: a client of another region is unknown";

/**
 * Creates a token request with these credentials. They are sent without form encoding: Genesys Cloud does not decode them.
 * @throws {ValidationError} scopes, an audience or a resource are given, which Genesys Cloud does not support
 */
export function createTokenRequest(
  loginUrl: string,
  credentials: ClientCredentials,
  parameters: TokenParameters = {},
): TokenRequest {
  const operation = operations.tokenRequest;
  const { clientId, clientSecret } = requireCredentials(credentials, { vendor, operation }, expected);
  const issues = (["scopes", "audience", "resource"] as const)
    .filter((name) => parameters[name]?.length)
    .map((path) => ({ path, message: "not supported: the client's roles alone decide what its tokens allow" }));
  if (issues.length > 0) throw validationError({ vendor, operation }, ...issues);
  return {
    tokenEndpoint: tokenEndpoint(loginUrl),
    clientId,
    clientAuthentication: clientSecretBasic(clientSecret, { formEncode: false }),
    rateLimitErrorPattern,
  };
}

/**
 * The manager's own tokens. A rate limit of the login host is a `RateLimitError`, which the transport retries after a wait. Refused
 * credentials are an `AuthenticationError`.
 */
export function createManagerTokens(
  loginUrl: string,
  credentials: ClientCredentials,
  transport: Parameters<typeof toTokenTransport>[0],
): TokenProvider {
  const { get, invalidate } = createTokenSource(createTokenRequest(loginUrl, credentials), toTokenTransport(transport));
  return {
    get: async (options) => {
      try {
        return await get(options);
      } catch (error) {
        throw toManagerAuthError(parseLoginError(error), vendor, wrongCredentialsHint);
      }
    },
    invalidate,
  };
}

/**
 * Requests a token to verify a secret. The token is not kept.
 * @throws {TokenEndpointError} the credentials are not accepted
 */
export async function verifySecret(login: Http<paths>, request: TokenRequest, options: CallOptions | undefined): Promise<void> {
  const { headers = {}, secrets } = await request.clientAuthentication.authenticate(request);
  try {
    await login({
      operation: operations.import,
      method: "post",
      path: "/oauth/token",
      form: { grant_type: "client_credentials" },
      readsOnly: true,
      authorize: () => ({ headers, secrets }),
      secrets,
      options,
    });
  } catch (error) {
    throw parseLoginError(error);
  }
}
