import { randomText } from "../core/random.js";
import { type Call, notSimulatedFields } from "../core/router.js";
import { createSimulator, extendSimulator, type SimulatorDefinition } from "../core/simulator.js";
import { createSimulatedTime } from "../core/time.js";
import { createAuthentication } from "./authentication.js";
import { createClientStore } from "./clients.js";
import { type ErrorResponse, invalidRequest, json, methodNotAllowed, notFound, type OvhErrorShape } from "./errors.js";
import { createOperations } from "./operations.js";
import {
  checkOptions,
  environmentOf,
  type OvhOperationId,
  type OvhOrigin,
  type OvhSimulatedClient,
  type OvhSimulatedPolicy,
  type OvhSimulator,
  type OvhSimulatorOptions,
} from "./options.js";
import { createGroups } from "./permission-groups.js";
import { createPolicyStore, renderPolicy } from "./policies.js";
import { baseUrlsOf, regions } from "./regions.js";
import { createTokenEndpoint } from "./tokens.js";
import type { Account } from "./urns.js";

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
  const { region = "eu", serviceAccount, clockSkewMs = 0, errorShape = "current", readOnlyMembers = "refuse" } = options;
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
  const operations = createOperations({
    ...options,
    ...{ account, now, webHostings, groups, clients, policies, tokenEndpoint, authenticate, errorShape },
  });

  const simulator = createSimulator<OvhOperationId, OvhOrigin>({
    name: "simulateOvh",
    baseUrls,
    env: (urls) => environmentOf(options, urls),
    operations,
    unmatched: (call, allowed) => unmatched(call, allowed, errorShape),
    middleware: createQueryIds(prefix),
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

/** Creates the middleware that sets the id of each request to the API. */
function createQueryIds(prefix: string): NonNullable<SimulatorDefinition<OvhOperationId, OvhOrigin>["middleware"]> {
  let requests = 0;
  return async (call, _operationId, next) => {
    const response = await next();
    if (!call.origins.includes("api")) return response;
    requests += 1;
    const id = `${prefix}.ext-1.${randomText(8, "0123456789abcdef")}.${requests}.${crypto.randomUUID()}`;
    return withHeaders(response, { "x-ovh-queryid": id });
  };
}

function unmatched({ method, url, origins }: Call<OvhOrigin>, allowed: readonly string[], errorShape: OvhErrorShape): Response {
  const refuse = ({ status, body }: ErrorResponse) => json(status, body[errorShape]);
  if (allowed.length === 0) {
    const detail = `${method} ${url.pathname} is not simulated`;
    return withHeaders(refuse(notFound(`Got an invalid (or empty) URL: ${detail}`)), notSimulatedFields);
  }
  const response = origins.includes("token")
    ? json(405, invalidRequest("The method must be POST").body)
    : refuse(methodNotAllowed());
  return withHeaders(response, { allow: allowed.join(", ") });
}

function withHeaders(response: Response, fields: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
  return response;
}
