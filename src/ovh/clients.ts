import { type Deadline, readBackOptions, startDeadline } from "../core/abort.js";
import type { ClientReference, ImportOptions, ImportResult } from "../core/capabilities.js";
import { NotFoundError, UnexpectedResponseError } from "../core/errors.js";
import { importClientWith } from "../core/import.js";
import type { CallOptions, CreateResultWithSecret } from "../core/manager.js";
import { toTokenTransport } from "../core/options.js";
import { ignoreNotFoundAfterRetry, showName, withUnknownOutcomeHint } from "../core/outcome.js";
import { reportUnreadable } from "../core/pagination.js";
import { type SecretOptions, writeSecret } from "../core/secret-sink.js";
import { requireSameId } from "../core/validation.js";
import { requestTokenWithRetry } from "../token/request.js";
import type { Connection } from "./connection.js";
import { mergeChanges, readClient, writeCreation } from "./convert.js";
import { inputError, operations, vendor } from "./errors.js";
import {
  parseCallOptions,
  parseChanges,
  parseCreateInput,
  parseGetOptions,
  parseId,
  parseImportOptions,
  parseImportReference,
  parseListOptions,
  parseSecretOptions,
} from "./input.js";
import { mapConcurrently } from "./pagination.js";
import { authMethod, createTokenRequest, requireTokenEndpoint } from "./tokens.js";
import type { OvhClient, OvhClientChanges, OvhClientInput, OvhListOptions } from "./types.js";
import { clientIdsWire, clientWire, createdWire, type ReadClient, type WireCreation } from "./wire.js";

/** Creates a client, writes its secret to the sink, and then reads the client. */
export async function createClient(
  connection: Connection,
  input: OvhClientInput,
  options?: SecretOptions,
): Promise<CreateResultWithSecret<OvhClient>> {
  const operation = operations.create;
  const json = writeCreation(parseCreateInput(input));
  const { secretSink, ...call } = parseSecretOptions(options, operation);
  let deadline: Deadline | undefined;
  const send = async (): Promise<CreateResultWithSecret<OvhClient>> => {
    deadline = startDeadline(call, connection.timeoutMs);
    const { clientId, clientSecret } = await sendCreate(connection, json, deadline.remaining());
    const credentials = { clientId, clientSecret, tokenEndpointAuthMethod: authMethod };
    return { client: readClient({ ...json, clientId }), credentials };
  };
  const context = { vendor, operation, account: connection.location, name: json.name };
  const { client, credentials } = await writeSecret(options, context, send, (result) => result.client);
  return { client: await readBack(connection, { ...json, clientId: client.id }, deadline?.remaining()), credentials };
}

async function sendCreate({ http }: Connection, json: WireCreation, options: CallOptions | undefined) {
  const operation = operations.create;
  const startedAt = new Date();
  try {
    const { value } = await http({
      operation,
      method: "post",
      path: "/v1/me/api/oauth2/client",
      json,
      returns: createdWire,
      abortLosesResult: true,
      options,
    });
    const { clientId, clientSecret } = value;
    if (!clientSecret) throw missingSecret(clientId);
    return { clientId, clientSecret };
  } catch (error) {
    // Names are not unique and OVHcloud generates the ids, so no read can prove which call created a client.
    const description = `${json.flow.toLowerCase()} client named ${showName(json.name)}, created since ${startedAt.toISOString()}`;
    throw withUnknownOutcomeHint(
      error,
      `the client may exist (names are not unique). Look in list() for a ${description}, and delete it: its secret is lost`,
    );
  }
}

function missingSecret(id: string): UnexpectedResponseError {
  const operation = operations.create;
  const message = `${vendor} ${operation}: the response has no secret, which OVHcloud returns only once. Client ${id} exists. Delete it.`;
  const issues = [{ path: "clientSecret", message: "expected string" }];
  return new UnexpectedResponseError({ vendor, operation, outcome: "applied", message, issues });
}

// OVHcloud does not respond to a write with the client. A failed read-back is ignored, because the write has succeeded: the result
// is then the client as it was sent.
async function readBack(connection: Connection, sent: ReadClient, options: CallOptions | undefined): Promise<OvhClient> {
  try {
    return readClient(await getWireClient(connection, sent.clientId, operations.get, readBackOptions(options)));
  } catch {
    return readClient(sent);
  }
}

/** Reads one client. */
export async function getClient(connection: Connection, id: string, options?: CallOptions): Promise<OvhClient> {
  const operation = operations.get;
  return readClient(await getWireClient(connection, parseId(id, operation), operation, parseGetOptions(options)));
}

/** Reads one client as OVHcloud sends it, for any operation. */
export async function getWireClient(
  { http }: Connection,
  id: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadClient> {
  const { value } = await http({
    operation,
    method: "get",
    path: "/v1/me/api/oauth2/client/{clientId}",
    params: { clientId: id },
    returns: clientWire,
    options,
  });
  requireSameId(value, "clientId", id, { vendor, operation, outcome: "not_applied" });
  return value;
}

/** Lists all clients: reads all ids, then each client. */
export async function* listClients(connection: Connection, options?: OvhListOptions): AsyncGenerator<OvhClient> {
  const operation = operations.list;
  const { concurrency = 8, onUnreadable, ...call } = parseListOptions(options);
  const { value: ids } = await connection.http({
    operation,
    method: "get",
    path: "/v1/me/api/oauth2/client",
    returns: clientIdsWire,
    options: call,
  });
  const read = async (id: string, end: AbortSignal): Promise<OvhClient | undefined> => {
    const signal = call.signal ? AbortSignal.any([call.signal, end]) : end;
    try {
      return readClient(await getWireClient(connection, id, operation, { ...call, signal }));
    } catch (error) {
      // The client was deleted after its id was listed.
      if (error instanceof NotFoundError) return undefined;
      return reportUnreadable(id, error, onUnreadable);
    }
  };
  yield* mapConcurrently(new Set(ids), read, concurrency);
}

/** Reads the client, merges the changes, and writes name, description and callback URLs. */
export async function updateClient(
  connection: Connection,
  clientId: string,
  changes: OvhClientChanges,
  options?: CallOptions,
): Promise<OvhClient> {
  const operation = operations.update;
  const id = parseId(clientId, operation);
  const parsed = parseChanges(changes);
  const deadline = startDeadline(parseCallOptions(options, operation), connection.timeoutMs);
  const current = await getWireClient(connection, id, operation, deadline.remaining());
  if (Object.values(parsed).every((value) => value === undefined)) return readClient(current);
  if (parsed.callbackUrls !== undefined && current.flow === "CLIENT_CREDENTIALS")
    throw inputError(operation, "callbackUrls", "only for the flow authorization_code; this client's is client_credentials");
  const json = mergeChanges(current, parsed);
  await connection.http({
    operation,
    method: "put",
    path: "/v1/me/api/oauth2/client/{clientId}",
    params: { clientId: id },
    json,
    returnsNothing: true,
    options: deadline.remaining(),
  });
  return readBack(connection, { ...current, ...json }, deadline.remaining());
}

/** Sends the request that deletes a client. */
export async function sendDelete({ http }: Connection, id: string, options: CallOptions | undefined): Promise<void> {
  await ignoreNotFoundAfterRetry(
    http({
      operation: operations.delete,
      method: "delete",
      path: "/v1/me/api/oauth2/client/{clientId}",
      params: { clientId: id },
      returnsNothing: true,
      options,
    }),
  );
}

/** Reads an existing client and joins it with its secret. */
export async function importClient(
  connection: Connection,
  reference: string | ClientReference,
  options?: ImportOptions,
): Promise<ImportResult<OvhClient>> {
  const operation = operations.import;
  const parsed = parseImportReference(reference);
  const { verifySecret, ...call } = parseImportOptions(options);
  const { tokenEndpoint } = connection;
  if (verifySecret && parsed.clientSecret !== undefined) requireTokenEndpoint(tokenEndpoint, operation);
  return importClientWith<OvhClient>(
    {
      vendor,
      read: async (id, rest) => readClient(await getWireClient(connection, id, operation, rest)),
      toCredentials: ({ clientId }, clientSecret) => ({ clientId, clientSecret, tokenEndpointAuthMethod: authMethod }),
      verify: async ({ flow }, credentials, rest) => {
        if (flow !== "client_credentials")
          throw inputError(operation, "verifySecret", `not possible: the client's flow is ${flow}`);
        const request = createTokenRequest(tokenEndpoint, credentials, {}, operation);
        await requestTokenWithRetry(request, toTokenTransport(connection, rest), connection.retry);
      },
    },
    parsed,
    verifySecret === undefined ? call : { ...call, verifySecret },
    startDeadline(call, connection.timeoutMs),
  );
}
