import { startDeadline } from "../core/abort.js";
import { NotFoundError } from "../core/errors.js";
import { createHttp, type HttpOptions } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { readTransport } from "../core/options.js";
import { ignoreNotFoundAfterRetry } from "../core/outcome.js";
import type { paths } from "../openapi/ovh.js";
import { authorizeWith } from "./access.js";
import { importClient } from "./adoption.js";
import { mergeChanges, readClient } from "./convert.js";
import { createClient, look, readWire } from "./creation.js";
import { readFailure } from "./errors.js";
import { door, refusal } from "./input.js";
import { readEach } from "./listing.js";
import { type OvhSettings, readOptions } from "./options.js";
import { createPolicy, deletePolicy, getPolicy, grant, listActions, listPolicies, updatePolicy } from "./policies.js";
import { makeTokenRequest, requireTokenUrl } from "./tokens.js";
import type { OvhClient, OvhClientChanges, OvhListOptions, OvhManager, OvhOptions } from "./types.js";
import { clientIdsWire } from "./wire.js";

/**
 * Makes the manager of an OVHcloud account's OAuth2 clients and of the IAM policies that name them.
 *
 * @throws {ConfigurationError} an option cannot work; nothing was sent
 * @see https://eu.api.ovh.com/console-preview/
 */
export function createOvhManager(options: OvhOptions): OvhManager {
  const settings = readOptions(options);
  const { tokenEndpoint } = settings;
  const { http, timeoutMs } = connect(settings);

  async function get(client: string, options?: CallOptions) {
    const operation = "get client";
    return readClient(await readWire(http, door.id(client, operation), operation, options));
  }

  async function* list(options?: OvhListOptions) {
    const { concurrency = 8, ...call } = door.list(options);
    const operation = "list clients";
    const request = { operation, method: "get", path: "/v1/me/api/oauth2/client", options: call } as const;
    const { value: ids } = await http({ ...request, returns: clientIdsWire });
    const read = async (id: string, end: AbortSignal): Promise<OvhClient | undefined> => {
      const signal = call.signal ? AbortSignal.any([call.signal, end]) : end;
      try {
        return readClient(await readWire(http, id, operation, { ...call, signal }));
      } catch (error) {
        // Deleted since the ids were listed.
        if (error instanceof NotFoundError) return undefined;
        throw error;
      }
    };
    yield* readEach(new Set(ids), read, concurrency);
  }

  async function update(client: string, changes: OvhClientChanges, options?: CallOptions) {
    const operation = "update client";
    const id = door.id(client, operation);
    const wanted = door.changes(changes);
    const deadline = startDeadline(options, timeoutMs);
    const current = await readWire(http, id, operation, deadline.remaining());
    if (Object.values(wanted).every((value) => value === undefined)) return readClient(current);
    if (wanted.callbackUrls !== undefined && current.flow === "CLIENT_CREDENTIALS")
      throw refusal("callbackUrls", "only for authorization_code, and this client's flow is client_credentials", operation);
    const json = mergeChanges(current, wanted);
    const request = {
      operation,
      method: "put",
      path: "/v1/me/api/oauth2/client/{clientId}",
      params: { clientId: id },
    } as const;
    await http({ ...request, json, options: deadline.remaining() });
    return look(http, { ...current, ...json }, deadline.remaining());
  }

  return {
    vendor: "ovh",
    create: async (input, options) => createClient(http, door.create(input), options, timeoutMs),
    get,
    list: (options) => ({ [Symbol.asyncIterator]: () => list(options) }),
    update,
    delete: async (client, options) => {
      const operation = "delete client";
      const params = { clientId: door.id(client, operation) };
      const request = { operation, method: "delete", path: "/v1/me/api/oauth2/client/{clientId}", params, options } as const;
      await ignoreNotFoundAfterRetry(http(request));
    },
    import: async (reference, options) =>
      importClient(
        { get, tokenEndpoint, fetch: settings.fetch },
        door.import(reference, options),
        options,
        startDeadline(options, timeoutMs),
      ),
    tokenRequest: (credentials, wanted) =>
      makeTokenRequest(requireTokenUrl(tokenEndpoint, "make token request"), credentials, wanted),
    grantAccess: async (client, wanted, options) => {
      const checked = door.grant(client, wanted);
      return grant(http, checked.client, checked.wanted, startDeadline(options, timeoutMs));
    },
    createPolicy: (policy, options) => createPolicy(http, policy, options),
    getPolicy: (id, options) => getPolicy(http, id, options),
    listPolicies: (options) => ({ [Symbol.asyncIterator]: () => listPolicies(http, options) }),
    updatePolicy: (id, changes, options) => updatePolicy(http, id, changes, startDeadline(options, timeoutMs)),
    deletePolicy: (id, options) => deletePolicy(http, id, options),
    listActions: (options) => ({ [Symbol.asyncIterator]: () => listActions(http, options) }),
  };
}

function connect(settings: OvhSettings) {
  const transport: HttpOptions = {
    vendor: "ovh",
    callOptions: [
      "actions",
      "secretSink",
      "identities",
      "pageSize",
      "concurrency",
      "readOnly",
      "resourceTypes",
      "resources",
      "verifySecret",
    ],
    baseUrl: settings.apiUrl,
    parseErrorResponse: readFailure,
    ...readTransport(settings),
  };
  const http = createHttp<paths>({ ...transport, authorize: authorizeWith(settings, transport) });
  return { http, timeoutMs: transport.timeoutMs };
}
