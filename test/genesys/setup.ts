import type { TransportOptions } from "oauth-clients";
import { createGenesysManager, type GenesysCommonOptions } from "oauth-clients/genesys";
import { type GenesysSimulatorOptions, simulateGenesys } from "oauth-clients/testing";

export const clientId = "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d";
export const clientSecret = "canary secret+/with=signs&more";

/** Ids of the simulated organization. */
export const roleId = "11111111-aaaa-4aaa-8aaa-000000000001";
export const otherRoleId = "11111111-aaaa-4aaa-8aaa-000000000002";
export const homeId = "22222222-bbbb-4bbb-8bbb-000000000001";
export const divisionId = "22222222-bbbb-4bbb-8bbb-000000000002";
export const missingId = "5d6f1f3a-0c1e-4f5e-9a53-1f0b2c3d4e5f";

/** An organization with two divisions, and two roles of which the manager holds one in both and one in the home division. */
const organization: GenesysSimulatorOptions = {
  homeDivision: { id: homeId, name: "Home" },
  divisions: [{ id: divisionId, name: "Sales" }],
  roles: [
    { id: roleId, name: "Reporter", permissions: ["analytics:*:view"] },
    { id: otherRoleId, name: "Reporter of all", permissions: ["analytics:*:view"] },
  ],
  administrator: {
    clientId,
    clientSecret,
    grants: [
      { role: "admin", division: "*" },
      { role: "Reporter", division: "Home" },
      { role: "Reporter", division: "Sales" },
      { role: "Reporter of all", division: "*" },
    ],
  },
};

/** A manager, its simulator, and all requests that were sent. `operations`: the operations of the simulator, in order. */
export function setup(world: GenesysSimulatorOptions = {}, options: GenesysCommonOptions = {}) {
  const simulator = simulateGenesys({ ...organization, ...world });
  const sent: { readonly method: string; readonly path: string; readonly headers: Headers; readonly body: string }[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    sent.push({
      method: request.method,
      path: `${pathname}${search}`,
      headers: request.headers,
      body: await request.clone().text(),
    });
    return simulator.fetch(request);
  };
  const manager = createGenesysManager({
    clientId,
    clientSecret,
    fetch,
    retry: { initialDelayMs: 1, maxRetries: 2 },
    ...options,
  });
  const bodies = (method: string) =>
    sent.filter((one) => one.method === method && one.body.startsWith("{")).map(({ body }) => JSON.parse(body));
  return { simulator, manager, sent, bodies, operations: () => simulator.requests.map(({ operationId }) => operationId) };
}

/** One response of a test. `Error`: the connection fails. */
export type ScriptedResponse =
  | { readonly status?: number; readonly json?: unknown; readonly headers?: Record<string, string> }
  | Error;

/** A manager with a token whose requests get these responses in order; the last one is repeated. */
export function withResponses(responses: readonly ScriptedResponse[], options: GenesysCommonOptions & TransportOptions = {}) {
  const sent: { readonly method: string; readonly path: string; readonly json: unknown }[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    sent.push({ method: request.method, path: `${pathname}${search}`, json: text.startsWith("{") ? JSON.parse(text) : text });
    const response = responses[Math.min(sent.length, responses.length) - 1];
    if (response === undefined || response instanceof Error) throw response ?? new Error("no response");
    const { status = 200, json, headers } = response;
    return new Response(json === undefined ? null : JSON.stringify(json), { status, headers: headers ?? {} });
  };
  const common = { accessToken: "a-token-canary", fetch, retry: { initialDelayMs: 1, maxRetries: 2 } };
  return { manager: createGenesysManager({ ...common, ...options }), sent };
}

/** A client as Genesys Cloud returns it. */
export const wireClient = {
  id: "33333333-cccc-4ccc-8ccc-000000000003",
  name: "nightly-sync",
  description: "demo",
  accessTokenValiditySeconds: 86_400,
  registeredRedirectUri: [],
  roleIds: [roleId],
  dateCreated: "2026-09-01T10:00:00.000Z",
  dateModified: "2026-09-02T10:00:00.000Z",
  createdBy: { id: "44444444-dddd-4ddd-8ddd-000000000004", selfUri: "/api/v2/users/44444444-dddd-4ddd-8ddd-000000000004" },
  modifiedBy: { id: "44444444-dddd-4ddd-8ddd-000000000005" },
  authorizedGrantType: "CLIENT-CREDENTIALS",
  scope: [],
  roleDivisions: [{ roleId, divisionId }],
  state: "active",
  selfUri: "/api/v2/oauth/clients/33333333-cccc-4ccc-8ccc-000000000003",
};
