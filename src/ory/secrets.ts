import { type Deadline, startDeadline } from "../core/abort.js";
import type { RotateSecretResult } from "../core/capabilities.js";
import type { ClientCredentials, SecretAuthMethod } from "../core/credentials.js";
import {
  isOAuthClientsError,
  type OAuthClientsError,
  ResponseError,
  ServerError,
  UnexpectedResponseError,
} from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { createError, withOutcome } from "../core/outcome.js";
import { type StagePending, writeSecret } from "../core/secret-sink.js";
import { requireSameId } from "../core/validation.js";
import type { paths } from "../openapi/ory.js";
import { accountOf, getWireClient, randomSecret, toSecretMethod } from "./clients.js";
import type { Connection } from "./connection.js";
import { mergeChanges, readClient } from "./convert.js";
import { reconciliationTimeoutMs } from "./create-reconciliation.js";
import { inputError, mayLackPath, operations, vendor } from "./errors.js";
import { parseCallOptions, parseId, parseRotateOptions } from "./input.js";
import { revokeToken } from "./tokens.js";
import type { OryClient, OryRotateSecretOptions } from "./types.js";
import { clientWire, type ReadClient, replacedWire, rotatedWire, versionWire } from "./wire.js";

// Ory keeps so many old secrets.
const maximumRotatedSecrets = 5;

/** Replaces a client's secret and writes the new one to the sink. The old one stays valid where the server supports it. */
export async function rotateSecret(
  connection: Connection,
  clientId: string,
  options?: OryRotateSecretOptions,
): Promise<RotateSecretResult> {
  const operation = operations.rotateSecret;
  const id = parseId(clientId, operation);
  const { secretSink, overlap, ...call } = parseRotateOptions(options);
  const clientSecret = connection.credentialsFrom === "library" ? randomSecret() : undefined;
  const credentials = clientSecret === undefined ? undefined : { clientId: id, clientSecret };
  const rotate = async (stage: StagePending): Promise<RotateSecretResult> => {
    const deadline = startDeadline(call, connection.timeoutMs);
    try {
      return await sendRotation(connection, id, clientSecret, deadline);
    } catch (error) {
      await requireLackOfRotation(connection, error, operation, deadline, credentials);
      if (overlap === "required") throw inputError(operation, "overlap", "not supported: this server has no secret rotation");
      return replaceSecret(connection, id, clientSecret ?? randomSecret(), deadline, stage);
    }
  };
  const context = { vendor, operation, ...accountOf(connection), id };
  return writeSecret(options, context, rotate, undefined, credentials);
}

async function sendRotation(
  connection: Connection,
  id: string,
  clientSecret: string | undefined,
  deadline: Deadline,
): Promise<RotateSecretResult> {
  const operation = operations.rotateSecret;
  try {
    const { value } = await connection.adminOptional({
      operation,
      method: "post",
      path: "/admin/clients/{id}/secrets/rotate",
      params: { id },
      ...(clientSecret === undefined ? {} : { json: { client_secret: clientSecret }, secrets: [clientSecret] }),
      returns: rotatedWire,
      abortLosesResult: true,
      options: deadline.remaining(),
    });
    if (value.client_id !== undefined) requireSameId(value, "client_id", id, { vendor, operation, outcome: "unknown" });
    const method =
      typeof value.token_endpoint_auth_method === "string" ? value.token_endpoint_auth_method : "client_secret_basic";
    connection.lostRotations.delete(id);
    // A server that ignores the body returns a secret of its own.
    return {
      credentials: { clientId: id, clientSecret: value.client_secret, ...toSecretMethod(method) },
      previousSecret: "still-valid",
    };
  } catch (error) {
    if (!isOAuthClientsError(error) || error.outcome !== "unknown") throw error;
    const credentials = clientSecret === undefined ? undefined : await findAccepted(connection, id, clientSecret, deadline);
    if (credentials === undefined) throw lostRotation(connection, id, error, clientSecret);
    connection.lostRotations.delete(id);
    return { credentials, previousSecret: "still-valid" };
  }
}

// After a lost response, a secret that only this call knows is accepted when the rotation was applied with it.
async function findAccepted(
  connection: Connection,
  id: string,
  clientSecret: string,
  deadline: Deadline,
): Promise<ClientCredentials | undefined> {
  const { signal } = deadline.remaining() as CallOptions;
  if (connection.publicUrl === undefined || signal?.aborted) return undefined;
  const rest = startDeadline({ timeoutMs: reconciliationTimeoutMs, ...(signal ? { signal } : {}) });
  try {
    const client = await getWireClient(connection, id, operations.rotateSecret, rest.remaining());
    const method = toSecretMethod(client.token_endpoint_auth_method || "client_secret_basic");
    if (method.tokenEndpointAuthMethod === undefined) return undefined;
    const credentials = { clientId: id, clientSecret, ...method };
    await revokeToken(connection, crypto.randomUUID(), credentials, rest.remaining());
    return credentials;
  } catch {
    return undefined;
  }
}

function lostRotation({ lostRotations }: Connection, id: string, error: OAuthClientsError, clientSecret?: string) {
  const count = (lostRotations.get(id) ?? 0) + 1;
  lostRotations.set(id, count);
  const more = maximumRotatedSecrets + 1 - count;
  const warning =
    more > 0
      ? `After ${more} more lost rotations the secret in use is invalid`
      : "The secret in use may be invalid, because Ory keeps five old secrets";
  return withOutcome(error, {
    outcome: "unknown",
    effect:
      count < 2
        ? "The secret may have been rotated; the secret in use stays valid until deleteRotatedSecrets"
        : `The secret may have been rotated. The responses of ${count} rotations were lost. ${warning}. Do not call deleteRotatedSecrets before a rotation succeeds`,
    hint: "Rotate again",
    ...(clientSecret === undefined ? {} : { credentials: { clientId: id, clientSecret } }),
  });
}

// The documented procedure for a server without rotation. It has no overlap: this request revokes the old secret.
async function replaceSecret(
  connection: Connection,
  id: string,
  clientSecret: string,
  deadline: Deadline,
  stage: StagePending,
): Promise<RotateSecretResult<"revoked">> {
  const operation = operations.rotateSecret;
  const current = await getWireClient(connection, id, operation, deadline.remaining());
  const tokenEndpointAuthMethod = requireSecretMethod(current, operation);
  const credentials = { clientId: id, clientSecret, tokenEndpointAuthMethod };
  await stage(credentials);
  await connection.admin({
    operation,
    method: "put",
    path: "/admin/clients/{id}",
    params: { id },
    json: { ...mergeChanges(current, {}), client_secret: credentials.clientSecret },
    returns: replacedWire,
    abortLosesResult: true,
    credentials,
    options: deadline.remaining(),
  });
  return { credentials, previousSecret: "revoked" };
}

/** Deletes every secret but the newest, and reads the client. */
export async function deleteRotatedSecrets(
  connection: Connection,
  clientId: string,
  options?: CallOptions,
): Promise<OryClient> {
  const operation = operations.deleteRotatedSecrets;
  const id = parseId(clientId, operation);
  const deadline = startDeadline(parseCallOptions(options, operation), connection.timeoutMs);
  try {
    const { value } = await connection.adminOptional({
      operation,
      method: "delete",
      path: "/admin/clients/{id}/secrets/rotate",
      params: { id },
      returns: clientWire,
      options: deadline.remaining(),
    });
    requireSameId(value, "client_id", id, { vendor, operation, outcome: "unknown" });
    return readClient(value);
  } catch (error) {
    await requireLackOfRotation(connection, error, operation, deadline);
    const current = await getWireClient(connection, id, operation, deadline.remaining());
    requireSecretMethod(current, operation);
    return readClient(current);
  }
}

// Returns only when the server has no rotation, as Hydra up to 26.2. A gateway can respond with the same status, so the version has
// to confirm it.
async function requireLackOfRotation(
  { adminOptional }: Connection,
  error: unknown,
  operation: string,
  deadline: Deadline,
  credentials?: ClientCredentials,
): Promise<void> {
  if (!(error instanceof ResponseError) || !mayLackPath(error)) throw error;
  try {
    if (await isOldVersion(adminOptional, operation, deadline)) return;
  } catch (failed) {
    if (!isOAuthClientsError(failed)) throw failed;
    throw withOutcome(failed as OAuthClientsError, { outcome: "unknown", credentials });
  }
  // Not a NotFoundError: the response proves nothing about the client.
  const { status, requestId } = error;
  throw createError(
    ServerError,
    { vendor, operation, status: 502, outcome: "unknown", requestId, credentials },
    {
      writes: true,
      reason:
        "a gateway may have sent this response: the version of the server does not confirm that it has no secret rotation",
      code: status,
      hint: "Check adminUrl and the gateway, and try again",
    },
  );
}

async function isOldVersion(admin: Http<paths>, operation: string, deadline: Deadline): Promise<boolean> {
  try {
    const { value } = await admin({
      operation,
      method: "get",
      path: "/version",
      returns: versionWire,
      options: deadline.remaining(),
    });
    const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(value.version) ?? [];
    // Without a number both are NaN.
    return Number(major) < 26 || (Number(major) === 26 && Number(minor) <= 2);
  } catch (error) {
    if (error instanceof ResponseError || error instanceof UnexpectedResponseError) return false;
    throw error;
  }
}

// A server with rotation responds with 400 in this case.
function requireSecretMethod(client: ReadClient, operation: string): SecretAuthMethod {
  const { tokenEndpointAuthMethod } = toSecretMethod(client.token_endpoint_auth_method || "client_secret_basic");
  if (tokenEndpointAuthMethod !== undefined) return tokenEndpointAuthMethod;
  throw inputError(operation, "id", "the client does not authenticate with a secret");
}
