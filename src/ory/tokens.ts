import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import { ConfigurationError } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { requireCredentials } from "../core/validation.js";
import type { paths } from "../openapi/ory.js";
import { clientSecretBasic, clientSecretPost } from "../token/authentication.js";
import { readIntrospection } from "./convert.js";
import { tokenEndpoint } from "./endpoints.js";
import { requireText } from "./input.js";
import type { OryIntrospection, OryIntrospectOptions } from "./types.js";
import { introspectionWire } from "./wire.js";

const expected = "expected the credentials that create, rotateSecret or import gave; a client whose method is none has none";

/** Says how to ask for a token with these credentials. */
export function makeTokenRequest(
  publicUrl: string | undefined,
  credentials: ClientCredentials,
  wanted: TokenParameters = {},
  operation = "make token request",
): TokenRequest {
  const url = requirePublicUrl(publicUrl, operation);
  const {
    clientId,
    clientSecret,
    tokenEndpointAuthMethod = "client_secret_basic",
  } = requireCredentials(credentials, { vendor: "ory", operation }, expected);
  const authentication = tokenEndpointAuthMethod === "client_secret_post" ? clientSecretPost : clientSecretBasic;
  return {
    tokenEndpoint: tokenEndpoint(url),
    clientId,
    clientAuthentication: authentication(clientSecret),
    ...(wanted.scopes === undefined ? {} : { scopes: wanted.scopes }),
    ...(wanted.audience === undefined ? {} : { audience: wanted.audience }),
  };
}

/** Asks the server about a token. */
export async function introspect(
  admin: Http<paths>,
  token: string,
  { scopes, ...options }: OryIntrospectOptions = {},
): Promise<OryIntrospection> {
  const { value } = await admin({
    operation: "introspect token",
    method: "post",
    path: "/admin/oauth2/introspect",
    form: { token: requireText(token, "token", "introspect token"), ...(scopes?.length ? { scope: scopes.join(" ") } : {}) },
    readsOnly: true,
    returns: introspectionWire,
    secrets: [token],
    options,
  });
  return readIntrospection(value);
}

/** Ends a token, as the client that it was given to. */
export async function revoke(
  open: Http<paths>,
  request: TokenRequest,
  token: string,
  options: CallOptions | undefined,
): Promise<void> {
  requireText(token, "token", "revoke token");
  const { headers = {}, parameters = {}, secrets } = await request.clientAuthentication.authenticate(request);
  await open({
    operation: "revoke token",
    method: "post",
    path: "/oauth2/revoke",
    idempotent: true,
    form: { token, ...parameters },
    authorize: () => ({ headers, secrets }),
    secrets: [token, ...secrets],
    options,
  });
}

/** @throws {ConfigurationError} there is no public address */
export function requirePublicUrl(publicUrl: string | undefined, operation: string): string {
  if (publicUrl !== undefined) return publicUrl;
  const issues = [{ path: "publicUrl", message: "required: tokens are given and revoked by the public API" }];
  throw new ConfigurationError({
    vendor: "ory",
    operation,
    message: `ory ${operation}: publicUrl: ${issues[0]?.message}`,
    issues,
  });
}
