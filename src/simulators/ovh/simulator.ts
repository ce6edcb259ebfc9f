import type { components, operations } from "../../openapi/ovh.js";
import { randomText } from "../core/random.js";
import { type Call, notSimulatedFields, type Operation } from "../core/router.js";
import { createSimulator, extendSimulator } from "../core/simulator.js";
import { createSimulatedTime } from "../core/time.js";
import { referenceActions, requiredActions } from "./actions.js";
import { type Caller, createAuthentication } from "./authentication.js";
import { authorize, findMissing, type Need } from "./authorization.js";
import { createClientStore } from "./clients.js";
import { badRequest, ErrorResponse, invalidRequest, json, methodNotAllowed, notFound, TokenErrorResponse } from "./errors.js";
import { createIamOperations } from "./iam.js";
import {
  baseUrlsOf,
  checkOptions,
  environmentOf,
  type OvhOperationId,
  type OvhOrigin,
  type OvhSimulatedClient,
  type OvhSimulatedPolicy,
  type OvhSimulator,
  type OvhSimulatorOptions,
} from "./options.js";
import { createPages } from "./pagination.js";
import { createGroups } from "./permission-groups.js";
import { createPolicyStore, filterPolicies, renderPolicy, type Writer } from "./policies.js";
import { regions } from "./regions.js";
import { describeResource, hostingDocument } from "./resources.js";
import { createTokenEndpoint } from "./tokens.js";
import { type Account, accountResource, webHostingResource } from "./urns.js";

export type { OvhReadOnlyMembers } from "./bodies.js";
export type { OvhErrorShape } from "./errors.js";
export type {
  OvhAccessRule,
  OvhApplicationKey,
  OvhClientState,
  OvhConsumerKeyState,
  OvhOperationId,
  OvhOrigin,
  OvhReadyAccessToken,
  OvhRootServiceAccount,
  OvhSimulatedClient,
  OvhSimulatedPolicy,
  OvhSimulator,
  OvhSimulatorOptions,
} from "./options.js";
export type { OvhPermissionsGroup } from "./permission-groups.js";
export type { OvhRegion } from "./regions.js";

/**
 * Simulates an account at OVHcloud in one region: OAuth2 clients, IAM policies, the token endpoint and web hosting plans, as the vendor's API
 * descriptions, SDKs and guides describe them.
 *
 * The simulator verifies signatures, issues tokens, and checks every request of a service account against the policies. The application keys,
 * access tokens and service account of the options authenticate the account itself, which policies do not restrict.
 *
 * To log in: sign requests with an application key, send an access token as a bearer token, or request a token with the service account at
 * `urls.token`. Without options there is one application key. `env()` returns the variables for `ovhOptionsFromEnv`.
 *
 * Where the vendor's behaviour is not documented, the simulator is strict: texts are not empty; an update has all three members and no others;
 * policies contain existing identities and groups; a policy with conditions allows nothing; a service account writes no policy about itself; a
 * cursor is valid for its list only; an invalid token gets 401; a wrong client secret gets 401 in a header and 400 in the content.
 *
 * @throws {TypeError} an option is invalid
 * @example
 * ```ts
 * import { createOvhManager, ovhOptionsFromEnv } from "oauth-clients/ovh";
 * import { simulateOvh } from "oauth-clients/testing";
 *
 * const simulator = simulateOvh();
 * const ovh = createOvhManager({ ...ovhOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
 * ```
 */
export function simulateOvh(options: OvhSimulatorOptions = {}): OvhSimulator {
  const time = createSimulatedTime(options.now);
  const { region = "eu", serviceAccount, clockSkewMs = 0, errorShape = "current" } = options;
  const { readOnlyMembers = "refuse" } = options;
  const baseUrls = baseUrlsOf(options);
  const applicationKeys = checkOptions(options).map((key) => ({ ...key }));
  const { prefix } = regions[region];
  const account: Account = { region, name: options.account ?? "zz99999-ovh" };
  const now = () => time.now() + clockSkewMs;
  const webHostings = [...(options.webHostings ?? ["xxxxxxx.cluster001.hosting.ovh.net"])];
  const groups = createGroups(options.permissionsGroups ?? [], account);
  const clients = createClientStore({ account, prefix, now, readOnlyMembers });
  const policies = createPolicyStore({
    account,
    now,
    readOnlyMembers,
    hasClient: (identity) => clients.all().some(({ document }) => document.identity === identity),
    groups,
  });
  const tokenEndpoint = createTokenEndpoint({
    now,
    clients,
    serviceAccount: serviceAccount && { ...serviceAccount },
    lifespanMs: options.accessTokenLifespanMs ?? 3_600_000,
    accessTokens: new Map((options.accessTokens ?? []).map(({ accessToken, expiresAt }) => [accessToken, expiresAt])),
  });
  const authenticate = createAuthentication({
    account,
    now,
    applicationKeys,
    timestampToleranceMs: options.timestampToleranceMs ?? 30_000,
    tokenEndpoint,
    rootClientId: serviceAccount?.clientId,
    baseUrls,
  });
  const paginate = createPages({ defaultSize: options.pageSize ?? 20, maximumSize: options.largestPageSize ?? 100 });

  const refuse = ({ status, body }: ErrorResponse) => json(status, body[errorShape]);
  const withErrorResponses = (respond: Operation<OvhOrigin>["respond"]): Operation<OvhOrigin>["respond"] => {
    return async (call) => {
      try {
        return await respond(call);
      } catch (error) {
        if (error instanceof ErrorResponse) return refuse(error);
        if (error instanceof TokenErrorResponse)
          return json(error.status, error.body, { "cache-control": "no-store", ...error.headers });
        throw error;
      }
    };
  };
  const served = (method: string, path: string, respond: Operation<OvhOrigin>["respond"]): Operation<OvhOrigin> => ({
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
  const administrative = (id: keyof typeof requiredActions, method: string, path: string, respond: Handler) =>
    guarded(method, path, respond, () => ({ action: requiredActions[id], resource: accountResource(account) }));

  const iam = createIamOperations({
    account,
    webHostings,
    groups,
    paginate,
    isAllowed: (caller, need) => findMissing(caller, need, { all: policies.all(), groups, nowMs: now() }) === undefined,
  });

  const render = (policy: ReturnType<typeof policies.get>, { searchParams }: URL) => {
    const describe = (urn: string) => describeResource(urn, account, webHostings);
    return renderPolicy(policy, account.name, searchParams.get("details") === "true" ? { describe, groups } : undefined);
  };
  const listPolicies = ({ url, headers }: Call) => {
    const page = paginate(filterPolicies(policies.all(), url.searchParams), ({ position }) => position, { url, headers });
    return json(
      200,
      page.entries.map((policy) => render(policy, url)),
      page.headers,
    );
  };
  const listActions = ({ url, headers }: Call) => {
    const types = url.searchParams.getAll("resourceType");
    const wanted = referenceActions.filter(({ resourceType = "" }) => types.length === 0 || types.includes(resourceType));
    const page = paginate(wanted, (entry) => referenceActions.indexOf(entry), { url, headers });
    return json(200, page.entries, page.headers);
  };
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
  const getHosting = ({ parameters: { serviceName = "" } }: Call) => {
    if (!webHostings.includes(serviceName)) throw notFound("This service does not exist");
    return json(200, hostingDocument(serviceName));
  };

  const [clientsPath, clientPath] = ["/me/api/oauth2/client", "/me/api/oauth2/client/{id}"];
  const [policiesPath, policyPath] = ["/v2/iam/policy", "/v2/iam/policy/{id}"];
  const groupsPath = "/v2/iam/permissionsGroup";
  const table = {
    getTime: served("GET", "/auth/time", () => json(200, Math.floor(now() / 1000))),
    getAuthenticationDetails: guarded("GET", "/auth/details", getDetails),
    getAccount: administrative("getAccount", "GET", "/me", () =>
      json(200, { nichandle: account.name, country: "FR", currency: { code: "EUR", symbol: "€" }, state: "complete" }),
    ),
    listOAuth2Clients: administrative("listOAuth2Clients", "GET", clientsPath, () =>
      json(
        200,
        clients.all().map(({ document }) => document.clientId),
      ),
    ),
    createOAuth2Client: administrative("createOAuth2Client", "POST", clientsPath, ({ text }) =>
      json(200, clients.create(text)),
    ),
    getOAuth2Client: administrative("getOAuth2Client", "GET", clientPath, (call) => json(200, clients.get(idOf(call)))),
    updateOAuth2Client: administrative("updateOAuth2Client", "PUT", clientPath, (call) =>
      done(() => clients.update(idOf(call), call.text)),
    ),
    deleteOAuth2Client: administrative("deleteOAuth2Client", "DELETE", clientPath, (call) =>
      done(() => clients.remove(idOf(call))),
    ),
    getWebHosting: guarded("GET", "/hosting/web/{serviceName}", getHosting, ({ parameters: { serviceName = "" } }) => ({
      action: requiredActions.getWebHosting,
      resource: webHostingResource(account, serviceName),
    })),
    listPolicies: administrative("listPolicies", "GET", policiesPath, listPolicies),
    createPolicy: administrative("createPolicy", "POST", policiesPath, ({ text, url }, caller) =>
      json(200, render(policies.create(text, writerOf(caller, "createPolicy")), url)),
    ),
    getPolicy: administrative("getPolicy", "GET", policyPath, (call) => json(200, render(policies.get(idOf(call)), call.url))),
    updatePolicy: administrative("updatePolicy", "PUT", policyPath, (call, caller) =>
      json(200, render(policies.update(idOf(call), call.text, writerOf(caller, "updatePolicy")), call.url)),
    ),
    deletePolicy: administrative("deletePolicy", "DELETE", policyPath, (call, caller) =>
      done(() => policies.remove(idOf(call), writerOf(caller, "deletePolicy"))),
    ),
    listActions: guarded("GET", "/v2/iam/reference/action", listActions),
    listPermissionsGroups: administrative("listPermissionsGroups", "GET", groupsPath, iam.listPermissionsGroups),
    getPermissionsGroup: administrative("getPermissionsGroup", "GET", `${groupsPath}/{urn}`, iam.getPermissionsGroup),
    listResources: guarded("GET", "/v2/iam/resource", iam.listResources),
    checkAuthorization: guarded("POST", "/v2/iam/resource/{urn}/authorization/check", iam.checkAuthorization),
    // The base URL is the whole URL of the endpoint.
    requestToken: { method: "POST", path: "/", origins: ["token"], respond: withErrorResponses(tokenEndpoint.issueToken) },
  } satisfies Record<keyof operations | OvhOperationId, Operation<OvhOrigin>>;

  let requests = 0;
  const simulator = createSimulator<OvhOperationId, OvhOrigin>({
    name: "simulateOvh",
    baseUrls,
    env: (urls) => environmentOf(options, urls),
    operations: table,
    unmatched: ({ method, url, origins }, allowed) => {
      if (allowed.length === 0) {
        const detail = `${method} ${url.pathname} is not simulated`;
        return withHeaders(refuse(notFound(`Got an invalid (or empty) URL: ${detail}`)), notSimulatedFields);
      }
      const response = origins.includes("token")
        ? json(405, invalidRequest("The method must be POST").body)
        : refuse(methodNotAllowed());
      return withHeader(response, "allow", allowed.join(", "));
    },
    async middleware(call, _operationId, next) {
      const response = await next();
      if (!call.origins.includes("api")) return response;
      requests += 1;
      const id = `${prefix}.ext-1.${randomText(8, "0123456789abcdef")}.${requests}.${crypto.randomUUID()}`;
      return withHeader(response, "x-ovh-queryid", id);
    },
    secretNames: { headers: ["x-ovh-consumer", "x-ovh-signature"], members: ["applicationSecret", "consumerKey"] },
    time,
  });
  return extendSimulator(simulator, {
    urls: baseUrls,
    get clients() {
      return clients.all().map(({ document }) => structuredClone(document) as OvhSimulatedClient);
    },
    get policies() {
      return policies.all().map((policy) => renderPolicy(policy, account.name) as OvhSimulatedPolicy);
    },
    inspect: (clientId: string) => clients.find(clientId) && { activeTokens: tokenEndpoint.countActive(clientId) },
  });
}

type Handler = (call: Call<OvhOrigin>, caller: Caller) => Response;

function idOf({ parameters }: Call): string {
  return parameters.id ?? "";
}

/** The response to an operation without a result: `null`, because a vendor SDK cannot handle empty content. */
function done(work: () => void): Response {
  work();
  return json(200, null);
}

function writerOf({ identity, isRoot }: Caller, id: keyof typeof requiredActions): Writer {
  return isRoot ? undefined : { identity, action: requiredActions[id] };
}

/** `major.minor` selects the version of the schemas. The simulator has one version. */
function checkSchemasVersion(headers: Headers): void {
  const version = headers.get("x-schemas-version");
  if (version !== null && !/^\d+\.\d+$/.test(version)) throw badRequest("[X-Schemas-Version] is not a version such as 1.0");
}

function withHeaders(response: Response, fields: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
  return response;
}

function withHeader(response: Response, name: string, value: string): Response {
  response.headers.set(name, value);
  return response;
}
