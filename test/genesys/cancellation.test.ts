import { collect, type TransportOptions } from "oauth-clients";
import { createGenesysManager, type GenesysManager } from "oauth-clients/genesys";
import { simulateGenesys } from "oauth-clients/testing";
import { describeCancellation } from "../contract/cancellation.js";

const clientId = "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d";
const clientSecret = "canary secret+/with=signs&more";
const worker = { grantType: "client_credentials", name: "worker", roles: [{ roleName: "employee" }] } as const;
const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const;

function start() {
  const grants = ["admin", "employee"].map((role) => ({ role, division: "*" }));
  const { fetch, urls } = simulateGenesys({ administrator: { clientId, clientSecret, grants } });
  const common = { apiUrl: urls.api, loginUrl: urls.login, clientId, clientSecret };
  return { fetch, connect: (transport: TransportOptions) => createGenesysManager({ ...common, ...transport }) };
}

const made = async (manager: GenesysManager) => manager.create(worker);

// The first request of each manager gets a token.
describeCancellation<GenesysManager>("genesys", {
  start,
  calls: {
    create: [2, async () => (manager, options) => manager.create(desk, options)],
    "create with roles by name": [5, async () => (manager, options) => manager.create(worker, options)],
    "create with an integration credential": [
      3,
      async () => (manager, options) => manager.create(desk, { ...options, integrationCredential: { name: "billing" } }),
    ],
    account: [2, async () => (manager, options) => manager.account(options)],
    get: [
      2,
      async (own) => {
        const { client } = await made(own);
        return (manager, options) => manager.get(client.id, options);
      },
    ],
    list: [2, async () => (manager, options) => collect(manager.list(options))],
    update: [
      6,
      async (own) => {
        const { client } = await made(own);
        return (manager, options) => manager.update(client.id, { roles: worker.roles }, options);
      },
    ],
    delete: [
      5,
      async (own) => {
        const { client } = await made(own);
        return (manager, options) => manager.delete(client.id, options);
      },
    ],
    rotateSecret: [
      2,
      async (own) => {
        const { client } = await made(own);
        return (manager, options) => manager.rotateSecret(client.id, options);
      },
    ],
    "rotateSecret with an integration credential": [
      5,
      async (own) => {
        const { client, integrationCredentialId: id = "" } = await own.create(worker, {
          integrationCredential: { name: "billing" },
        });
        return (manager, options) => manager.rotateSecret(client.id, { ...options, integrationCredential: { id } });
      },
    ],
    import: [
      3,
      async (own) => {
        const { client, credentials } = await made(own);
        const reference = { id: client.id, clientSecret: credentials.clientSecret };
        return (manager, options) => manager.import(reference, { ...options, verifySecret: true });
      },
    ],
    listIntegrationCredentials: [2, async () => (manager, options) => collect(manager.listIntegrationCredentials(options))],
    createIntegrationCredential: [
      2,
      async (own) => {
        const { credentials } = await made(own);
        return (manager, options) => manager.createIntegrationCredential("billing", credentials, options);
      },
    ],
    updateIntegrationCredential: [
      3,
      async (own) => {
        const { credentials } = await made(own);
        const { id } = await own.createIntegrationCredential("billing", credentials);
        return (manager, options) => manager.updateIntegrationCredential(id, credentials, options);
      },
    ],
    deleteIntegrationCredential: [
      3,
      async (own) => {
        const { credentials } = await made(own);
        const { id } = await own.createIntegrationCredential("billing", credentials);
        return (manager, options) => manager.deleteIntegrationCredential(id, options);
      },
    ],
  },
});
