import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import { ConfigurationError } from "../core/errors.js";
import type { CallOptions } from "../core/manager.js";
import { createError } from "../core/outcome.js";
import { clientSecretBasic, clientSecretPost } from "../token/authentication.js";
import type { Connection } from "./connection.js";
import { readIntrospection } from "./convert.js";
import { tokenEndpoint } from "./endpoints.js";
import { operations, vendor } from "./errors.js";
import { parseCallOptions, parseCredentials, parseId, parseIntrospectOptions, parseToken } from "./input.js";
import type { OryIntrospection, OryIntrospectOptions } from "./types.js";
import { introspectionWire } from "./wire.js";

/** Creates the token request for a client's credentials. */
export function createTokenRequest(
  publicUrl: string | undefined,
  credentials: ClientCredentials,
  params: TokenParameters = {},
  operation: string = operations.tokenRequest,
): TokenRequest {
  const url = requirePublicUrl(publicUrl, operation);
  const { clientId, clientSecret, tokenEndpointAuthMethod } = parseCredentials(credentials, operation);
  const authentication = tokenEndpointAuthMethod === "client_secret_post" ? clientSecretPost : clientSecretBasic;
  return {
    tokenEndpoint: tokenEndpoint(url),
    clientId,
    clientAuthentication: authentication(clientSecret),
    ...(params.scopes === undefined ? {} : { scopes: params.scopes }),
    ...(params.audience === undefined ? {} : { audience: params.audience }),
    ...(params.resource === undefined ? {} : { resource: params.resource }),
  };
}

/** Introspects a token (RFC 7662). */
export async function introspectToken(
  { admin }: Connection,
  token: string,
  options?: OryIntrospectOptions,
): Promise<OryIntrospection> {
  const operation = operations.introspect;
  const { scopes, ...call } = parseIntrospectOptions(options);
  const { value } = await admin({
    operation,
    method: "post",
    path: "/admin/oauth2/introspect",
    form: { token: parseToken(token, operation), ...(scopes?.length ? { scope: scopes.join(" ") } : {}) },
    readsOnly: true,
    returns: introspectionWire,
    secrets: [token],
    options: call,
  });
  return readIntrospection(value);
}

/** Revokes a token (RFC 7009), authenticated as the client that the token was issued to. */
export async function revokeToken(
  connection: Connection,
  token: string,
  credentials: ClientCredentials,
  options?: CallOptions,
): Promise<void> {
  const operation = operations.revoke;
  const call = parseCallOptions(options, operation);
  const request = createTokenRequest(connection.publicUrl, credentials, {}, operation);
  parseToken(token, operation);
  const { headers = {}, parameters = {}, secrets } = await request.clientAuthentication.authenticate(request);
  await connection.public({
    operation,
    method: "post",
    path: "/oauth2/revoke",
    idempotent: true,
    returnsNothing: true,
    form: { token, ...parameters },
    authorize: () => ({ headers, secrets }),
    secrets: [token, ...secrets],
    options: call,
  });
}

/** Deletes all access tokens of a client. */
export async function deleteTokens({ admin }: Connection, id: string, options?: CallOptions): Promise<void> {
  const operation = operations.deleteTokens;
  await admin({
    operation,
    method: "delete",
    path: "/admin/oauth2/tokens",
    query: { client_id: parseId(id, operation) },
    returnsNothing: true,
    options: parseCallOptions(options, operation),
  });
}

/** @throws {ConfigurationError} the manager has no public URL */
export function requirePublicUrl(publicUrl: string | undefined, operation: string): string {
  if (publicUrl !== undefined) return publicUrl;
  const message = "required: tokens are issued and revoked by the public API";
  const issues = [{ path: "publicUrl", message }];
  throw createError(ConfigurationError, { vendor, operation, issues }, { writes: false, reason: `publicUrl: ${message}` });
}
