import { collect, type TransportOptions } from "oauth-clients";
import { createOvhManager, type OvhManager } from "oauth-clients/ovh";
import { simulateOvh } from "oauth-clients/testing";
import { describeCancellation } from "../contract/cancellation.js";

const keys = { applicationKey: "application-key", applicationSecret: "application-secret", consumerKey: "consumer-key" };
const service = { flow: "client_credentials", name: "billing", description: "exporter" } as const;
const resources = ["urn:v1:eu:resource:webHosting:*"];
const rights = { resources, actions: ["webHosting:*"] };
const groupUrn = "urn:v1:eu:permissionsGroup:ovh:globalAdmin";
const accountUrn = "urn:v1:eu:resource:account:zz99999-ovh";

function start() {
  const { fetch } = simulateOvh({ applicationKeys: [keys] });
  return { fetch, connect: (transport: TransportOptions) => createOvhManager({ ...keys, ...transport }) };
}

const made = async (manager: OvhManager) => (await manager.create(service)).client;

// The first request of each manager reads the server's time.
describeCancellation<OvhManager>("ovh", {
  start,
  calls: {
    create: [3, async () => (manager, options) => manager.create(service, options)],
    get: [
      2,
      async (own) => {
        const { id } = await made(own);
        return (manager, options) => manager.get(id, options);
      },
    ],
    list: [
      4,
      async (own) => {
        await made(own);
        await made(own);
        return (manager, options) => collect(manager.list(options));
      },
    ],
    update: [
      4,
      async (own) => {
        const { id } = await made(own);
        return (manager, options) => manager.update(id, { name: "new" }, options);
      },
    ],
    delete: [
      4,
      async (own) => {
        const { id } = await made(own);
        return (manager, options) => manager.delete(id, options);
      },
    ],
    import: [
      3,
      async (own) => {
        const { client, credentials } = await own.create(service);
        return (manager, options) =>
          manager.import(`${client.id}|${credentials.clientSecret}`, { ...options, verifySecret: true });
      },
    ],
    grant: [
      3,
      async (own) => {
        const { id } = await made(own);
        return (manager, options) => manager.grantAccess({ id }, rights, options);
      },
    ],
    createPolicy: [
      2,
      async (own) => {
        const { identity = "" } = await made(own);
        const policy = { name: "demo", identities: [identity], resources, allow: rights.actions };
        return (manager, options) => manager.createPolicy(policy, options);
      },
    ],
    getPolicy: [
      2,
      async (own) => {
        const { id } = await own.grantAccess(await made(own), rights);
        return (manager, options) => manager.getPolicy(id, options);
      },
    ],
    listPolicies: [2, async () => (manager, options) => collect(manager.listPolicies(options))],
    updatePolicy: [
      3,
      async (own) => {
        const { id } = await own.grantAccess(await made(own), rights);
        return (manager, options) => manager.updatePolicy(id, { name: "new" }, options);
      },
    ],
    deletePolicy: [
      2,
      async (own) => {
        const { id } = await own.grantAccess(await made(own), rights);
        return (manager, options) => manager.deletePolicy(id, options);
      },
    ],
    listActions: [2, async () => (manager, options) => collect(manager.listActions(options))],
    listPermissionsGroups: [2, async () => (manager, options) => collect(manager.listPermissionsGroups(options))],
    getPermissionsGroup: [2, async () => (manager, options) => manager.getPermissionsGroup(groupUrn, options)],
    listResources: [2, async () => (manager, options) => collect(manager.listResources(options))],
    checkAuthorization: [
      2,
      async () => (manager, options) => manager.checkAuthorization(accountUrn, ["vps:apiovh:get"], options),
    ],
  },
});
