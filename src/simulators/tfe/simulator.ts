import type { components, operations } from "../../openapi/tfe.js";
import { type Call, notSimulatedFields, type Operation } from "../core/router.js";
import { createSimulator, extendSimulator } from "../core/simulator.js";
import { createSimulatedTime } from "../core/time.js";
import { readIdentifiers, readResource } from "./bodies.js";
import { createClientStore, type StoredClient, stateOf } from "./clients.js";
import { renderClient, renderIncluded, renderToken, type Style } from "./documents.js";
import { ErrorResponse, empty, json, notFound, refuse, writeProblems } from "./errors.js";
import { createGateway } from "./gateway.js";
import {
  baseUrlOf,
  checkOptions,
  defaultOrganization,
  environmentOf,
  type TfeErrorResponse,
  type TfeInsertedClient,
  type TfeOperationId,
  type TfeOrigin,
  type TfeSimulatedClient,
  type TfeSimulator,
  type TfeSimulatorOptions,
} from "./options.js";
import { createOrganizations, entitlementSet, type Organization, projectDocument, withVcs } from "./organizations.js";
import { createPages, type Page } from "./pagination.js";
import { validateSshKey } from "./validation.js";

export type { TfeErrorShape } from "./errors.js";
export type {
  TfeClientState,
  TfeErrorResponse,
  TfeInsertedClient,
  TfeOperationId,
  TfeOrigin,
  TfeRateLimit,
  TfeSimulatedClient,
  TfeSimulatedOrganization,
  TfeSimulatedToken,
  TfeSimulator,
  TfeSimulatorOptions,
  TfeVersionHeader,
  TfeWriteOnlyMember,
} from "./options.js";

type Schemas = components["schemas"];

/**
 * Simulates the OAuth client API of Terraform Enterprise or HCP Terraform, as its documentation and clients describe it.
 *
 * The simulator stores clients, tokens and projects, validates requests, pages, and responds with the vendor's error shapes. Resources of other
 * callers get 404. It also has the operations that Terraform needs: ping, discovery and the entitlement set. No response has a secret, a
 * private key, a token text or an SSH key.
 *
 * To log in: send a token of the option `tokens` as a bearer token. Without that option every bearer token is valid. `env()` returns the
 * variables for `tfeOptionsFromEnv`.
 *
 * Where the vendor's behaviour is not documented, the simulator is strict: writes need `application/vnd.api+json`; another `data.id` than in
 * the path, a change of a fixed attribute and an empty list of projects get 422; page numbers below 1 get 400. Only Bitbucket Server and Data
 * Center clients can have no token.
 *
 * @throws {TypeError} an option is invalid
 * @example
 * ```ts
 * import { simulateTfe } from "oauth-clients/testing";
 * import { createTfeManager, tfeOptionsFromEnv } from "oauth-clients/tfe";
 *
 * const simulator = simulateTfe();
 * const tfe = createTfeManager({ ...tfeOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
 * ```
 */
export function simulateTfe(options: TfeSimulatorOptions = {}): TfeSimulator {
  checkOptions(options);
  const time = createSimulatedTime(options.now);
  const { now } = time;
  const { errorShape = "objects", oldRelatedLinks = false } = options;
  const host = baseUrlOf(options);
  const organizations = createOrganizations(options.organizations ?? [{ name: defaultOrganization }]);
  const store = createClientStore(now, organizations);
  const { grantOf, middleware } = createGateway(options, now);
  const paginate = createPages(options);

  /** Resources without access get 404. */
  const reachable = <Found>(call: Call, found: Found | undefined, name: (found: Found) => string): Found => {
    if (found === undefined || !grantOf(call.headers)?.reaches(name(found))) throw notFound();
    return found;
  };
  const organizationOf = (call: Call): Organization =>
    reachable(call, organizations.get(call.parameters.organization ?? ""), ({ name }) => name);
  const owned = (call: Call, client: StoredClient | undefined): StoredClient => {
    const found = reachable(call, client, ({ organization }) => organization.name);
    withVcs(found.organization);
    return found;
  };
  const clientOf = (call: Call) => owned(call, store.find(call.parameters.id ?? ""));
  const clientOfToken = (call: Call) => owned(call, store.findByToken(call.parameters.id ?? ""));
  const clientsOf = (organization: Organization) => store.all().filter((client) => client.organization === organization);

  const styleOf = ({ url, baseUrls }: Call<TfeOrigin>): Style => ({
    host: baseUrls.host,
    oldRelatedLinks,
    showAffectedWorkspaces: url.searchParams.get("show_affected_workspaces") === "true",
  });
  const show = (status: number, client: StoredClient, call: Call<TfeOrigin>) => {
    const included = renderIncluded([client], call.url.searchParams.get("include"));
    return json(status, { data: renderClient(client, styleOf(call)), ...(included && { included }) });
  };
  const showToken = ({ token, id }: StoredClient) => {
    if (!token) throw notFound();
    return json(200, { data: renderToken(token, id) } satisfies Schemas["oauthTokenDocument"]);
  };
  const showTokens = (clients: readonly StoredClient[], call: Call<TfeOrigin>, whole: boolean) => {
    const rendered = clients.flatMap(({ token, id }) => (token ? [renderToken(token, id)] : []));
    const { entries, ...rest }: Page<Schemas["oauthToken"]> = paginate(rendered, call, whole);
    return json(200, { data: [...entries], ...rest } satisfies Schemas["oauthTokenList"]);
  };
  const remove = (client: StoredClient) => {
    store.remove(client);
    return empty();
  };
  const list = (call: Call<TfeOrigin>) => {
    const page = paginate(clientsOf(withVcs(organizationOf(call))), call, true);
    const included = renderIncluded(page.entries, call.url.searchParams.get("include"));
    const { entries, ...rest } = page;
    const data = entries.map((client) => renderClient(client, styleOf(call)));
    return json(200, { data, ...(included && { included }), ...rest } satisfies Schemas["oauthClientList"]);
  };
  const create = (call: Call<TfeOrigin>) => {
    const organization = withVcs(organizationOf(call));
    return show(201, store.create(organization, readResource(call.text, "oauth-clients")), call);
  };
  const update = (call: Call<TfeOrigin>) => {
    const client = clientOf(call);
    return show(200, store.change(client, readResource(call.text, "oauth-clients", client.id)), call);
  };
  const removeAtOldPath = (call: Call<TfeOrigin>) => {
    if (!options.oldDeletePath) throw notFound();
    const organization = organizationOf(call);
    const client = clientOf(call);
    if (client.organization !== organization) throw notFound();
    return remove(client);
  };
  const updateToken = (call: Call<TfeOrigin>) => {
    const client = clientOfToken(call);
    const { attributes } = readResource(call.text, "oauth-tokens", client.token?.id);
    return showToken(store.setSshKey(client, validateSshKey(attributes)));
  };
  const listTokens = (call: Call<TfeOrigin>) => {
    const provider = call.url.searchParams.get("filter[provider]");
    const clients = clientsOf(withVcs(organizationOf(call)));
    const wanted = clients.filter(({ fields }) => !provider || fields["service-provider"] === provider);
    return showTokens(wanted, call, false);
  };

  const at = (method: string, path: string, respond: Handler): Operation<TfeOrigin> => ({
    method,
    path: `/api/v2${path}`,
    origins: ["host"],
    respond: async (call) => {
      try {
        return await respond(call);
      } catch (error) {
        if (error instanceof ErrorResponse) return refuse(error.status, error.problems, errorShape);
        throw error;
      }
    },
  });
  const withoutContent = (run: (call: Call<TfeOrigin>) => void): Handler => {
    return (call) => {
      run(call);
      return empty();
    };
  };
  const projectsIn = ({ text }: Call) => readIdentifiers(text, "projects");

  const table = {
    listOAuthClients: at("GET", "/organizations/{organization}/oauth-clients", list),
    createOAuthClientForOrganization: at("POST", "/organizations/{organization}/oauth-clients", create),
    getOAuthClient: at("GET", "/oauth-clients/{id}", (call) => show(200, clientOf(call), call)),
    updateOAuthClient: at("PATCH", "/oauth-clients/{id}", update),
    destroyOAuthClient: at("DELETE", "/oauth-clients/{id}", (call) => remove(clientOf(call))),
    destroyOAuthClientOfOrganization: at("DELETE", "/organizations/{organization}/oauth-clients/{id}", removeAtOldPath),
    attachOAuthClientToProjects: at(
      "POST",
      "/oauth-clients/{id}/relationships/projects",
      withoutContent((call) => store.attach(clientOf(call), projectsIn(call))),
    ),
    detachOAuthClientFromProjects: at(
      "DELETE",
      "/oauth-clients/{id}/relationships/projects",
      withoutContent((call) => store.detach(clientOf(call), projectsIn(call))),
    ),
    listOauthTokensForOauthClient: at("GET", "/oauth-clients/{id}/oauth-tokens", (call) =>
      showTokens([clientOf(call)], call, true),
    ),
    listOauthTokensForOrganization: at("GET", "/organizations/{organization}/oauth-tokens", listTokens),
    getOauthToken: at("GET", "/oauth-tokens/{id}", (call) => showToken(clientOfToken(call))),
    updateOauthToken: at("PATCH", "/oauth-tokens/{id}", updateToken),
    deleteOauthToken: at(
      "DELETE",
      "/oauth-tokens/{id}",
      withoutContent((call) => store.removeToken(clientOfToken(call))),
    ),
    ping: at("GET", "/ping", empty),
    getProject: at("GET", "/projects/{id}", (call) => {
      const id = call.parameters.id ?? "";
      const owner = [...organizations.values()].find(({ projects }) => projects.has(id));
      return json(
        200,
        projectDocument(
          id,
          reachable(call, owner, ({ name }) => name),
        ),
      );
    }),
    getEntitlementSet: at("GET", "/organizations/{organization}/entitlement-set", (call) =>
      json(200, entitlementSet(organizationOf(call))),
    ),
    discover: { ...at("GET", "", discover), path: "/.well-known/terraform.json" },
  } satisfies Record<keyof operations | TfeOperationId, Operation<TfeOrigin>>;

  const simulator = createSimulator<TfeOperationId, TfeOrigin>({
    name: "simulateTfe",
    baseUrls: { host },
    env: (urls) => environmentOf(options, urls),
    operations: table,
    unmatched: ({ method, url }) => {
      // 404, because Terraform reads resources that need not exist, such as workspaces.
      const response = refuse(404, [{ detail: `${method} ${url.pathname} is not simulated.` }], errorShape);
      for (const [name, value] of Object.entries(notSimulatedFields)) response.headers.set(name, value);
      return response;
    },
    middleware,
    secretNames: { members: ["private-key", "oauth-token-string", "ssh-key"] },
    time,
  });
  return extendSimulator(simulator, {
    urls: { host },
    get clients(): readonly TfeSimulatedClient[] {
      const style = { host, oldRelatedLinks, showAffectedWorkspaces: false };
      return store.all().map((client) => structuredClone(renderClient(client, style)));
    },
    inspect(clientId: string) {
      const client = store.find(clientId);
      return client && stateOf(client);
    },
    insert(client: TfeInsertedClient) {
      const [first] = organizations.keys();
      const organization = organizations.get(client.organization ?? first ?? "");
      if (!organization) throw new TypeError(`simulateTfe: there is no organization "${client.organization}"`);
      return store.insert(organization, client).id;
    },
    respondWithErrorNext(
      operationId: TfeOperationId,
      { status, detail, pointer, shape, resetSeconds, ...timing }: TfeErrorResponse,
    ) {
      const problem = { detail: detail ?? "The request was rejected.", ...(pointer === undefined ? {} : { pointer }) };
      const { contentType, text } = writeProblems(status, [problem], shape ?? errorShape);
      const reset = resetSeconds === undefined ? {} : { "x-ratelimit-reset": String(resetSeconds) };
      simulator.failNext(operationId, { ...timing, status, body: text, headers: { "content-type": contentType, ...reset } });
    },
  });
}

type Handler = Operation<TfeOrigin>["respond"];

/** Discovery is outside of `/api/v2` and needs no token. */
function discover(): Response {
  const services: Schemas["discovery"] = { "tfe.v2": "/api/v2/", "tfe.v2.1": "/api/v2/", "tfe.v2.2": "/api/v2/" };
  return new Response(JSON.stringify(services), { headers: { "content-type": "application/json" } });
}
