import { collect, type TransportOptions } from "oauth-clients";
import { createOryManager, type OryClient, type OryManager } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";
import { describeCancellation } from "../contract/cancellation.js";

const worker = { name: "worker", grantTypes: ["client_credentials"] } as const;

/** The version decides how a secret is rotated. */
function startWith(version?: "26.2") {
  return () => {
    const { fetch, urls } = simulateOry(version === undefined ? {} : { version });
    const common = { adminUrl: urls.admin, publicUrl: urls.public };
    return { fetch, connect: (transport: TransportOptions) => createOryManager({ ...common, ...transport }) };
  };
}

type Call = (manager: OryManager, options: object) => Promise<unknown>;

/** For an operation on a client that exists. */
function about(requests: number, call: (client: OryClient) => Call) {
  return [requests, async (own: OryManager) => call((await own.create(worker)).client)] as const;
}

describeCancellation<OryManager>("ory", {
  start: startWith(),
  calls: {
    create: about(1, () => (manager, options) => manager.create(worker, options)),
    get: about(
      1,
      ({ id }) =>
        (manager, options) =>
          manager.get(id, options),
    ),
    list: about(1, () => (manager, options) => collect(manager.list(options))),
    update: about(
      2,
      ({ id }) =>
        (manager, options) =>
          manager.update(id, { name: "new" }, options),
    ),
    patch: about(
      1,
      ({ id }) =>
        (manager, options) =>
          manager.patch(id, [{ op: "replace", path: "/client_name", value: "new" }], options),
    ),
    setLifespans: about(
      1,
      ({ id }) =>
        (manager, options) =>
          manager.setLifespans(id, { clientCredentialsGrantAccessTokenMs: 60_000 }, options),
    ),
    delete: about(
      1,
      ({ id }) =>
        (manager, options) =>
          manager.delete(id, options),
    ),
    deleteTokens: about(
      1,
      ({ id }) =>
        (manager, options) =>
          manager.deleteTokens(id, options),
    ),
    rotateSecret: about(
      1,
      ({ id }) =>
        (manager, options) =>
          manager.rotateSecret(id, options),
    ),
    deleteRotatedSecrets: about(
      1,
      ({ id }) =>
        (manager, options) =>
          manager.deleteRotatedSecrets(id, options),
    ),
    import: [
      2,
      async (own) => {
        const { client, credentials } = await own.create(worker);
        const reference = { id: client.id, clientSecret: credentials?.clientSecret ?? "" };
        return (manager, options) => manager.import(reference, { ...options, verifySecret: true });
      },
    ],
    introspect: about(1, () => (manager, options) => manager.introspect("a-token", options)),
  },
});

describeCancellation<OryManager>("ory", {
  start: startWith("26.2"),
  calls: {
    "rotateSecret of an older server": about(
      4,
      ({ id }) =>
        (manager, options) =>
          manager.rotateSecret(id, options),
    ),
    "deleteRotatedSecrets of an older server": about(
      3,
      ({ id }) =>
        (manager, options) =>
          manager.deleteRotatedSecrets(id, options),
    ),
  },
});
