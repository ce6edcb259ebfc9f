import type { TransportOptions } from "oauth-clients";
import {
  createOryManager,
  type OryClient,
  type OryClientChanges,
  type OryClientInput,
  type OryCreateResult,
} from "oauth-clients/ory";
import { type OrySimulator, type OrySimulatorOptions, simulateOry } from "oauth-clients/testing";
import { describe } from "vitest";
import { describeManager } from "../contract/manager.js";
import { describeSecrecy } from "../contract/secrecy.js";
import { describeSecretSink } from "../contract/secret-sink.js";
import { describeSingleFaults } from "../contract/single-faults.js";
import type { ContractSubject } from "../contract/subject.js";
import { describeUnreadable } from "../contract/unreadable.js";

type Subject = ContractSubject<
  Parameters<OrySimulator["failNext"]>[0],
  OryClient,
  OryClientInput,
  OryClientChanges,
  OryCreateResult
>;

const apiKey = "ory_pat_canary+/key=with.signs";
const project = "vibrant-moore-abc123";

const common: Omit<Subject, "start"> = {
  operations: {
    create: "createOAuth2Client",
    read: "getOAuth2Client",
    list: "listOAuth2Clients",
    write: "setOAuth2Client",
    remove: "deleteOAuth2Client",
  },
  input: (number) => ({
    name: `worker ${number}`,
    grantTypes: ["client_credentials"],
    scopes: ["invoices.read", "invoices.write"],
    audience: ["https://api.acme.test"],
    owner: "acme",
    contacts: ["ops@acme.test"],
    metadata: { team: "billing", nested: { number } },
    lifespans: { clientCredentialsGrantAccessTokenMs: 1_800_000 },
  }),
  badInput: { input: { name: "worker", redirectUris: ["https://app.acme.test/#part"] }, path: "redirectUris.0" },
  changes: { name: "renamed", scopes: ["invoices.read"], metadata: { team: "ledger" } },
  changed: (client) => ({ ...client, name: "renamed", scopes: ["invoices.read"], metadata: { team: "ledger" } }),
  volatile: ["updatedAt", "createdAt"],
  missingId: "5d6f1f3a-0c1e-4f5e-9a53-1f0b2c3d4e5f",
  severalPages: 501,
  generatesSecrets: true,
  echo: (text) => ({ error: "invalid_client_metadata", error_description: text }),
};

describe.each<[string, Subject]>([
  ["Hydra", { ...common, start: () => startServer({}) }],
  ["Hydra without rotation", { ...common, start: () => startServer({ version: "26.2" }) }],
  ["Ory Network", { ...common, start: startNetwork, echo: (text) => ({ error: { code: 400, message: text, reason: text } }) }],
])("%s", (world, subject) => {
  describeManager("ory", subject);
  if (world !== "Ory Network") describeSingleFaults("ory", subject);
  describeUnreadable("ory", subject);
  describeSecrecy("ory", subject);
  describeSecretSink("ory", subject);
});

function startServer(options: Extract<OrySimulatorOptions, { network?: never }>) {
  const simulator = simulateOry({ ...options, adminApiKey: apiKey });
  const { admin: adminUrl, public: publicUrl } = simulator.urls;
  return {
    simulator,
    secrets: [apiKey],
    connect: (transport: TransportOptions) => createOryManager({ adminUrl, publicUrl, apiKey, ...transport }),
  };
}

function startNetwork() {
  const simulator = simulateOry({ network: { project, apiKey } });
  return {
    simulator,
    secrets: [apiKey],
    connect: (transport: TransportOptions) => createOryManager({ project, apiKey, ...transport }),
  };
}
