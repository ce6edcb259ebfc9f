import { startDeadline } from "../core/abort.js";
import type { ClientReference, ImportOptions, ImportResult } from "../core/capabilities.js";
import type { ClientCredentials, SecretAuthMethod } from "../core/credentials.js";
import {
  ConflictError,
  isOAuthClientsError,
  ServerError,
  TokenEndpointError,
  UnexpectedResponseError,
  ValidationError,
} from "../core/errors.js";
import type { HttpResponse } from "../core/http/request.js";
import { importClientWith } from "../core/import.js";
import type { CallOptions } from "../core/manager.js";
import { toTokenTransport } from "../core/options.js";
import { createError, ignoreNotFoundAfterRetry } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import { type SecretOptions, writeSecret } from "../core/secret-sink.js";
import { createListEntries, requireSameId } from "../core/validation.js";
import { ifDefined } from "../core/values.js";
import { requestTokenWithRetry } from "../token/request.js";
import type { Connection } from "./connection.js";
import { mergeChanges, readClient, writeFields, writeLifespans } from "./convert.js";
import { reconcileCreate } from "./create-reconciliation.js";
import { inputError, operations, vendor } from "./errors.js";
import {
  type ParsedInput,
  parseCallOptions,
  parseChanges,
  parseCreateInput,
  parseGetOptions,
  parseId,
  parseImportOptions,
  parseImportReference,
  parseLifespans,
  parseListOptions,
  parsePatch,
  parseSecretOptions,
  validateCombinations,
} from "./input.js";
import { readNextToken } from "./pagination.js";
import { createTokenRequest, requirePublicUrl, revokeToken } from "./tokens.js";
import type {
  OryClient,
  OryClientChanges,
  OryClientInput,
  OryCreateResult,
  OryLifespans,
  OryListOptions,
  OryPatchOperation,
} from "./types.js";
import { clientWire, createdWire, type ReadClient, registrationWire, type WireClient } from "./wire.js";

/** Creates a client and writes its secret to the sink. A lost response is reconciled. */
export async function createClient(
  connection: Connection,
  input: OryClientInput,
  options?: SecretOptions,
): Promise<OryCreateResult> {
  const operation = operations.create;
  const parsed = parseCreateInput(input, connection.allowUnknownValues);
  const { secretSink, ...call } = parseSecretOptions(options, operation);
  const json = toCreateBody(parsed, connection.credentialsFrom);
  validateCombinations(json, operation);
  return writeSecret(
    options,
    { vendor, operation, ...accountOf(connection), ...ifDefined("id", json.client_id), name: parsed.name },
    () => sendCreate(connection, parsed, json, call),
    ({ client }) => client,
    toCredentials(json, json),
  );
}

/** What the secret sink is told about the account. Ids are unique within one server only. */
export function accountOf({ account }: Connection): { readonly server: string; readonly account: string } {
  return { server: account, account };
}

function toCreateBody(input: ParsedInput, credentialsFrom: "library" | "server"): WireClient {
  const { clientId, clientSecret, ...fields } = input;
  const isOwn = credentialsFrom === "library";
  const id = clientId ?? (isOwn ? crypto.randomUUID() : undefined);
  const secret = clientSecret ?? (isOwn && input.tokenEndpointAuthMethod !== "none" ? randomSecret() : undefined);
  return {
    ...writeFields(fields),
    ...ifDefined("client_id", id),
    ...ifDefined("client_secret", secret),
  };
}

async function sendCreate(
  connection: Connection,
  input: ParsedInput,
  json: WireClient,
  options: CallOptions,
): Promise<OryCreateResult> {
  const startedAt = performance.now();
  try {
    const { value } = await connection.admin({
      operation: operations.create,
      method: "post",
      path: "/admin/clients",
      json,
      returns: createdWire,
      abortLosesResult: true,
      secrets: json.client_secret === undefined ? [] : [json.client_secret],
      options,
    });
    if (json.client_id !== undefined)
      requireSameId(value, "client_id", json.client_id, { vendor, operation: operations.create, outcome: "unknown" });
    return toCreateResult(value, json);
  } catch (error) {
    const id = json.client_id;
    if (!isOAuthClientsError(error) || id === undefined) throw error;
    const idWasGenerated = input.clientId === undefined;
    const credentials = toCredentials(json, json);
    const secretWasGenerated = input.clientSecret === undefined && json.client_secret !== undefined;
    const canVerify = secretWasGenerated && connection.publicUrl !== undefined;
    // Some runtimes send a request again when its connection breaks. A conflict may then be caused by this call's own duplicate.
    const maybeDuplicateRequest = error instanceof ConflictError && (idWasGenerated || canVerify);
    if (error.outcome !== "unknown" && !maybeDuplicateRequest) throw error;
    const client = await reconcileCreate({
      id,
      error,
      idWasGenerated,
      credentials,
      startedAt,
      signal: options.signal,
      delayMs: connection.retry.initialDelayMs,
      readClient: (rest) => requestClient(connection, id, operations.get, rest),
      // Revoking a token that does not exist needs the secret and changes nothing.
      verifySecret:
        canVerify && credentials?.tokenEndpointAuthMethod
          ? (rest) => revokeToken(connection, crypto.randomUUID(), credentials, rest)
          : undefined,
    });
    return { client: readClient(client), ...(credentials ? { credentials } : {}) };
  }
}

/** Generates a secret of 256 random bits in letters, digits, `-` and `_`, which no encoding changes. */
export function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

// Nothing in here may fail while the response has a secret: Ory does not return it again.
function toCreateResult(
  response: { client_id: string; client_secret?: string | null | undefined },
  sent: WireClient,
): OryCreateResult {
  const operation = operations.create;
  const credentials = toCredentials({ ...sent, ...response }, sent);
  if (!credentials && toSecretMethod(sent.token_endpoint_auth_method ?? "client_secret_basic").tokenEndpointAuthMethod) {
    const message = `${vendor} ${operation}: the response has no secret. Client ${response.client_id} exists. Rotate its secret.`;
    const issues = [{ path: "client_secret", message: "expected string" }];
    throw new UnexpectedResponseError({ vendor, operation, outcome: "applied", message, issues });
  }
  const registration = registrationWire.safeParse(response);
  return {
    client: readClientOr(response, { ...sent, client_id: response.client_id }),
    ...(credentials ? { credentials } : {}),
    ...(registration.success
      ? {
          registration: {
            accessToken: registration.data.registration_access_token,
            clientUri: toRegistrationUri(registration.data.registration_client_uri, response.client_id),
          },
        }
      : {}),
  };
}

// Hydra up to 2.3 leaves out the id, 25.4 and later also the slash, and some versions encode the id twice.
function toRegistrationUri(uri: string, id: string): string {
  const path = /^(.*\/oauth2\/register)(?:\/[^/?#]*)?$/.exec(uri);
  // A lone surrogate cannot be encoded, and this must not throw.
  return !path || /\p{Cs}/u.test(id) ? uri : `${path[1]}/${encodeURIComponent(id)}`;
}

function readClientOr(response: unknown, sent: WireClient & { client_id: string }): OryClient {
  const parsed = clientWire.safeParse(response);
  return readClient(parsed.success ? parsed.data : (sent as ReadClient));
}

function toCredentials(
  record: { client_id?: string; client_secret?: string | null | undefined },
  { client_secret: sentSecret, token_endpoint_auth_method: method }: WireClient,
): ClientCredentials | undefined {
  const clientId = record.client_id;
  const clientSecret = record.client_secret || sentSecret;
  if (!clientId || !clientSecret) return undefined;
  return { clientId, clientSecret, ...toSecretMethod(method ?? "client_secret_basic") };
}

/** The method, when it is one that sends a secret. */
export function toSecretMethod(method: string): { tokenEndpointAuthMethod?: SecretAuthMethod } {
  return method === "client_secret_basic" || method === "client_secret_post" ? { tokenEndpointAuthMethod: method } : {};
}

/** Reads one client. */
export async function getClient(connection: Connection, id: string, options?: CallOptions): Promise<OryClient> {
  const operation = operations.get;
  return readClient(await getWireClient(connection, parseId(id, operation), operation, parseGetOptions(options)));
}

/** Reads one client as Ory sends it, for any operation. */
export async function getWireClient(
  connection: Connection,
  id: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadClient> {
  const { value } = await requestClient(connection, id, operation, options);
  return value;
}

async function requestClient(
  { admin }: Connection,
  id: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<HttpResponse<ReadClient>> {
  const response = await admin({
    operation,
    method: "get",
    path: "/admin/clients/{id}",
    params: { id },
    returns: clientWire,
    options,
  });
  requireSameId(response.value, "client_id", id, { vendor, operation, outcome: "not_applied" });
  return response;
}

/** Lists all clients, or those that match the filters. */
export function listClients({ admin }: Connection, options?: OryListOptions): AsyncIterable<OryClient> {
  return paginate(
    async (cursor) => {
      const { name, owner, pageSize = 500, onUnreadable, ...call } = parseListOptions(options);
      const context = { vendor, operation: operations.list };
      const entries = createListEntries(clientWire, onUnreadable, context);
      const { value, headers } = await admin({
        operation: operations.list,
        method: "get",
        path: "/admin/clients",
        query: {
          page_size: pageSize,
          ...(name ? { client_name: name } : {}),
          ...(owner ? { owner } : {}),
          ...ifDefined("page_token", cursor),
        },
        returns: entries.schema,
        options: call,
      });
      return { items: value.map(readClient), next: readNextToken(headers.get("link")), unreadable: entries.unreadable() };
    },
    (client) => client.id,
    { vendor, operation: operations.list },
  );
}

/** Reads the client, merges the changes, and replaces it. */
export async function updateClient(
  connection: Connection,
  clientId: string,
  changes: OryClientChanges,
  options?: CallOptions,
): Promise<OryClient> {
  const operation = operations.update;
  const id = parseId(clientId, operation);
  const parsed = parseChanges(changes, connection.allowUnknownValues);
  const deadline = startDeadline(parseCallOptions(options, operation), connection.timeoutMs);
  const current = await getWireClient(connection, id, operation, deadline.remaining());
  const json = mergeChanges(current, parsed);
  // A stored combination that cannot work is no reason to reject, for example, another name.
  if (changesAuthentication(parsed)) validateCombinations(json, operation);
  const { value } = await connection.admin({
    operation,
    method: "put",
    path: "/admin/clients/{id}",
    params: { id },
    json,
    returns: clientWire,
    options: deadline.remaining(),
  });
  requireSameId(value, "client_id", id, { vendor, operation, outcome: "unknown" });
  // The response to a PUT has a wrong creation time.
  return readClient({ ...value, created_at: current.created_at });
}

function changesAuthentication(changes: OryClientChanges): boolean {
  const { grantTypes, tokenEndpointAuthMethod, tokenEndpointAuthSigningAlg, jwks, jwksUri } = changes;
  return [grantTypes, tokenEndpointAuthMethod, tokenEndpointAuthSigningAlg, jwks, jwksUri].some((value) => value !== undefined);
}

/** Applies a JSON Patch. */
export async function patchClient(
  { admin }: Connection,
  clientId: string,
  patch: readonly OryPatchOperation[],
  options?: CallOptions,
): Promise<OryClient> {
  const operation = operations.patch;
  const id = parseId(clientId, operation);
  const json = parsePatch(patch);
  const call = parseCallOptions(options, operation);
  try {
    const { value } = await admin({
      operation,
      method: "patch",
      path: "/admin/clients/{id}",
      params: { id },
      json,
      secrets: json.flatMap((one) => ("value" in one && typeof one.value === "string" ? [one.value] : [])),
      returns: clientWire,
      options: call,
    });
    requireSameId(value, "client_id", id, { vendor, operation, outcome: "unknown" });
    return readClient(value);
  } catch (error) {
    // Ory sends 500 for every patch that it cannot apply, and for its own failures.
    if (!(error instanceof ServerError && error.status === 500)) throw error;
    const message = "the patch cannot be applied (a path is missing or has another type), or the server failed";
    const issues = [{ path: "operations", message }];
    throw createError(
      ValidationError,
      { vendor, operation, outcome: error.outcome, issues },
      { writes: true, reason: message },
    );
  }
}

/** Deletes a client. */
export async function deleteClient({ admin }: Connection, id: string, options?: CallOptions): Promise<void> {
  const operation = operations.delete;
  await ignoreNotFoundAfterRetry(
    admin({
      operation,
      method: "delete",
      path: "/admin/clients/{id}",
      params: { id: parseId(id, operation) },
      returnsNothing: true,
      options: parseCallOptions(options, operation),
    }),
  );
}

/** Replaces all lifespans of a client. */
export async function setLifespans(
  { admin }: Connection,
  clientId: string,
  lifespans: OryLifespans,
  options?: CallOptions,
): Promise<OryClient> {
  const operation = operations.setLifespans;
  const id = parseId(clientId, operation);
  const { value } = await admin({
    operation,
    method: "put",
    path: "/admin/clients/{id}/lifespans",
    params: { id },
    json: writeLifespans(parseLifespans(lifespans)),
    returns: clientWire,
    options: parseCallOptions(options, operation),
  });
  requireSameId(value, "client_id", id, { vendor, operation, outcome: "unknown" });
  return readClient(value);
}

/** Reads an existing client and joins it with its secret. */
export async function importClient(
  connection: Connection,
  reference: string | ClientReference,
  options?: ImportOptions,
): Promise<ImportResult<OryClient>> {
  const operation = operations.import;
  const parsed = parseImportReference(reference);
  const { verifySecret, ...call } = parseImportOptions(options);
  const { publicUrl } = connection;
  if (verifySecret) requirePublicUrl(publicUrl, operation);
  return importClientWith<OryClient>(
    {
      vendor,
      read: async (id, rest) => readClient(await getWireClient(connection, id, operation, rest)),
      toCredentials: ({ clientId, tokenEndpointAuthMethod: method = "client_secret_basic" }, clientSecret) => {
        if (method === "none") throw inputError(operation, "clientSecret", "a client with the method none has no secret");
        return { clientId, clientSecret, ...toSecretMethod(method) };
      },
      verify: async ({ tokenEndpointAuthMethod: method }, credentials, rest) => {
        if (credentials.tokenEndpointAuthMethod === undefined)
          throw inputError(operation, "verifySecret", `not possible: the client's method is ${method}`);
        try {
          const transport = toTokenTransport(connection, rest);
          await requestTokenWithRetry(createTokenRequest(publicUrl, credentials), transport, connection.retry);
        } catch (error) {
          // Ory authenticates the client before it validates the grant: this error proves that the secret is valid.
          if (!(error instanceof TokenEndpointError && error.error === "unauthorized_client")) throw error;
        }
      },
    },
    parsed,
    { ...call, ...ifDefined("verifySecret", verifySecret) },
    startDeadline(call, connection.timeoutMs),
  );
}
