import { type Deadline, readBackOptions, startDeadline } from "../core/abort.js";
import type { ClientReference, ImportOptions, ImportResult } from "../core/capabilities.js";
import { isOAuthClientsError, type OAuthClientsError, UnexpectedResponseError } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import { importClientWith } from "../core/import.js";
import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry, validationError, withOutcome, withUnknownOutcomeHint } from "../core/outcome.js";
import { collect, paginate } from "../core/pagination.js";
import { createListEntries } from "../core/validation.js";
import type { paths } from "../openapi/genesys.js";
import type { Connection } from "./connection.js";
import { mergeChanges, readClient, type Writable, writeCreation } from "./convert.js";
import { inputError, operations, vendor } from "./errors.js";
import {
  grantIssues,
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
import { issueSecret } from "./integration-credentials.js";
import { describeLostCreate } from "./lost-create.js";
import { readNextPage, writePage } from "./pagination.js";
import { addRoleNames } from "./roles.js";
import { createTokenRequest, verifySecret } from "./tokens.js";
import type {
  GenesysClient,
  GenesysClientChanges,
  GenesysClientInput,
  GenesysCreateResult,
  GenesysDeleteResult,
  GenesysListOptions,
  GenesysReadOptions,
  GenesysRotateSecretResult,
  GenesysSecretOptions,
  ParsedChanges,
  ParsedClientInput,
} from "./types.js";
import { clientsWire, clientWire, clientWithId, createdWire, organizationWire, type ReadClient, rotatedWire } from "./wire.js";

const clientPath = "/api/v2/oauth/clients/{clientId}";

export async function createClient(
  connection: Connection,
  input: GenesysClientInput,
  options?: GenesysSecretOptions,
): Promise<GenesysCreateResult> {
  const { http, roleResolver, timeoutMs } = connection;
  const operation = operations.create;
  const fields = parseCreateInput(input);
  const { integrationCredential: target, ...secretOptions } = parseSecretOptions(options, operation);
  if (target !== undefined && fields.grantType === "implicit")
    throw inputError(operation, "integrationCredential", "not allowed for implicit, whose client may have no secret");
  const { secretSink: _, ...callOptions } = secretOptions;
  const issue = async () => {
    const deadline = startDeadline(callOptions, timeoutMs);
    const roles = fields.roles && (await roleResolver.resolve(fields.roles, operation, callOptions, deadline));
    return sendCreate(connection, { ...fields, roles }, deadline);
  };
  const context = { vendor, operation, account: connection.apiUrl, name: fields.name };
  return issueSecret(http, target, secretOptions, context, issue, ({ client }) => client);
}

async function sendCreate(
  connection: Connection,
  fields: Writable<ParsedClientInput>,
  deadline: Deadline,
): Promise<GenesysCreateResult> {
  const operation = operations.create;
  const json = writeCreation(fields);
  const startedAt = new Date();
  try {
    const { value } = await connection.http({
      operation,
      method: "post",
      path: "/api/v2/oauth/clients",
      json,
      returns: createdWire,
      abortLosesResult: true,
      options: deadline.remaining(),
    });
    const { id, secret } = value;
    if (!secret && fields.grantType !== "implicit") throw missingSecret(id);
    return {
      client: readCreated(value, { ...json, id }),
      ...(secret ? { credentials: { clientId: id, clientSecret: secret } } : {}),
    };
  } catch (error) {
    const list = (options: CallOptions | undefined) => collect(listClients(connection, options));
    throw await describeLostCreate(connection, error, { fields, startedAt, deadline, list });
  }
}

// Must not fail: the response has the secret. An invalid document is replaced by the request.
function readCreated(response: unknown, sent: ReadClient): GenesysClient {
  const result = clientWire.safeParse(response);
  return readClient(result.success ? result.data : sent);
}

function missingSecret(id: string): UnexpectedResponseError {
  const operation = operations.create;
  const message = `${vendor} ${operation}: client ${id} exists, and the response has no secret; rotateSecret sets one`;
  const issues = [{ path: "secret", message: "expected string" }];
  return new UnexpectedResponseError({ vendor, operation, outcome: "applied", message, issues });
}

export async function getClient(
  { http, timeoutMs }: Connection,
  id: string,
  options?: GenesysReadOptions,
): Promise<GenesysClient> {
  const clientId = parseId(id, operations.get);
  const { roleNames = false, ...callOptions } = parseGetOptions(options);
  const deadline = startDeadline(callOptions, timeoutMs);
  const client = readClient(await getWireClient(http, clientId, deadline.remaining()));
  return roleNames ? { ...client, ...(await addRoleNames(http, [client], deadline))[0] } : client;
}

/** Reads a client as Genesys Cloud sends it, with its unknown members. */
async function getWireClient(http: Http<paths>, clientId: string, options: CallOptions | undefined): Promise<ReadClient> {
  const { value } = await http({
    operation: operations.get,
    method: "get",
    path: clientPath,
    params: { clientId },
    returns: clientWithId(clientId),
    options,
  });
  return value;
}

export function listClients({ http, timeoutMs }: Connection, options?: GenesysListOptions): AsyncIterable<GenesysClient> {
  const fetchPage = async (cursor: string | undefined) => {
    const { roleNames = false, onUnreadable, ...callOptions } = parseListOptions(options);
    const context = { vendor, operation: operations.list };
    const entries = createListEntries(clientWire, onUnreadable, context);
    const { value } = await http({
      operation: operations.list,
      method: "get",
      path: "/api/v2/oauth/clients",
      query: writePage(cursor),
      returns: clientsWire.extend({ entities: entries.schema }),
      options: callOptions,
    });
    const clients = value.entities.map(readClient);
    const items = roleNames ? await addRoleNames(http, clients, startDeadline(callOptions, timeoutMs)) : clients;
    return { items, ...readNextPage(value), unreadable: entries.unreadable() };
  };
  return paginate(fetchPage, (client) => client.id, { vendor, operation: operations.list });
}

/** Reads the client and replaces it as a whole: Genesys Cloud has no partial update. */
export async function updateClient(
  { http, roleResolver, timeoutMs }: Connection,
  id: string,
  changes: GenesysClientChanges,
  options?: CallOptions,
): Promise<GenesysClient> {
  const operation = operations.update;
  const clientId = parseId(id, operation);
  const { forScim, ...fields } = parseChanges(changes);
  const callOptions = parseCallOptions(options, operation);
  const deadline = startDeadline(callOptions, timeoutMs);
  const current = await getWireClient(http, clientId, deadline.remaining());
  if (Object.values(fields).every((value) => value === undefined)) return readClient(current);
  validateGrant(fields, readClient(current));
  const roles = fields.roles && (await roleResolver.resolve(fields.roles, operation, callOptions, deadline));
  const { value } = await http({
    operation,
    method: "put",
    path: clientPath,
    params: { clientId },
    json: mergeChanges(current, { ...fields, roles }),
    returns: clientWithId(clientId),
    options: deadline.remaining(),
  });
  return readClient(value);
}

// Roles and scopes are validated when a change concerns them. A stored client may have any combination.
function validateGrant(changes: ParsedChanges, current: GenesysClient): void {
  if (changes.grantType === undefined && current.grantType === undefined)
    throw inputError(operations.update, "grantType", "required: the response of get has no grant type");
  const { grantType = current.grantType, roles = current.roles, scopes = current.scopes } = changes;
  if (changes.grantType === undefined && changes.roles === undefined && changes.scopes === undefined) return;
  const issues = grantIssues(grantType, roles, scopes);
  if (issues.length > 0) throw validationError({ vendor, operation: operations.update }, ...issues);
}

/** Sets the client's state to inactive, which Genesys Cloud requires, deletes it, and reads whether the deletion is only scheduled. */
export async function deleteClient(
  { http, timeoutMs }: Connection,
  id: string,
  options?: CallOptions,
): Promise<GenesysDeleteResult> {
  const operation = operations.delete;
  const clientId = parseId(id, operation);
  const deadline = startDeadline(parseCallOptions(options, operation), timeoutMs);
  const request = { operation, path: clientPath, params: { clientId } } as const;
  const current = await getWireClient(http, clientId, deadline.remaining());
  if (current.state === "deleted") return toDeleteResult(current);
  const wasInactive = current.state === "inactive";
  if (!wasInactive) {
    const json = mergeChanges(current, { state: "inactive" });
    await http({ ...request, method: "put", json, returns: clientWithId(clientId), options: deadline.remaining() });
  }
  try {
    await ignoreNotFoundAfterRetry(http({ ...request, method: "delete", returnsNothing: true, options: deadline.remaining() }));
  } catch (error) {
    if (wasInactive || !isOAuthClientsError(error)) throw error;
    throw withOutcome(error as OAuthClientsError, {
      outcome: "unknown",
      effect: `Client ${clientId} may exist, and is inactive now: it gets no tokens`,
    });
  }
  return readBackDeletion(http, clientId, deadline);
}

// The deletion succeeded. A failed read-back is ignored.
async function readBackDeletion(http: Http<paths>, clientId: string, deadline: Deadline): Promise<GenesysDeleteResult> {
  const options = readBackOptions(deadline.remaining());
  try {
    return toDeleteResult(await getWireClient(http, clientId, options));
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return {};
  }
}

function toDeleteResult(client: ReadClient): GenesysDeleteResult {
  const { deletesAt } = readClient(client);
  return deletesAt === undefined ? {} : { scheduledFor: deletesAt };
}

export async function rotateSecret(
  { http, apiUrl }: Connection,
  id: string,
  options?: GenesysSecretOptions,
): Promise<GenesysRotateSecretResult> {
  const operation = operations.rotateSecret;
  const clientId = parseId(id, operation);
  const { integrationCredential: target, ...secretOptions } = parseSecretOptions(options, operation);
  const { secretSink: _, ...callOptions } = secretOptions;
  const context = { vendor, operation, account: apiUrl, id: clientId };
  return issueSecret(http, target, secretOptions, context, () => sendRotate(http, clientId, callOptions));
}

async function sendRotate(
  http: Http<paths>,
  clientId: string,
  options: CallOptions | undefined,
): Promise<GenesysRotateSecretResult> {
  try {
    const { value } = await http({
      operation: operations.rotateSecret,
      method: "post",
      path: `${clientPath}/secret`,
      params: { clientId },
      returns: rotatedWire,
      abortLosesResult: true,
      options,
    });
    return { credentials: { clientId, clientSecret: value.secret }, previousSecret: "revoked" };
  } catch (error) {
    throw withUnknownOutcomeHint(
      error,
      `the old secret of client ${clientId} may be invalid and the new one is lost: rotate again to get a valid one`,
    );
  }
}

/** Reads an existing client and combines it with its secret. */
export async function importClient(
  connection: Connection,
  reference: string | ClientReference,
  options?: ImportOptions,
): Promise<ImportResult<GenesysClient>> {
  const { login, loginUrl, timeoutMs } = connection;
  const parsed = parseImportReference(reference);
  const importOptions = parseImportOptions(options);
  const { verifySecret: _, ...callOptions } = importOptions;
  const steps = {
    vendor,
    read: (id: string, rest: CallOptions | undefined) => getClient(connection, id, rest),
    toCredentials: ({ clientId }: GenesysClient, clientSecret: string) => ({ clientId, clientSecret }),
    verify: async (client: GenesysClient, credentials, rest) => {
      requireVerifiable(client);
      await verifySecret(login, createTokenRequest(loginUrl, credentials), rest);
    },
  } satisfies Parameters<typeof importClientWith<GenesysClient>>[0];
  return importClientWith(steps, parsed, importOptions, startDeadline(callOptions, timeoutMs));
}

// Only an active client of this grant gets a token with its secret alone. The login host's response to another one proves nothing.
function requireVerifiable({ grantType, state }: GenesysClient): void {
  const message =
    grantType !== "client_credentials"
      ? `the client's grant is ${grantType ?? "unknown"}; only a secret of client_credentials can be verified`
      : state !== undefined && state !== "active"
        ? `the client is ${state} and gets no tokens; its secret cannot be verified`
        : undefined;
  if (message !== undefined) throw inputError(operations.import, "verifySecret", message);
}

/** Reads the id of the organization that the manager's credentials belong to. */
export async function getAccount({ http }: Connection, options?: CallOptions): Promise<string> {
  const operation = operations.account;
  const { value } = await http({
    operation,
    method: "get",
    path: "/api/v2/organizations/me",
    returns: organizationWire,
    options: parseCallOptions(options, operation),
  });
  return value.id;
}
