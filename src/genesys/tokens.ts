import type { TokenSupply } from "../core/authorize.js";
import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { toTokenTransport } from "../core/options.js";
import { requireCredentials } from "../core/validation.js";
import type { paths } from "../openapi/genesys.js";
import { clientSecretBasic } from "../token/authentication.js";
import { createTokenSource } from "../token/source.js";
import { tokenEndpoint } from "./endpoints.js";
import { readLoginFailure, throttled } from "./errors.js";
import { inputError } from "./input.js";

const expected = "expected the credentials that create, rotateSecret or import gave; a client of grant implicit has none";

/**
 * Says how to ask for a token with these credentials. They travel as they are: Genesys Cloud does not decode them.
 * @throws {ValidationError} something is asked for that Genesys Cloud does not know
 */
export function makeTokenRequest(loginUrl: string, credentials: ClientCredentials, wanted: TokenParameters = {}): TokenRequest {
  const operation = "make token request";
  const { clientId, clientSecret } = requireCredentials(credentials, { vendor: "genesys", operation }, expected);
  const issues = (["scopes", "audience"] as const)
    .filter((name) => wanted[name]?.length)
    .map((path) => ({ path, message: "a client's tokens are good for what its roles allow, nothing else can be asked for" }));
  if (issues.length > 0) throw inputError(operation, issues);
  return {
    tokenEndpoint: tokenEndpoint(loginUrl),
    clientId,
    clientAuthentication: clientSecretBasic(clientSecret, { formEncode: false }),
    rateLimitErrorPattern: throttled,
  };
}

/** The manager's own tokens. A throttled login is told as a `RateLimitError`, which the transport waits for and repeats. */
export function createOwnTokens(
  loginUrl: string,
  credentials: ClientCredentials,
  fetch: typeof globalThis.fetch | undefined,
): TokenSupply {
  const { get, invalidate } = createTokenSource(makeTokenRequest(loginUrl, credentials), toTokenTransport(fetch));
  return {
    get: async (options) => {
      try {
        return await get(options);
      } catch (error) {
        throw readLoginFailure(error);
      }
    },
    invalidate,
  };
}

/**
 * Gets a token with credentials and lets it go.
 * @throws {TokenEndpointError} the credentials are not accepted
 */
export async function proveSecret(
  login: Http<paths>,
  request: TokenRequest,
  operation: string,
  options: CallOptions | undefined,
): Promise<void> {
  const { headers = {}, secrets } = await request.clientAuthentication.authenticate(request);
  try {
    await login({
      operation,
      method: "post",
      path: "/oauth/token",
      form: { grant_type: "client_credentials" },
      readsOnly: true,
      authorize: () => ({ headers, secrets }),
      secrets,
      options,
    });
  } catch (error) {
    throw readLoginFailure(error);
  }
}
