import type { CallOptions, CreateResult } from "../core/manager.js";
import { ignoreNotFoundAfterRetry, showName, withUnknownOutcomeHint } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import { redact } from "../core/redact.js";
import { createListEntries } from "../core/validation.js";
import type { Connection } from "./connection.js";
import { readAddresses, readClient, readSecrets, writeChanges, writeCreation } from "./convert.js";
import { operations, vendor } from "./errors.js";
import { parseCallOptions, parseChanges, parseCreateInput, parseGetOptions, parseId, parseListOptions } from "./input.js";
import { readNextPage, writePage } from "./pagination.js";
import type { TfeClient, TfeClientChanges, TfeClientInput, TfeGetOptions, TfeListOptions } from "./types.js";
import { clientsWire, clientWire, clientWithId, createdWire, entitlementSetWire, type ReadClient } from "./wire.js";

/** Creates a client. If the response is lost, the error describes the client to look for. */
export async function createClient(
  { http, organization }: Connection,
  input: TfeClientInput,
  options?: CallOptions,
): Promise<CreateResult<TfeClient>> {
  const operation = operations.create;
  const fields = parseCreateInput(input);
  const callOptions = parseCallOptions(options, operation);
  const json = writeCreation(fields);
  const secrets = readSecrets(fields);
  const startedAt = new Date();
  try {
    const { value } = await http({
      operation,
      method: "post",
      path: "/organizations/{organization}/oauth-clients",
      params: { organization },
      json,
      returns: createdWire,
      abortLosesResult: true,
      secrets,
      options: callOptions,
    });
    return {
      client: readCreated(value, {
        id: value.data.id,
        attributes: json.data.attributes,
        relationships: { ...json.data.relationships, organization: { data: { id: organization } } },
      }),
    };
  } catch (error) {
    const { httpUrl } = readAddresses(fields);
    const name = fields.name === undefined ? "without a name" : `named ${showName(fields.name, secrets)}`;
    const description = `${fields.serviceProvider} at ${redact(httpUrl, secrets)}, ${name}, created since ${startedAt.toISOString()}`;
    throw withUnknownOutcomeHint(
      error,
      `the client may exist, and cannot be identified, since names are not unique: look in list() of organization ${organization} for ${description}`,
    );
  }
}

// Must not fail: the client exists, and its id would be lost. An invalid document is replaced by the request.
function readCreated(response: unknown, sent: ReadClient): TfeClient {
  const result = clientWire.safeParse(response);
  return readClient(result.success ? result.data.data : sent);
}

export async function getClient({ http }: Connection, id: string, options?: TfeGetOptions): Promise<TfeClient> {
  const clientId = parseId(id, operations.get);
  const { showAffectedWorkspaces, ...callOptions } = parseGetOptions(options);
  const { value } = await http({
    operation: operations.get,
    method: "get",
    path: "/oauth-clients/{id}",
    params: { id: clientId },
    query: writeShowAffectedWorkspaces(showAffectedWorkspaces),
    returns: clientWithId(clientId),
    options: callOptions,
  });
  return readClient(value.data);
}

export function listClients({ http, organization }: Connection, options?: TfeListOptions): AsyncIterable<TfeClient> {
  const fetchPage = async (cursor: string | undefined) => {
    const { pageSize, showAffectedWorkspaces, onUnreadable, ...callOptions } = parseListOptions(options);
    const context = { vendor, operation: operations.list };
    const entry = clientsWire.shape.data.element;
    const entries = createListEntries(entry, onUnreadable, context);
    const { value } = await http({
      operation: operations.list,
      method: "get",
      path: "/organizations/{organization}/oauth-clients",
      params: { organization },
      query: { ...writePage(cursor, pageSize), ...writeShowAffectedWorkspaces(showAffectedWorkspaces) },
      returns: clientsWire.extend({ data: entries.schema }),
      options: callOptions,
    });
    return { items: value.data.map(readClient), ...readNextPage(value.meta), unreadable: entries.unreadable() };
  };
  return paginate(fetchPage, (client) => client.id, { vendor, operation: operations.list });
}

function writeShowAffectedWorkspaces(showAffectedWorkspaces: boolean | undefined) {
  return showAffectedWorkspaces ? { show_affected_workspaces: true } : {};
}

export async function updateClient(
  connection: Connection,
  id: string,
  changes: TfeClientChanges,
  options?: CallOptions,
): Promise<TfeClient> {
  const operation = operations.update;
  const clientId = parseId(id, operation);
  const fields = parseChanges(changes);
  const callOptions = parseCallOptions(options, operation);
  // The API's documentation does not define an empty change.
  if (Object.values(fields).every((value) => value === undefined)) return getClient(connection, clientId, callOptions);
  return sendChanges(connection, clientId, fields, operation, callOptions);
}

/** Sends validated changes. */
export async function sendChanges(
  { http }: Connection,
  id: string,
  changes: TfeClientChanges,
  operation: string,
  options: CallOptions,
): Promise<TfeClient> {
  const { value } = await http({
    operation,
    method: "patch",
    path: "/oauth-clients/{id}",
    params: { id },
    json: writeChanges(id, changes),
    secrets: readSecrets(changes),
    returns: clientWithId(id),
    options,
  });
  return readClient(value.data);
}

export async function deleteClient(
  { http, organization, deleteUnderOrganization }: Connection,
  client: string,
  options?: CallOptions,
): Promise<void> {
  const operation = operations.delete;
  const id = parseId(client, operation);
  const request = {
    operation,
    method: "delete",
    returnsNothing: true,
    options: parseCallOptions(options, operation),
  } as const;
  await ignoreNotFoundAfterRetry(
    deleteUnderOrganization
      ? http({ ...request, path: "/organizations/{organization}/oauth-clients/{id}", params: { organization, id } })
      : http({ ...request, path: "/oauth-clients/{id}", params: { id } }),
  );
}

/** Returns the organization's name after a request has shown that the token can read it. */
export async function getAccount({ http, organization }: Connection, options?: CallOptions): Promise<string> {
  const operation = operations.account;
  await http({
    operation,
    method: "get",
    path: "/organizations/{organization}/entitlement-set",
    params: { organization },
    returns: entitlementSetWire,
    options: parseCallOptions(options, operation),
  });
  return organization;
}
