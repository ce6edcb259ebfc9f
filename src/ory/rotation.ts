import type { Deadline } from "../core/abort.js";
import type { RotateSecretResult } from "../core/capabilities.js";
import type { SecretAuthMethod } from "../core/credentials.js";
import { isOAuthClientsError } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { validationError } from "../core/validation.js";
import type { paths } from "../openapi/ory.js";
import { mergeChanges } from "./convert.js";
import { randomSecret, secretMethod } from "./creation.js";
import { clientWire, type ReadClient, replacedWire, rotatedWire } from "./wire.js";

/** Replaces a client's secret, with overlap where the server can. */
export async function rotateSecret(admin: Http<paths>, id: string, deadline: Deadline): Promise<RotateSecretResult> {
  try {
    const { value } = await admin({
      operation: "rotate secret",
      method: "post",
      path: "/admin/clients/{id}/secrets/rotate",
      params: { id },
      returns: rotatedWire,
      options: deadline.remaining(),
    });
    const method =
      typeof value.token_endpoint_auth_method === "string" ? value.token_endpoint_auth_method : "client_secret_basic";
    return {
      credentials: { clientId: id, clientSecret: value.client_secret, ...secretMethod(method) },
      previousSecret: "still-valid",
    };
  } catch (error) {
    if (!lacksRotation(error)) throw error;
    return replaceSecret(admin, id, deadline);
  }
}

/** Ends every secret but the newest, and reads the client. */
export async function deleteRotatedSecrets(admin: Http<paths>, id: string, deadline: Deadline): Promise<ReadClient> {
  const operation = "forget rotated secrets";
  try {
    const { value } = await admin({
      operation,
      method: "delete",
      path: "/admin/clients/{id}/secrets/rotate",
      params: { id },
      returns: clientWire,
      options: deadline.remaining(),
    });
    return value;
  } catch (error) {
    if (!lacksRotation(error)) throw error;
    const current = await readWire(admin, id, operation, deadline.remaining());
    requireSecretMethod(current, operation);
    return current;
  }
}

// Hydra up to 26.2 does not know the path, which looks the same as a client that it does not know: reading the client tells.
function lacksRotation(error: unknown): boolean {
  return isOAuthClientsError(error) && "status" in error && (error.status === 404 || error.status === 405);
}

// The documented way on such a server. There is no overlap: the old secret dies with this request.
async function replaceSecret(admin: Http<paths>, id: string, deadline: Deadline): Promise<RotateSecretResult<"revoked">> {
  const operation = "rotate secret";
  const current = await readWire(admin, id, operation, deadline.remaining());
  const tokenEndpointAuthMethod = requireSecretMethod(current, operation);
  const credentials = { clientId: id, clientSecret: randomSecret(), tokenEndpointAuthMethod };
  await admin({
    operation,
    method: "put",
    path: "/admin/clients/{id}",
    params: { id },
    json: { ...mergeChanges(current, {}), client_secret: credentials.clientSecret },
    // A page of a gateway's is no sign that the secret was stored. The error has it.
    returns: replacedWire,
    credentials,
    options: deadline.remaining(),
  });
  return { credentials, previousSecret: "revoked" };
}

// What a server with rotation answers with 400.
function requireSecretMethod(client: ReadClient, operation: string): SecretAuthMethod {
  const { tokenEndpointAuthMethod } = secretMethod(client.token_endpoint_auth_method || "client_secret_basic");
  if (tokenEndpointAuthMethod !== undefined) return tokenEndpointAuthMethod;
  const message = "the client does not authenticate with a secret";
  throw validationError({ vendor: "ory", operation }, { path: "id", message });
}

/** Reads a client as it travels, as a part of what is asked. */
export async function readWire(
  admin: Http<paths>,
  id: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadClient> {
  const { value } = await admin({
    operation,
    method: "get",
    path: "/admin/clients/{id}",
    params: { id },
    returns: clientWire,
    options,
  });
  return value;
}
