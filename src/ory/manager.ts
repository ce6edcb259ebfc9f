import { startDeadline } from "../core/abort.js";
import { bearer } from "../core/authorize.js";
import type { ClientCredentials } from "../core/credentials.js";
import { ServerError, ValidationError } from "../core/errors.js";
import { createHttp, type HttpOptions } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { readTransport } from "../core/options.js";
import { ignoreNotFoundAfterRetry } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import { type SecretOptions, writeSecret } from "../core/secret-sink.js";
import type { paths } from "../openapi/ory.js";
import { importClient } from "./adoption.js";
import { mergeChanges, readClient, writeLifespans } from "./convert.js";
import { createClient } from "./creation.js";
import { readFailure } from "./errors.js";
import { createInputDoor, requireText, requireWorkable } from "./input.js";
import { type OrySettings, readOptions } from "./options.js";
import { readNextToken } from "./pagination.js";
import { deleteRotatedSecrets, readWire, rotateSecret } from "./rotation.js";
import { introspect, makeTokenRequest, revoke } from "./tokens.js";
import type { OryClientChanges, OryClientInput, OryListOptions, OryManager, OryOptions, OryPatchOperation } from "./types.js";
import { clientsWire, clientWire } from "./wire.js";

// The longest wait between two looks for a client that may be a moment late.
const longestPauseMs = 1_000;

/**
 * Makes the manager of an Ory Network project's clients, or of a Hydra's.
 *
 * @throws {ConfigurationError} an option cannot work; nothing was sent
 * @see https://www.ory.sh/docs/hydra/reference/api
 */
export function createOryManager(options: OryOptions): OryManager {
  const settings = readOptions(options);
  const { admin, open, timeoutMs, retry } = connect(settings);
  const { publicUrl, credentialsFrom = "library" } = settings;
  const door = createInputDoor(settings.allowUnknownValues ?? false);

  // Revoking a token that nobody has needs the secret and changes nothing.
  const proveSecret =
    publicUrl === undefined
      ? undefined
      : (credentials: ClientCredentials, options: CallOptions | undefined) =>
          revoke(open, makeTokenRequest(publicUrl, credentials), crypto.randomUUID(), options);

  const creation = { admin, credentialsFrom, proveSecret, pauseMs: Math.min(retry.initialDelayMs, longestPauseMs) };

  const get = async (id: string, options?: CallOptions) => readClient(await readWire(admin, id, "get client", options));

  async function* list(options?: OryListOptions) {
    const { name, owner, pageSize = 500 } = door.list(options ?? {});
    const filters = { page_size: pageSize, ...(name ? { client_name: name } : {}), ...(owner ? { owner } : {}) };
    const fetchPage = async (cursor: string | undefined) => {
      const query = { ...filters, ...(cursor === undefined ? {} : { page_token: cursor }) };
      const request = { operation: "list clients", method: "get", path: "/admin/clients", query, options } as const;
      const { value, headers } = await admin({ ...request, returns: clientsWire });
      return { items: value.map(readClient), next: readNextToken(headers.get("link")) };
    };
    yield* paginate(fetchPage, (client) => client.id);
  }

  async function update(id: string, changes: OryClientChanges, options?: CallOptions) {
    const wanted = door.changes(changes);
    const operation = "update client";
    const deadline = startDeadline(options, timeoutMs);
    const current = await readWire(admin, id, operation, deadline.remaining());
    const json = mergeChanges(current, wanted);
    // Somebody else may have stored what cannot work, which is no reason to refuse it another name.
    if (touchesAuthentication(wanted)) requireWorkable(json, operation);
    const request = {
      operation,
      method: "put",
      path: "/admin/clients/{id}",
      params: { id },
      json,
      options: deadline.remaining(),
    } as const;
    const { value } = await admin({ ...request, returns: clientWire });
    // The answer to a PUT echoes a wrong time of creation.
    return readClient({ ...value, created_at: current.created_at });
  }

  async function patch(id: string, operations: readonly OryPatchOperation[], options?: CallOptions) {
    const json = door.patch(operations).map((operation) => ({ ...operation }));
    const request = {
      operation: "patch client",
      method: "patch",
      path: "/admin/clients/{id}",
      params: { id },
      json,
      options,
    } as const;
    try {
      const { value } = await admin({ ...request, secrets: readSecrets(operations), returns: clientWire });
      return readClient(value);
    } catch (error) {
      // Sent for every patch that cannot be applied, and for faults of the server's own as well.
      if (!(error instanceof ServerError && error.status === 500)) throw error;
      const message = "the patch cannot be applied (a target that is missing or of another type), or the server failed";
      const { vendor, operation, outcome } = error;
      throw new ValidationError({
        vendor,
        operation,
        outcome,
        message: `ory ${operation}: ${message}`,
        issues: [{ path: "operations", message }],
      });
    }
  }

  return {
    vendor: "ory",
    create: (async (input: OryClientInput, options?: SecretOptions) => {
      const wanted = door.create(input);
      const occasion = { vendor: "ory", operation: "create client", name: wanted.name };
      const issue = () => createClient(creation, wanted, options);
      return writeSecret(options, occasion, issue, ({ client }) => client);
    }) as OryManager["create"],
    get,
    list: (options) => ({ [Symbol.asyncIterator]: () => list(options) }),
    update,
    patch,
    delete: (id, options) =>
      ignoreNotFoundAfterRetry(
        admin({ operation: "delete client", method: "delete", path: "/admin/clients/{id}", params: { id }, options }),
      ),
    deleteTokens: async (id, options) => {
      const query = { client_id: requireText(id, "id", "delete tokens") };
      await admin({ operation: "delete tokens", method: "delete", path: "/admin/oauth2/tokens", query, options });
    },
    setLifespans: async (id, lifespans, options) => {
      const json = writeLifespans(door.lifespans(lifespans));
      const request = {
        operation: "set lifespans",
        method: "put",
        path: "/admin/clients/{id}/lifespans",
        params: { id },
      } as const;
      const { value } = await admin({ ...request, json, returns: clientWire, options });
      return readClient(value);
    },
    rotateSecret: (id, options) =>
      writeSecret(options, { vendor: "ory", operation: "rotate secret", id }, () =>
        rotateSecret(admin, id, startDeadline(options, timeoutMs)),
      ),
    deleteRotatedSecrets: async (id, options) =>
      readClient(await deleteRotatedSecrets(admin, id, startDeadline(options, timeoutMs))),
    import: async (reference, options) =>
      importClient(
        { read: (id, deadline) => readWire(admin, id, "import client", deadline), publicUrl, fetch: settings.fetch },
        door.import(reference, options),
        options,
        startDeadline(options, timeoutMs),
      ),
    tokenRequest: (credentials, wanted) => makeTokenRequest(publicUrl, credentials, wanted),
    introspect: async (token, options) => introspect(admin, token, door.introspect(options ?? {})),
    revoke: async (token, credentials, options) => {
      await revoke(open, makeTokenRequest(publicUrl, credentials, {}, "revoke token"), token, options);
    },
  };
}

// The admin API gets the operator's credential; the public one never does. Both share one limiter.
function connect(settings: OrySettings) {
  const { adminUrl, publicUrl = adminUrl, apiKey, headers = {} } = settings;
  const transport = readTransport(settings);
  const shared: Omit<HttpOptions, "baseUrl"> = {
    vendor: "ory",
    callOptions: ["secretSink", "name", "owner", "pageSize", "scopes", "verifySecret"],
    parseErrorResponse: readFailure,
    resetHeaders: ["x-ratelimit-reset"],
    ...transport,
  };
  const key = apiKey === undefined ? undefined : bearer(apiKey);
  // With and without the scheme of an authorization header.
  const secrets = Object.values(headers).flatMap((value) => [value, value.replace(/^[a-z]+ +/i, "")]);
  const authorize: HttpOptions["authorize"] = async (request, signal) => {
    const authorization = await key?.(request, signal);
    return { headers: { ...headers, ...authorization?.headers }, secrets: [...secrets, ...(authorization?.secrets ?? [])] };
  };
  return {
    admin: createHttp<paths>({ ...shared, baseUrl: adminUrl, authorize }),
    open: createHttp<paths>({ ...shared, baseUrl: publicUrl }),
    timeoutMs: transport.timeoutMs,
    retry: transport.retry,
  };
}

function touchesAuthentication({ grantTypes, tokenEndpointAuthMethod, jwks, jwksUri }: OryClientChanges): boolean {
  return [grantTypes, tokenEndpointAuthMethod, jwks, jwksUri].some((value) => value !== undefined);
}

function readSecrets(operations: readonly OryPatchOperation[]): string[] {
  return operations.flatMap((one) => ("value" in one && typeof one.value === "string" ? [one.value] : []));
}
