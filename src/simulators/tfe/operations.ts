import type { components, operations } from "../../openapi/tfe.js";
import type { Call, Operation } from "../core/router.js";
import { readIdentifiers, readResource } from "./bodies.js";
import type { ClientStore, StoredClient } from "./clients.js";
import { renderClient, renderIncluded, renderToken, type Style } from "./documents.js";
import { ErrorResponse, empty, json, notFound, refuse, type TfeErrorShape } from "./errors.js";
import type { createGateway } from "./gateway.js";
import type { TfeOperationId, TfeOrigin, TfeSimulatorOptions } from "./options.js";
import { entitlementSet, type Organization, projectDocument, withVcs } from "./organizations.js";
import { createPages, type Page } from "./pagination.js";
import { validateSshKey } from "./validation.js";

type Schemas = components["schemas"];
type Handler = Operation<TfeOrigin>["respond"];

/** The state that the operations use. */
export interface OperationSettings extends Omit<TfeSimulatorOptions, "organizations"> {
  readonly errorShape: TfeErrorShape;
  readonly oldRelatedLinks: boolean;
  readonly organizations: ReadonlyMap<string, Organization>;
  readonly store: ClientStore;
  readonly grantOf: ReturnType<typeof createGateway>["grantOf"];
}

/** Creates the operations of the API. */
export function createOperations(settings: OperationSettings) {
  const resources = createLookup(settings);
  const clients = createClientHandlers(settings, resources);
  const tokens = createTokenHandlers(settings, resources);
  const at = (method: string, path: string, respond: Handler): Operation<TfeOrigin> => ({
    method,
    path: `/api/v2${path}`,
    origins: ["host"],
    respond: async (call) => {
      try {
        return await respond(call);
      } catch (error) {
        if (error instanceof ErrorResponse) return refuse(error.status, error.problems, settings.errorShape);
        throw error;
      }
    },
  });
  return {
    listOAuthClients: at("GET", "/organizations/{organization}/oauth-clients", clients.list),
    createOAuthClientForOrganization: at("POST", "/organizations/{organization}/oauth-clients", clients.create),
    getOAuthClient: at("GET", "/oauth-clients/{id}", clients.get),
    updateOAuthClient: at("PATCH", "/oauth-clients/{id}", clients.update),
    destroyOAuthClient: at("DELETE", "/oauth-clients/{id}", clients.remove),
    destroyOAuthClientOfOrganization: at("DELETE", "/organizations/{organization}/oauth-clients/{id}", clients.removeAtOldPath),
    attachOAuthClientToProjects: at("POST", "/oauth-clients/{id}/relationships/projects", clients.attach),
    detachOAuthClientFromProjects: at("DELETE", "/oauth-clients/{id}/relationships/projects", clients.detach),
    listOauthTokensForOauthClient: at("GET", "/oauth-clients/{id}/oauth-tokens", tokens.listOfClient),
    listOauthTokensForOrganization: at("GET", "/organizations/{organization}/oauth-tokens", tokens.listOfOrganization),
    getOauthToken: at("GET", "/oauth-tokens/{id}", tokens.get),
    updateOauthToken: at("PATCH", "/oauth-tokens/{id}", tokens.update),
    deleteOauthToken: at("DELETE", "/oauth-tokens/{id}", tokens.remove),
    ping: at("GET", "/ping", empty),
    getProject: at("GET", "/projects/{id}", (call) => json(200, projectDocument(...resources.projectOf(call)))),
    getEntitlementSet: at("GET", "/organizations/{organization}/entitlement-set", (call) =>
      json(200, entitlementSet(resources.organizationOf(call))),
    ),
    discover: { ...at("GET", "", discover), path: "/.well-known/terraform.json" },
  } satisfies Record<keyof operations | TfeOperationId, Operation<TfeOrigin>>;
}

type Lookup = ReturnType<typeof createLookup>;

/** Finds the resource of a request. Resources without access get 404. */
function createLookup({ organizations, store, grantOf }: OperationSettings) {
  const reachable = <Found>(call: Call, found: Found | undefined, name: (found: Found) => string): Found => {
    if (found === undefined || !grantOf(call.headers)?.reaches(name(found))) throw notFound();
    return found;
  };
  const owned = (call: Call, client: StoredClient | undefined): StoredClient => {
    const found = reachable(call, client, ({ organization }) => organization.name);
    withVcs(found.organization);
    return found;
  };
  return {
    organizationOf: (call: Call): Organization =>
      reachable(call, organizations.get(call.parameters.organization ?? ""), ({ name }) => name),
    clientOf: (call: Call) => owned(call, store.find(call.parameters.id ?? "")),
    clientOfToken: (call: Call) => owned(call, store.findByToken(call.parameters.id ?? "")),
    clientsOf: (organization: Organization) => store.all().filter((client) => client.organization === organization),
    /** The id of a project and its organization. */
    projectOf(call: Call): [id: string, organization: Organization] {
      const id = call.parameters.id ?? "";
      const owner = [...organizations.values()].find(({ projects }) => projects.has(id));
      return [id, reachable(call, owner, ({ name }) => name)];
    },
  };
}

function createClientHandlers(settings: OperationSettings, { organizationOf, clientOf, clientsOf }: Lookup) {
  const { store, oldRelatedLinks } = settings;
  const paginate = createPages(settings);
  const styleOf = ({ url, baseUrls }: Call<TfeOrigin>): Style => ({
    host: baseUrls.host,
    oldRelatedLinks,
    showAffectedWorkspaces: url.searchParams.get("show_affected_workspaces") === "true",
  });
  const show = (status: number, client: StoredClient, call: Call<TfeOrigin>) => {
    const included = renderIncluded([client], call.url.searchParams.get("include"));
    return json(status, { data: renderClient(client, styleOf(call)), ...(included && { included }) });
  };
  const remove = (client: StoredClient) => {
    store.remove(client);
    return empty();
  };
  const projectsIn = ({ text }: Call) => readIdentifiers(text, "projects");
  return {
    list(call) {
      const page = paginate(clientsOf(withVcs(organizationOf(call))), call, true);
      const included = renderIncluded(page.entries, call.url.searchParams.get("include"));
      const { entries, ...rest } = page;
      const data = entries.map((client) => renderClient(client, styleOf(call)));
      return json(200, { data, ...(included && { included }), ...rest } satisfies Schemas["oauthClientList"]);
    },
    create(call) {
      const organization = withVcs(organizationOf(call));
      return show(201, store.create(organization, readResource(call.text, "oauth-clients")), call);
    },
    get: (call) => show(200, clientOf(call), call),
    update(call) {
      const client = clientOf(call);
      return show(200, store.change(client, readResource(call.text, "oauth-clients", client.id)), call);
    },
    remove: (call) => remove(clientOf(call)),
    removeAtOldPath(call) {
      if (!settings.oldDeletePath) throw notFound();
      const organization = organizationOf(call);
      const client = clientOf(call);
      if (client.organization !== organization) throw notFound();
      return remove(client);
    },
    attach(call) {
      store.attach(clientOf(call), projectsIn(call));
      return empty();
    },
    detach(call) {
      store.detach(clientOf(call), projectsIn(call));
      return empty();
    },
  } satisfies Record<string, Handler>;
}

function createTokenHandlers(settings: OperationSettings, { organizationOf, clientOf, clientOfToken, clientsOf }: Lookup) {
  const { store } = settings;
  const paginate = createPages(settings);
  const show = ({ token, id }: StoredClient) => {
    if (!token) throw notFound();
    return json(200, { data: renderToken(token, id) } satisfies Schemas["oauthTokenDocument"]);
  };
  const showAll = (clients: readonly StoredClient[], call: Call<TfeOrigin>, whole: boolean) => {
    const rendered = clients.flatMap(({ token, id }) => (token ? [renderToken(token, id)] : []));
    const { entries, ...rest }: Page<Schemas["oauthToken"]> = paginate(rendered, call, whole);
    return json(200, { data: [...entries], ...rest } satisfies Schemas["oauthTokenList"]);
  };
  return {
    listOfClient: (call) => showAll([clientOf(call)], call, true),
    listOfOrganization(call) {
      const provider = call.url.searchParams.get("filter[provider]");
      const clients = clientsOf(withVcs(organizationOf(call)));
      const selected = clients.filter(({ fields }) => !provider || fields["service-provider"] === provider);
      return showAll(selected, call, false);
    },
    get: (call) => show(clientOfToken(call)),
    update(call) {
      const client = clientOfToken(call);
      const { attributes } = readResource(call.text, "oauth-tokens", client.token?.id);
      return show(store.setSshKey(client, validateSshKey(attributes)));
    },
    remove(call) {
      store.removeToken(clientOfToken(call));
      return empty();
    },
  } satisfies Record<string, Handler>;
}

/** Discovery is outside of `/api/v2` and needs no token. */
function discover(): Response {
  const services: Schemas["discovery"] = { "tfe.v2": "/api/v2/", "tfe.v2.1": "/api/v2/", "tfe.v2.2": "/api/v2/" };
  return new Response(JSON.stringify(services), { headers: { "content-type": "application/json" } });
}
