import type { components, operations } from "../../openapi/ovh.js";
import type { Call, Operation } from "../core/router.js";
import type { Now } from "../core/time.js";
import { referenceActions, requiredActions } from "./actions.js";
import type { Caller, createAuthentication } from "./authentication.js";
import { authorize, findMissing, type Need } from "./authorization.js";
import type { ClientStore } from "./clients.js";
import { badRequest, ErrorResponse, json, notFound, type OvhErrorShape, TokenErrorResponse } from "./errors.js";
import { createIamOperations } from "./iam.js";
import type { OvhOperationId, OvhOrigin, OvhSimulatorOptions } from "./options.js";
import { createPages, type Paginator } from "./pagination.js";
import type { PermissionsGroup } from "./permission-groups.js";
import { filterPolicies, type PolicyStore, renderPolicy, type Writer } from "./policies.js";
import { describeResource, hostingDocument } from "./resources.js";
import type { TokenEndpoint } from "./tokens.js";
import { type Account, accountResource, webHostingResource } from "./urns.js";

/** The state that the operations use. */
export interface OperationSettings extends Pick<OvhSimulatorOptions, "pageSize" | "largestPageSize"> {
  readonly account: Account;
  readonly now: Now;
  readonly webHostings: readonly string[];
  readonly groups: ReadonlyMap<string, PermissionsGroup>;
  readonly clients: ClientStore;
  readonly policies: PolicyStore;
  readonly tokenEndpoint: TokenEndpoint;
  readonly authenticate: ReturnType<typeof createAuthentication>;
  readonly errorShape: OvhErrorShape;
}

type Respond = Operation<OvhOrigin>["respond"];
type Handler = (call: Call<OvhOrigin>, caller: Caller) => Response;
type ActionId = keyof typeof requiredActions;

/** Creates the operations of the API and of the token endpoint. */
export function createOperations(settings: OperationSettings) {
  const { now, webHostings, account } = settings;
  const paginate = createPages({ defaultSize: settings.pageSize ?? 20, maximumSize: settings.largestPageSize ?? 100 });
  const factory = createFactory(settings);
  const { served, guarded, withErrorResponses } = factory;
  const getHosting = ({ parameters: { serviceName = "" } }: Call) => {
    if (!webHostings.includes(serviceName)) throw notFound("This service does not exist");
    return json(200, hostingDocument(serviceName));
  };
  return {
    getTime: served("GET", "/auth/time", () => json(200, Math.floor(now() / 1000))),
    ...accountOperations(settings, factory),
    getWebHosting: guarded("GET", "/hosting/web/{serviceName}", getHosting, ({ parameters: { serviceName = "" } }) => ({
      action: requiredActions.getWebHosting,
      resource: webHostingResource(account, serviceName),
    })),
    ...policyOperations(settings, factory, paginate),
    ...iamOperations(settings, factory, paginate),
    // The base URL is the whole URL of the endpoint.
    requestToken: {
      method: "POST",
      path: "/",
      origins: ["token"],
      respond: withErrorResponses(settings.tokenEndpoint.issueToken),
    },
  } satisfies Record<keyof operations | OvhOperationId, Operation<OvhOrigin>>;
}

type Factory = ReturnType<typeof createFactory>;

/** Creates the functions that create operations. */
function createFactory({ account, now, groups, policies, authenticate, errorShape }: OperationSettings) {
  const withErrorResponses =
    (respond: Respond): Respond =>
    async (call) => {
      try {
        return await respond(call);
      } catch (error) {
        if (error instanceof ErrorResponse) return json(error.status, error.body[errorShape]);
        if (error instanceof TokenErrorResponse)
          return json(error.status, error.body, { "cache-control": "no-store", ...error.headers });
        throw error;
      }
    };
  const served = (method: string, path: string, respond: Respond): Operation<OvhOrigin> => ({
    method,
    path: path.startsWith("/v2/") ? path : [`/1.0${path}`, `/v1${path}`],
    origins: ["api"],
    respond: withErrorResponses(respond),
  });
  /** Creates an operation with authentication and authorization. */
  const guarded = (method: string, path: string, respond: Handler, need?: (call: Call<OvhOrigin>) => Need) =>
    served(method, path, async (call) => {
      const caller = await authenticate(call);
      const route = { method, path: call.url.pathname.replace(/^\/(?:1\.0|v1)(?=\/)/, "") };
      authorize(caller, route, need?.(call), { all: policies.all(), groups, nowMs: now() });
      if (path.startsWith("/v2/")) checkSchemasVersion(call.headers);
      return respond(call, caller);
    });
  /** Creates an operation that needs an action on the account. */
  const administrative = (id: ActionId, method: string, path: string, respond: Handler) =>
    guarded(method, path, respond, () => ({ action: requiredActions[id], resource: accountResource(account) }));
  return { served, guarded, administrative, withErrorResponses };
}

function accountOperations({ account, clients }: OperationSettings, { guarded, administrative }: Factory) {
  const getDetails = (_call: Call, { identity, isRoot, method, routes }: Caller) =>
    json(200, {
      account: account.name,
      allowedRoutes: routes?.map((rule) => ({ method: rule.method, path: rule.path })) ?? null,
      description: null,
      identities: [identity],
      method,
      roles: null,
      user: isRoot ? account.name : null,
    } satisfies components["schemas"]["authenticationDetails"]);
  const [path, idPath] = ["/me/api/oauth2/client", "/me/api/oauth2/client/{id}"];
  return {
    getAuthenticationDetails: guarded("GET", "/auth/details", getDetails),
    getAccount: administrative("getAccount", "GET", "/me", () =>
      json(200, { nichandle: account.name, country: "FR", currency: { code: "EUR", symbol: "€" }, state: "complete" }),
    ),
    listOAuth2Clients: administrative("listOAuth2Clients", "GET", path, () => {
      const ids = clients.all().map(({ document }) => document.clientId);
      return json(200, ids);
    }),
    createOAuth2Client: administrative("createOAuth2Client", "POST", path, ({ text }) => json(200, clients.create(text))),
    getOAuth2Client: administrative("getOAuth2Client", "GET", idPath, (call) => json(200, clients.get(idOf(call)))),
    updateOAuth2Client: administrative("updateOAuth2Client", "PUT", idPath, (call) =>
      done(() => clients.update(idOf(call), call.text)),
    ),
    deleteOAuth2Client: administrative("deleteOAuth2Client", "DELETE", idPath, (call) =>
      done(() => clients.remove(idOf(call))),
    ),
  };
}

function policyOperations(
  { account, webHostings, groups, policies }: OperationSettings,
  { administrative }: Factory,
  paginate: Paginator,
) {
  const render = (policy: ReturnType<PolicyStore["get"]>, { searchParams }: URL) => {
    const describe = (urn: string) => describeResource(urn, account, webHostings);
    return renderPolicy(policy, account.name, searchParams.get("details") === "true" ? { describe, groups } : undefined);
  };
  const list = ({ url, headers }: Call) => {
    const page = paginate(filterPolicies(policies.all(), url.searchParams), ({ position }) => position, { url, headers });
    const rendered = page.entries.map((policy) => render(policy, url));
    return json(200, rendered, page.headers);
  };
  const [path, idPath] = ["/v2/iam/policy", "/v2/iam/policy/{id}"];
  return {
    listPolicies: administrative("listPolicies", "GET", path, list),
    createPolicy: administrative("createPolicy", "POST", path, ({ text, url }, caller) =>
      json(200, render(policies.create(text, writerOf(caller, "createPolicy")), url)),
    ),
    getPolicy: administrative("getPolicy", "GET", idPath, (call) => json(200, render(policies.get(idOf(call)), call.url))),
    updatePolicy: administrative("updatePolicy", "PUT", idPath, (call, caller) =>
      json(200, render(policies.update(idOf(call), call.text, writerOf(caller, "updatePolicy")), call.url)),
    ),
    deletePolicy: administrative("deletePolicy", "DELETE", idPath, (call, caller) =>
      done(() => policies.remove(idOf(call), writerOf(caller, "deletePolicy"))),
    ),
  };
}

function iamOperations(
  { account, webHostings, groups, policies, now }: OperationSettings,
  { guarded, administrative }: Factory,
  paginate: Paginator,
) {
  const isAllowed = (caller: Caller, need: Need) =>
    findMissing(caller, need, { all: policies.all(), groups, nowMs: now() }) === undefined;
  const iam = createIamOperations({ account, webHostings, groups, paginate, isAllowed });
  const listActions = ({ url, headers }: Call) => {
    const types = url.searchParams.getAll("resourceType");
    const selected = referenceActions.filter(({ resourceType = "" }) => types.length === 0 || types.includes(resourceType));
    const page = paginate(selected, (entry) => referenceActions.indexOf(entry), { url, headers });
    return json(200, page.entries, page.headers);
  };
  const groupsPath = "/v2/iam/permissionsGroup";
  return {
    listActions: guarded("GET", "/v2/iam/reference/action", listActions),
    listPermissionsGroups: administrative("listPermissionsGroups", "GET", groupsPath, iam.listPermissionsGroups),
    getPermissionsGroup: administrative("getPermissionsGroup", "GET", `${groupsPath}/{urn}`, iam.getPermissionsGroup),
    listResources: guarded("GET", "/v2/iam/resource", iam.listResources),
    checkAuthorization: guarded("POST", "/v2/iam/resource/{urn}/authorization/check", iam.checkAuthorization),
  };
}

function idOf({ parameters }: Call): string {
  return parameters.id ?? "";
}

/** The response to an operation without a result: `null`, because a vendor SDK cannot handle empty content. */
function done(work: () => void): Response {
  work();
  return json(200, null);
}

function writerOf({ identity, isRoot }: Caller, id: ActionId): Writer {
  return isRoot ? undefined : { identity, action: requiredActions[id] };
}

/** `major.minor` selects the version of the schemas. The simulator has one version. */
function checkSchemasVersion(headers: Headers): void {
  const version = headers.get("x-schemas-version");
  if (version !== null && !/^\d+\.\d+$/.test(version)) throw badRequest("[X-Schemas-Version] is not a version such as 1.0");
}
