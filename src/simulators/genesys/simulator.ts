import type { components, operations } from "../../openapi/genesys.js";
import { createRecorder } from "../core/request-log.js";
import { type Call, notSimulatedFields, type Operation } from "../core/router.js";
import { createSimulator, extendSimulator } from "../core/simulator.js";
import { createSimulatedTime } from "../core/time.js";
import { readMembers } from "./bodies.js";
import { createClientStore } from "./clients.js";
import { renderClient, renderDivision, renderNewSecret, renderOrganization, renderSubject, renderToken } from "./documents.js";
import {
  type ErrorResponse,
  empty,
  general,
  json,
  login,
  missingPermission,
  platform,
  throttledLogin,
  tooManyRequests,
} from "./errors.js";
import { correlationHeader, createGateway } from "./gateway.js";
import { createCredentialStore, renderCredential, renderCredentialSummary } from "./integration-credentials.js";
import {
  checkOptions,
  defaultAdministrator,
  environmentOf,
  type GenesysErrorResponse,
  type GenesysInsertedClient,
  type GenesysOperationId,
  type GenesysOrigin,
  type GenesysSimulatedClient,
  type GenesysSimulatedCredential,
  type GenesysSimulator,
  type GenesysSimulatorOptions,
} from "./options.js";
import { createOrganization, everyDivision, isPermitted, lackingPairs, type Pair, resolveGrants } from "./organization.js";
import { listClients, listCredentials, listDivisions, listRoles } from "./pagination.js";
import { baseUrlsOf } from "./regions.js";
import { type Caller, createTokenEndpoint } from "./tokens.js";
import { validateClient } from "./validation.js";

export type {
  GenesysClientState,
  GenesysCredentialState,
  GenesysErrorResponse,
  GenesysInsertedClient,
  GenesysListing,
  GenesysOperationId,
  GenesysOrigin,
  GenesysSimulatedAdministrator,
  GenesysSimulatedClient,
  GenesysSimulatedCredential,
  GenesysSimulator,
  GenesysSimulatorOptions,
} from "./options.js";
export type {
  GenesysSimulatedDivision,
  GenesysSimulatedGrant,
  GenesysSimulatedOrganization,
  GenesysSimulatedRole,
} from "./organization.js";

type Schemas = components["schemas"];

/**
 * Simulates a region of Genesys Cloud, as the vendor's SDKs, Terraform provider and announcements describe it.
 *
 * The simulator stores clients and integration credentials, issues tokens, and validates requests, permissions and roles. Only the responses
 * to a creation and to a secret renewal have the secret. A deleted client that is older than 30 days stays readable for seven days.
 *
 * To log in: send the credentials of `administrator` with Basic authentication and `grant_type=client_credentials` to
 * `POST {urls.login}/oauth/token`, and the token as a bearer token to the API. `env()` returns the variables for `genesysOptionsFromEnv`.
 *
 * Where the vendor's behaviour is not documented, the simulator is strict: grant types have a dash; `PUT` clears omitted fields; a secret
 * renewal ends the old secret and all tokens, and needs the roles of the client; tokens of an inactive client stay valid; the deletion of an
 * active client and the change of a client with a scheduled deletion get 400; a second deletion gets 404; credentials in the form of a token
 * request are ignored. A creation gets 200, a deletion 204 or 202. Operations that are not simulated get 501.
 *
 * @throws {TypeError} an option is invalid
 * @example
 * ```ts
 * import { createGenesysManager, genesysOptionsFromEnv } from "oauth-clients/genesys";
 * import { simulateGenesys } from "oauth-clients/testing";
 *
 * const simulator = simulateGenesys();
 * const genesys = createGenesysManager({ ...genesysOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
 * ```
 */
export function simulateGenesys(options: GenesysSimulatorOptions = {}): GenesysSimulator {
  checkOptions(options);
  const time = createSimulatedTime(options.now);
  const { now } = time;
  const { administrator = {}, listing = "whole" } = options;
  const baseUrls = baseUrlsOf(options);
  const organization = createOrganization(options);
  const store = createClientStore({ ...options, now });
  const credentials = createCredentialStore(now, options);
  const tokenEndpoint = createTokenEndpoint({ ...options, now, store });
  const rules = { ...options, organization };
  store.insert({
    id: administrator.clientId ?? defaultAdministrator.clientId,
    secret: administrator.clientSecret ?? defaultAdministrator.clientSecret,
    hidden: !administrator.listed,
    fields: {
      name: "administrator",
      roleDivisions: administrator.grants
        ? resolveGrants(organization, administrator.grants)
        : organization.roles.map(({ id }) => ({ roleId: id, divisionId: everyDivision })),
    },
  });

  const permit = ({ client }: Caller, permission: string | undefined) => {
    if (permission !== undefined && !isPermitted(organization, client.fields.roleDivisions, permission))
      throw missingPermission([permission]);
  };
  /** A caller can grant, and change clients with, only roles that it holds. The vendor's error code is not documented. */
  const requireRoles = ({ client }: Caller, pairs: readonly Pair[]) => {
    const lacking = lackingPairs(client.fields.roleDivisions, pairs);
    if (lacking.length === 0) return;
    const named = lacking.map(({ roleId, divisionId }) => `${roleId} in ${divisionId}`).join(", ");
    throw platform(options.missingGrantStatus ?? 403, {
      code: "not.authorized",
      message: `The caller does not hold the roles: [${named}]`,
    });
  };

  const list = (call: Call) => {
    const clients = store.listed().map((client) => {
      const { authorizedGrantType, ...rest } = renderClient(client);
      return options.listsWithoutGrantType ? rest : { ...rest, ...(authorizedGrantType && { authorizedGrantType }) };
    });
    return json(200, listClients(clients, call, listing));
  };
  const create = (call: Call, caller: Caller) => {
    const valid = validateClient(readMembers(call), rules, true);
    requireRoles(caller, valid.fields.roleDivisions);
    return json(200, renderNewSecret(store.create(valid, caller.client.id)));
  };
  const replace = (call: Call, caller: Caller) => {
    const client = store.get(idOf(call));
    const valid = validateClient(readMembers(call), rules, false);
    requireRoles(caller, [...client.fields.roleDivisions, ...valid.fields.roleDivisions]);
    return json(200, renderClient(store.replace(client, valid, caller.client.id)));
  };
  const remove = (call: Call) => {
    const outcome = store.remove(store.get(idOf(call)));
    return empty(outcome === "deleted" ? 204 : 202);
  };
  const renewSecret = (call: Call, caller: Caller) => {
    const client = store.get(idOf(call));
    if (call.text !== "") throw general("The operation takes no content.");
    requireRoles(caller, client.fields.roleDivisions);
    const renewed = store.renewSecret(client, caller.client.id);
    tokenEndpoint.endAll(client.id);
    return json(200, renderNewSecret(renewed));
  };
  const endToken = (_call: Call, { token }: Caller) => {
    tokenEndpoint.end(token);
    return empty(200);
  };
  const removeCredential = (call: Call) => {
    credentials.remove(idOf(call));
    return empty(204);
  };
  const products: Schemas["productListing"] = { entities: [], pageSize: 25, pageNumber: 1, pageCount: 0, total: 0 };

  const at = (method: string, path: string, permission: string | undefined, respond: Handler): Operation<GenesysOrigin> => ({
    method,
    path: `/api/v2${path}`,
    origins: ["api"],
    respond: (call) => {
      const caller = tokenEndpoint.authenticate(call.headers, true);
      permit(caller, permission);
      return respond(call, caller);
    },
  });
  const table = {
    postOauthToken: { method: "POST", path: "/oauth/token", origins: ["login"], respond: tokenEndpoint.issueToken },
    getOauthClients: at("GET", "/oauth/clients", "oauth:client:view", list),
    postOauthClients: at("POST", "/oauth/clients", "oauth:client:add", create),
    getOauthClient: at("GET", "/oauth/clients/{id}", "oauth:client:view", (call) =>
      json(200, renderClient(store.read(idOf(call)))),
    ),
    putOauthClient: at("PUT", "/oauth/clients/{id}", "oauth:client:edit", replace),
    deleteOauthClient: at("DELETE", "/oauth/clients/{id}", "oauth:client:delete", remove),
    postOauthClientSecret: at("POST", "/oauth/clients/{id}/secret", "oauth:client:edit", renewSecret),
    getAuthorizationDivisionsHome: at("GET", "/authorization/divisions/home", undefined, () =>
      json(200, renderDivision(organization.homeDivision.id, organization)),
    ),
    getAuthorizationDivisions: at("GET", "/authorization/divisions", undefined, (call) =>
      json(200, listDivisions(organization, call)),
    ),
    getAuthorizationRoles: at("GET", "/authorization/roles", "authorization:role:view", (call) =>
      json(200, listRoles(organization, call)),
    ),
    getAuthorizationSubjectsMe: at("GET", "/authorization/subjects/me", undefined, (_call, { client }) =>
      json(200, renderSubject(client, organization)),
    ),
    postIntegrationsCredentials: at("POST", "/integrations/credentials", "integrations:integration:add", (call) =>
      json(200, renderCredentialSummary(credentials.create(readMembers(call)))),
    ),
    getIntegrationsCredentialsListing: at("GET", "/integrations/credentials/listing", "integrations:integration:view", (call) =>
      json(200, listCredentials(credentials.all().map(renderCredentialSummary), call)),
    ),
    getIntegrationsCredential: at("GET", "/integrations/credentials/{id}", "integrations:integration:view", (call) =>
      // The vendor has an operation at this path.
      idOf(call) === "types" ? unmatched(call) : json(200, renderCredential(credentials.get(idOf(call)))),
    ),
    putIntegrationsCredential: at("PUT", "/integrations/credentials/{id}", "integrations:integration:edit", (call) =>
      json(200, renderCredentialSummary(credentials.replace(idOf(call), readMembers(call)))),
    ),
    deleteIntegrationsCredential: at(
      "DELETE",
      "/integrations/credentials/{id}",
      "integrations:integration:delete",
      removeCredential,
    ),
    getTokensMe: at("GET", "/tokens/me", undefined, (_call, { client, token }) =>
      json(200, renderToken(client, organization, tokenEndpoint.idlesAt(token))),
    ),
    headTokensMe: at("HEAD", "/tokens/me", undefined, () => empty(200)),
    deleteTokensMe: at("DELETE", "/tokens/me", undefined, endToken),
    getOrganizationsMe: at("GET", "/organizations/me", undefined, () => json(200, renderOrganization(organization))),
    getAuthorizationProducts: at("GET", "/authorization/products", undefined, () => json(200, products)),
  } satisfies Record<keyof operations | GenesysOperationId, Operation<GenesysOrigin>>;

  const redactor = createRecorder();
  const simulator = createSimulator<GenesysOperationId, GenesysOrigin>({
    name: "simulateGenesys",
    baseUrls,
    env: (urls) => environmentOf(options, urls),
    operations: table,
    unmatched,
    middleware: createGateway(tokenEndpoint, options.rateLimit, now),
    time,
  });
  const respondWith = (operationId: GenesysOperationId, { status, write, headers }: ErrorResponse, timing: object = {}) => {
    const correlationId = crypto.randomUUID();
    const fields = { ...headers, [correlationHeader]: correlationId };
    simulator.failNext(operationId, { ...timing, status, body: write(correlationId), headers: fields });
  };
  return extendSimulator(simulator, {
    urls: baseUrls,
    organization,
    get clients(): readonly GenesysSimulatedClient[] {
      return store.all().map((client) => redactor.redact(renderClient(client)) as GenesysSimulatedClient);
    },
    get credentials(): readonly GenesysSimulatedCredential[] {
      return credentials.all().map((credential) => ({ ...renderCredential(credential) }));
    },
    inspect(clientId: string) {
      const client = store.find(clientId);
      return (
        client && {
          activeTokens: tokenEndpoint.countActive(clientId),
          holdsSecret: (secret: string) => store.find(clientId)?.secret === secret,
        }
      );
    },
    inspectCredential(credentialId: string) {
      const credential = credentials.find(credentialId);
      return (
        credential && {
          holdsSecret: (secret: string) => Object.values(credentials.find(credentialId)?.fields ?? {}).includes(secret),
        }
      );
    },
    insert: (client: GenesysInsertedClient) => store.insert(client).id,
    disable: store.disable,
    endTokens: tokenEndpoint.endAll,
    respondWithErrorNext(
      operationId: GenesysOperationId,
      { status, code, message, retryAfterSeconds, ...timing }: GenesysErrorResponse,
    ) {
      const text = message ?? "The request was rejected.";
      const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
      const refusal =
        operationId === "postOauthToken"
          ? login(status, code ?? "invalid_request", text, headers)
          : platform(status, { code: code ?? "general.error", message: text }, headers);
      respondWith(operationId, refusal, timing);
    },
    throttleNext(operationId: GenesysOperationId, { retryAfterSeconds = 1, ...timing } = {}) {
      respondWith(
        operationId,
        operationId === "postOauthToken" ? throttledLogin() : tooManyRequests(retryAfterSeconds),
        timing,
      );
    },
  });
}

type Handler = (call: Call<GenesysOrigin>, caller: Caller) => Response;

function idOf({ parameters }: Call): string {
  return parameters.id ?? "";
}

function unmatched({ method, url }: Call<GenesysOrigin>, allowed: readonly string[] = []): never {
  // Every method of the client operations is simulated.
  if (allowed.length > 0 && url.pathname.startsWith("/api/v2/oauth/clients"))
    throw platform(
      405,
      { code: "method.not.allowed", message: "The method is not allowed here." },
      { allow: allowed.join(", ") },
    );
  const message = `${method} ${url.pathname} is not simulated.`;
  throw platform(501, { code: "not.implemented", message }, notSimulatedFields);
}
