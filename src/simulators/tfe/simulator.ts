import { notSimulatedFields } from "../core/router.js";
import { createSimulator, extendSimulator } from "../core/simulator.js";
import { createSimulatedTime } from "../core/time.js";
import { createClientStore, stateOf } from "./clients.js";
import { renderClient } from "./documents.js";
import { refuse, writeProblems } from "./errors.js";
import { createGateway } from "./gateway.js";
import { createOperations } from "./operations.js";
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
import { createOrganizations } from "./organizations.js";

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
  const operations = createOperations({ ...options, errorShape, oldRelatedLinks, organizations, store, grantOf });
  const simulator = createSimulator<TfeOperationId, TfeOrigin>({
    name: "simulateTfe",
    baseUrls: { host },
    env: (urls) => environmentOf(options, urls),
    operations,
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
