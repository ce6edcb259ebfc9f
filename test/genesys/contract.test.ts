import type { TransportOptions } from "oauth-clients";
import {
  createGenesysManager,
  type GenesysClient,
  type GenesysClientChanges,
  type GenesysClientInput,
  type GenesysCreateResult,
} from "oauth-clients/genesys";
import { type GenesysSimulator, type GenesysSimulatorOptions, simulateGenesys } from "oauth-clients/testing";
import { describe } from "vitest";
import { describeManager } from "../contract/manager.js";
import { describeSecrecy } from "../contract/secrecy.js";
import { describeSecretSink } from "../contract/secret-sink.js";
import { describeSingleFaults } from "../contract/single-faults.js";
import type { ContractSubject } from "../contract/subject.js";
import { describeUnreadable } from "../contract/unreadable.js";

type Subject = ContractSubject<
  Parameters<GenesysSimulator["failNext"]>[0],
  GenesysClient,
  GenesysClientInput,
  GenesysClientChanges,
  GenesysCreateResult
>;

const clientId = "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d";
const clientSecret = "canary secret+/with=signs&more";

const common: Subject = {
  start: () => start({}),
  operations: {
    create: "postOauthClients",
    read: "getOauthClient",
    list: "getOauthClients",
    write: "putOauthClient",
    remove: "deleteOauthClient",
  },
  input: (number) => ({
    grantType: "authorization_code",
    name: `desk ${number}`,
    description: "for the front desk",
    scopes: ["users:readonly", "routing"],
    redirectUris: ["https://desk.acme.test/callback"],
    accessTokenValidityMs: 3_600_000,
  }),
  badInput: {
    input: { grantType: "client_credentials", name: "worker", roles: [{ roleId: "admin" }] },
    path: "roles.0.roleId",
  },
  changes: { name: "renamed", scopes: ["users"], accessTokenValidityMs: 300_000 },
  changed: (client) => ({ ...client, name: "renamed", scopes: ["users"], accessTokenValidityMs: 300_000 }),
  volatile: ["updatedAt", "updatedBy"],
  missingId: "5d6f1f3a-0c1e-4f5e-9a53-1f0b2c3d4e5f",
  severalPages: 26,
  echo: (text) => ({ message: text, code: "bad.request", status: 400, contextId: "c0ffee", details: [], errors: [] }),
};

const worker: Subject = {
  ...common,
  input: (number) => ({
    grantType: "client_credentials",
    name: `worker ${number}`,
    roles: [{ roleName: "employee" }, { roleName: "employee", divisionId: "*" }],
  }),
  changes: { description: "renamed", state: "inactive" },
  changed: (client) => ({ ...client, description: "renamed", state: "inactive" }),
};

describe.each<[string, Subject]>([
  ["a list in one response", { ...common, unpaged: true }],
  ["a list in pages", { ...common, start: () => start({ listing: "pages" }) }],
  ["a list with all clients on every page", { ...worker, unpaged: true, start: () => start({ listing: "repeated" }) }],
])("%s", (world, subject) => {
  describeManager("genesys", subject);
  if (world === "a list in one response") describeSingleFaults("genesys", subject);
  describeUnreadable("genesys", subject);
});

describe.each<[string, Subject]>([
  ["clients for users", common],
  ["clients with roles", worker],
  ["errors of the login host", { ...common, echo: (text) => ({ error: "invalid_request", error_description: text }) }],
])("%s", (_, subject) => {
  describeSecrecy("genesys", subject);
  describeSecretSink("genesys", subject);
});

function start(options: GenesysSimulatorOptions) {
  const grants = ["admin", "employee"].map((role) => ({ role, division: "*" }));
  const simulator = simulateGenesys({ administrator: { clientId, clientSecret, grants }, ...options });
  const { api: apiUrl, login: loginUrl } = simulator.urls;
  return {
    simulator,
    secrets: [clientSecret],
    connect: (transport: TransportOptions) => createGenesysManager({ clientId, clientSecret, apiUrl, loginUrl, ...transport }),
  };
}
