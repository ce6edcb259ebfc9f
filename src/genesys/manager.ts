import { startDeadline } from "../core/abort.js";
import { bearer, bearerFrom } from "../core/authorize.js";
import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import { createHttp, type HttpOptions } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { readTransport } from "../core/options.js";
import { paginate } from "../core/pagination.js";
import type { paths } from "../openapi/genesys.js";
import { importClient } from "./adoption.js";
import { mergeChanges, readClient } from "./convert.js";
import { createClient } from "./creation.js";
import {
  createIntegrationCredential,
  deleteIntegrationCredential,
  issueIntegrated,
  updateIntegrationCredential,
} from "./credentials.js";
import { readFailure } from "./errors.js";
import { door, grantIssues, inputError } from "./input.js";
import { type GenesysSettings, readOptions } from "./options.js";
import { readNextPage, writePage } from "./pagination.js";
import { deleteClient, readWire } from "./removal.js";
import { createRoleBook } from "./roles.js";
import { rotateSecret } from "./rotation.js";
import { createOwnTokens, makeTokenRequest, proveSecret } from "./tokens.js";
import type {
  GenesysClientChanges,
  GenesysClientInput,
  GenesysManager,
  GenesysOptions,
  GenesysSecretOptions,
} from "./types.js";
import { clientsWire, clientWire } from "./wire.js";

/**
 * Makes the manager of a Genesys Cloud organization's clients.
 *
 * @throws {ConfigurationError} an option cannot work; nothing was sent
 * @see https://developer.genesys.cloud/api/rest/v2/oauth/
 */
export function createGenesysManager(options: GenesysOptions): GenesysManager {
  const settings = readOptions(options);
  const { http, login, timeoutMs } = connect(settings);
  const { loginUrl, verifyRoles = true } = settings;
  const roleBook = createRoleBook(http, verifyRoles);

  async function create(input: GenesysClientInput, options?: GenesysSecretOptions) {
    const operation = "create client";
    const wanted = door.create(input);
    const target = door.target(options, operation);
    if (target !== undefined && wanted.grantType === "implicit")
      throw inputError(operation, [{ path: "integrationCredential", message: "a client of grant implicit may get no secret" }]);
    const issue = async () => {
      const deadline = startDeadline(options, timeoutMs);
      const roles = wanted.roles && (await roleBook.resolve(wanted.roles, operation, options, deadline));
      return createClient(http, { ...wanted, roles }, deadline.remaining());
    };
    const occasion = { vendor: "genesys", operation, name: wanted.name };
    return issueIntegrated(http, target, options, occasion, issue, ({ client }) => client);
  }

  const get = async (client: string, options?: CallOptions) =>
    readClient(await readWire(http, door.id(client, "get client"), options));

  async function* list(options?: CallOptions) {
    const fetchPage = async (cursor: string | undefined) => {
      const { value } = await http({
        operation: "list clients",
        method: "get",
        path: "/api/v2/oauth/clients",
        query: writePage(cursor),
        returns: clientsWire,
        options,
      });
      return { items: value.entities.map(readClient), next: readNextPage(value) };
    };
    yield* paginate(fetchPage, (client) => client.id);
  }

  async function update(client: string, changes: GenesysClientChanges, options?: CallOptions) {
    const operation = "update client";
    const clientId = door.id(client, operation);
    const wanted = door.changes(changes);
    const deadline = startDeadline(options, timeoutMs);
    const current = await readWire(http, clientId, deadline.remaining());
    const { forScim, ...fields } = wanted;
    if (Object.values(fields).every((value) => value === undefined)) return readClient(current);
    requireWorkable(wanted, readClient(current), operation);
    const roles = wanted.roles && (await roleBook.resolve(wanted.roles, operation, options, deadline));
    const request = { operation, method: "put", path: "/api/v2/oauth/clients/{clientId}", params: { clientId } } as const;
    const json = mergeChanges(current, { ...fields, roles });
    const { value } = await http({ ...request, json, returns: clientWire, options: deadline.remaining() });
    return readClient(value);
  }

  return {
    vendor: "genesys",
    create: create as GenesysManager["create"],
    get,
    list: (options) => ({ [Symbol.asyncIterator]: () => list(options) }),
    update,
    delete: async (client, options) => deleteClient(http, door.id(client, "delete client"), startDeadline(options, timeoutMs)),
    rotateSecret: async (client, options) => {
      const operation = "rotate secret";
      const id = door.id(client, operation);
      const target = door.target(options, operation);
      return issueIntegrated(http, target, options, { vendor: "genesys", operation, id }, () =>
        rotateSecret(http, id, options),
      );
    },
    import: async (reference, options) => {
      const prove = (credentials: ClientCredentials, options: CallOptions | undefined) =>
        proveSecret(login, makeTokenRequest(loginUrl, credentials), "import client", options);
      return importClient(
        { get, proveSecret: prove },
        door.import(reference, options),
        options,
        startDeadline(options, timeoutMs),
      );
    },
    // By way of the bare interface a wish may come along.
    tokenRequest: (credentials, wanted?: TokenParameters) => makeTokenRequest(loginUrl, credentials, wanted),
    createIntegrationCredential: async (name, credentials, options) => {
      const operation = "create integration credential";
      return createIntegrationCredential(http, door.name(name, operation), door.credentials(credentials, operation), options);
    },
    updateIntegrationCredential: async (credential, credentials, options) => {
      const operation = "update integration credential";
      const id = door.id(credential, operation);
      return updateIntegrationCredential(http, id, door.credentials(credentials, operation), startDeadline(options, timeoutMs));
    },
    deleteIntegrationCredential: async (credential, options) =>
      deleteIntegrationCredential(
        http,
        door.id(credential, "delete integration credential"),
        startDeadline(options, timeoutMs),
      ),
  };
}

// The API gets a token; the login host only ever gets the credentials that a call brings. Both share one limiter.
function connect(settings: GenesysSettings) {
  const { apiUrl, loginUrl, clientId = "", clientSecret = "", accessToken, fetch } = settings;
  const transport = readTransport(settings);
  const shared: Omit<HttpOptions, "baseUrl"> = {
    vendor: "genesys",
    callOptions: ["secretSink", "integrationCredential", "verifySecret"],
    parseErrorResponse: readFailure,
    resetHeaders: ["inin-ratelimit-reset"],
    ...transport,
  };
  const own = () => bearerFrom(createOwnTokens(loginUrl, { clientId, clientSecret }, fetch), [clientSecret]);
  const authorize = accessToken === undefined ? own() : bearer(accessToken);
  return {
    http: createHttp<paths>({ ...shared, baseUrl: apiUrl, authorize }),
    login: createHttp<paths>({ ...shared, baseUrl: loginUrl }),
    timeoutMs: transport.timeoutMs,
  };
}

// What a grant type needs is looked at when something of it changes. What is stored already is Genesys Cloud's affair.
function requireWorkable(changes: GenesysClientChanges, current: ReturnType<typeof readClient>, operation: string): void {
  if (changes.grantType === undefined && current.grantType === undefined)
    throw inputError(operation, [{ path: "grantType", message: "required, Genesys Cloud does not tell what it is" }]);
  const { grantType = current.grantType, roles = current.roles, scopes = current.scopes } = changes;
  if (changes.grantType === undefined && changes.roles === undefined && changes.scopes === undefined) return;
  const issues = grantIssues(grantType, roles, scopes);
  if (issues.length > 0) throw inputError(operation, issues);
}
