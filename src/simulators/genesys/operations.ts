import type { components, operations } from "../../openapi/genesys.js";
import { type Call, notSimulatedFields, type Operation } from "../core/router.js";
import { readMembers } from "./bodies.js";
import type { ClientStore } from "./clients.js";
import { renderClient, renderDivision, renderNewSecret, renderOrganization, renderSubject, renderToken } from "./documents.js";
import { empty, general, json, missingPermission, platform } from "./errors.js";
import { type CredentialStore, renderCredential, renderCredentialSummary } from "./integration-credentials.js";
import type { GenesysOperationId, GenesysOrigin, GenesysSimulatorOptions } from "./options.js";
import { type GenesysSimulatedOrganization, isPermitted, lackingPairs, type Pair } from "./organization.js";
import { listClients, listCredentials, listDivisions, listRoles } from "./pagination.js";
import type { Caller, TokenEndpoint } from "./tokens.js";
import { validateClient } from "./validation.js";

type Schemas = components["schemas"];
type Handler = (call: Call<GenesysOrigin>, caller: Caller) => Response;

/** Creates an operation that needs a permission. Undefined: every client has the permission. */
type CreateOperation = (
  method: string,
  path: string,
  permission: string | undefined,
  respond: Handler,
) => Operation<GenesysOrigin>;

/** The state that the operations use. */
export interface OperationSettings extends Omit<GenesysSimulatorOptions, "organization"> {
  readonly organization: GenesysSimulatedOrganization;
  readonly store: ClientStore;
  readonly credentials: CredentialStore;
  readonly tokenEndpoint: TokenEndpoint;
}

/** Creates the operations of both hosts. */
export function createOperations(settings: OperationSettings) {
  const { organization, tokenEndpoint } = settings;
  const at: CreateOperation = (method, path, permission, respond) => ({
    method,
    path: `/api/v2${path}`,
    origins: ["api"],
    respond: (call) => {
      const caller = tokenEndpoint.authenticate(call.headers, true);
      if (permission !== undefined && !isPermitted(organization, caller.client.fields.roleDivisions, permission))
        throw missingPermission([permission]);
      return respond(call, caller);
    },
  });
  return {
    postOauthToken: { method: "POST", path: "/oauth/token", origins: ["login"], respond: tokenEndpoint.issueToken },
    ...clientOperations(settings, at),
    ...organizationOperations(settings, at),
    ...credentialOperations(settings, at),
    ...tokenOperations(settings, at),
  } satisfies Record<keyof operations | GenesysOperationId, Operation<GenesysOrigin>>;
}

function clientOperations(settings: OperationSettings, at: CreateOperation) {
  const { organization, store, tokenEndpoint, listing = "whole" } = settings;
  const rules = { ...settings, organization };
  const list = (call: Call) => {
    const clients = store.listed().map((client) => {
      const { authorizedGrantType, ...rest } = renderClient(client);
      return settings.listsWithoutGrantType ? rest : { ...rest, ...(authorizedGrantType && { authorizedGrantType }) };
    });
    return json(200, listClients(clients, call, listing));
  };
  const create = (call: Call, caller: Caller) => {
    const valid = validateClient(readMembers(call), rules, true);
    requireRoles(settings, caller, valid.fields.roleDivisions);
    return json(200, renderNewSecret(store.create(valid, caller.client.id)));
  };
  const replace = (call: Call, caller: Caller) => {
    const client = store.get(idOf(call));
    const valid = validateClient(readMembers(call), rules, false);
    requireRoles(settings, caller, [...client.fields.roleDivisions, ...valid.fields.roleDivisions]);
    return json(200, renderClient(store.replace(client, valid, caller.client.id)));
  };
  const remove = (call: Call) => {
    const outcome = store.remove(store.get(idOf(call)));
    return empty(outcome === "deleted" ? 204 : 202);
  };
  const renewSecret = (call: Call, caller: Caller) => {
    const client = store.get(idOf(call));
    if (call.text !== "") throw general("The operation takes no content.");
    requireRoles(settings, caller, client.fields.roleDivisions);
    const renewed = store.renewSecret(client, caller.client.id);
    tokenEndpoint.endAll(client.id);
    return json(200, renderNewSecret(renewed));
  };
  const [path, idPath] = ["/oauth/clients", "/oauth/clients/{id}"];
  return {
    getOauthClients: at("GET", path, "oauth:client:view", list),
    postOauthClients: at("POST", path, "oauth:client:add", create),
    getOauthClient: at("GET", idPath, "oauth:client:view", (call) => json(200, renderClient(store.read(idOf(call))))),
    putOauthClient: at("PUT", idPath, "oauth:client:edit", replace),
    deleteOauthClient: at("DELETE", idPath, "oauth:client:delete", remove),
    postOauthClientSecret: at("POST", `${idPath}/secret`, "oauth:client:edit", renewSecret),
  };
}

/** A caller can grant, and change clients with, only roles that it has. The vendor's error code is not documented. */
function requireRoles({ missingGrantStatus = 403 }: OperationSettings, { client }: Caller, pairs: readonly Pair[]): void {
  const lacking = lackingPairs(client.fields.roleDivisions, pairs);
  if (lacking.length === 0) return;
  const named = lacking.map(({ roleId, divisionId }) => `${roleId} in ${divisionId}`).join(", ");
  throw platform(missingGrantStatus, {
    code: "not.authorized",
    message: `The caller does not hold the roles: [${named}]`,
  });
}

function organizationOperations({ organization }: OperationSettings, at: CreateOperation) {
  const products: Schemas["productListing"] = { entities: [], pageSize: 25, pageNumber: 1, pageCount: 0, total: 0 };
  return {
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
    getOrganizationsMe: at("GET", "/organizations/me", undefined, () => json(200, renderOrganization(organization))),
    getAuthorizationProducts: at("GET", "/authorization/products", undefined, () => json(200, products)),
  };
}

function credentialOperations({ credentials }: OperationSettings, at: CreateOperation) {
  const permission = (action: string) => `integrations:integration:${action}`;
  const [path, idPath] = ["/integrations/credentials", "/integrations/credentials/{id}"];
  return {
    postIntegrationsCredentials: at("POST", path, permission("add"), (call) =>
      json(200, renderCredentialSummary(credentials.create(readMembers(call)))),
    ),
    getIntegrationsCredentialsListing: at("GET", `${path}/listing`, permission("view"), (call) =>
      json(200, listCredentials(credentials.all().map(renderCredentialSummary), call)),
    ),
    getIntegrationsCredential: at("GET", idPath, permission("view"), (call) =>
      // The vendor has an operation at this path.
      idOf(call) === "types" ? unmatched(call) : json(200, renderCredential(credentials.get(idOf(call)))),
    ),
    putIntegrationsCredential: at("PUT", idPath, permission("edit"), (call) =>
      json(200, renderCredentialSummary(credentials.replace(idOf(call), readMembers(call)))),
    ),
    deleteIntegrationsCredential: at("DELETE", idPath, permission("delete"), (call) => {
      credentials.remove(idOf(call));
      return empty(204);
    }),
  };
}

function tokenOperations({ organization, tokenEndpoint }: OperationSettings, at: CreateOperation) {
  return {
    getTokensMe: at("GET", "/tokens/me", undefined, (_call, { client, token }) =>
      json(200, renderToken(client, organization, tokenEndpoint.idlesAt(token))),
    ),
    headTokensMe: at("HEAD", "/tokens/me", undefined, () => empty(200)),
    deleteTokensMe: at("DELETE", "/tokens/me", undefined, (_call, { token }) => {
      tokenEndpoint.end(token);
      return empty(200);
    }),
  };
}

function idOf({ parameters }: Call): string {
  return parameters.id ?? "";
}

/** Responds to a request without an operation. */
export function unmatched({ method, url }: Call<GenesysOrigin>, allowed: readonly string[] = []): never {
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
