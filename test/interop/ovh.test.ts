// The vendor's own SDK sends its requests to the simulator, so the simulator is verified independently of the library.
import assert from "node:assert/strict";
import { globalAgent } from "node:https";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { type OvhSimulatorOptions, simulateOvh } from "../../src/testing.js";

/** The part of the SDK that these tests use; it has no types. */
interface Sdk {
  readonly requestPromised: (method: string, path: string, parameters?: object) => Promise<unknown>;
}
type Client = Readonly<Record<"clientId" | "clientSecret" | "name" | "description" | "identity", string>>;
const createSdk = createRequire(import.meta.url)("@ovhcloud/node-ovh") as (parameters: object) => Sdk;

const keys = { appKey: "app-key-0001", appSecret: "app-secret-0001", consumerKey: "consumer-key-0001" };
const applicationKeys = [
  { applicationKey: keys.appKey, applicationSecret: keys.appSecret, consumerKey: keys.consumerKey },
] as const;
const serviceAccount = { clientId: "EU.0123456789abcdef", clientSecret: "invented+secret/=%" };
const clientsPath = "/me/api/oauth2/client";
const worker = { name: "billing", description: "exporter", flow: "CLIENT_CREDENTIALS", callbackUrls: [] };
const hosting = "xxxxxxx.cluster001.hosting.ovh.net";

/**
 * The SDK sends requests to `https://eu.api.ovh.com` alone, signs that URL and does not support HTTP without TLS. So its connections
 * are replaced by connections to the loopback address, like a hosts file and a proxy that terminates TLS.
 */
async function setup(options: OvhSimulatorOptions) {
  const ovh = simulateOvh(options);
  const listening = await ovh.listen();
  const agent = globalAgent as { createConnection?: unknown };
  agent.createConnection = () => connect(Number(new URL(listening.urls.api).port), "127.0.0.1");
  return {
    ovh,
    tokenURL: listening.urls.token.replace("oauth2/token", ""),
    close: async () => {
      delete agent.createConnection;
      globalAgent.destroy();
      await listening.close();
    },
  };
}
const fails = (pending: Promise<unknown>, error: unknown, message: RegExp) =>
  assert.rejects(pending, (reason: { error?: unknown; message?: unknown }) => {
    assert.deepEqual(reason.error, error);
    assert.match(JSON.stringify(reason.message), message);
    return true;
  });

describe("@ovhcloud/node-ovh with application key, secret and consumer key", () => {
  let running: Awaited<ReturnType<typeof setup>>;
  // The clock of the server differs from the local one, so the SDK has to request the time.
  before(async () => {
    running = await setup({ applicationKeys, clockSkewMs: 3_600_000 });
  });
  after(() => running.close());
  const call = (method: string, path: string, parameters?: object) => createSdk(keys).requestPromised(method, path, parameters);
  const create = async (client: object = worker) => (await call("POST", clientsPath, client)) as Client;

  test("is rejected with a wrong secret, a wrong key, and without the time", async () => {
    const refused = (parameters: object) => createSdk({ ...keys, ...parameters }).requestPromised("GET", clientsPath);
    await fails(refused({ appSecret: "another" }), 400, /Invalid signature/);
    await fails(refused({ apiTimeDiff: 1 }), 400, /Invalid signature/);
    await fails(refused({ appKey: "another" }), 403, /Invalid application key/);
    await fails(refused({ consumerKey: "another" }), 403, /This credential does not exist/);
    await fails(refused({ consumerKey: null }), 403, /You must login first/);
  });

  test("rejects an unknown client and invalid input", async () => {
    const changes = { name: "x", description: "y", callbackUrls: [] };
    for (const [method, parameters] of [["GET"], ["PUT", changes], ["DELETE"]] as const)
      await fails(call(method, `${clientsPath}/EU.missing`, parameters), 404, /does not exist/);
    await fails(create({ ...worker, flow: "IMPLICIT" }), 400, /flow/);
  });

  test("creates, reads and lists clients, with text that is not ASCII and a path of version 1", async () => {
    const description = "Exporteur de données <ü> 😀";
    const { clientId, clientSecret, ...rest } = await create({ ...worker, description });
    assert.match(clientId, /^EU\.[0-9a-f]{16}$/);
    assert.ok(clientSecret.length > 0);
    assert.deepEqual(rest, {});
    const client = (await call("GET", `${clientsPath}/${clientId}`)) as Client;
    assert.equal(client.description, description);
    assert.equal(client.identity, `urn:v1:eu:identity:credential:zz99999-ovh/oauth2-${clientId}`);
    assert.deepEqual(await call("GET", `/v1${clientsPath}/${clientId}`), client);
    assert.deepEqual(
      await call("GET", clientsPath),
      running.ovh.clients.map((stored) => stored.clientId),
    );
  });

  test("updates and deletes a client, and the responses are null", async () => {
    const { clientId } = await create();
    const changes = { name: "renamed", description: "changed", callbackUrls: [] };
    assert.equal(await call("PUT", `${clientsPath}/${clientId}`, changes), null);
    const { name, description } = (await call("GET", `${clientsPath}/${clientId}`)) as Client;
    assert.deepEqual({ name, description }, { name: "renamed", description: "changed" });
    assert.equal(await call("DELETE", `${clientsPath}/${clientId}`), null);
    await fails(call("GET", `${clientsPath}/${clientId}`), 404, /does not exist/);
  });

  test("signs the query", async () => {
    const { clientId } = await create();
    const { identity } = (await call("GET", `${clientsPath}/${clientId}`)) as Client;
    const resources = [{ urn: `urn:v1:eu:resource:webHosting:${hosting}` }];
    const permissions = { allow: [{ action: "webHosting:*" }] };
    await call("POST", "/v2/iam/policy", { name: clientId, identities: [identity], resources, permissions });
    const found = (await call("GET", "/v2/iam/policy", { identity })) as { readonly name: string }[];
    assert.deepEqual(
      found.map(({ name }) => name),
      [clientId],
    );
    assert.deepEqual(await call("GET", "/v2/iam/policy", { identity: `${identity}0` }), []);
  });

  test("has no secret in the request log", async () => {
    const { clientSecret } = await create();
    const log = JSON.stringify(running.ovh.requests);
    assert.ok(log.includes(keys.appKey));
    for (const secret of [keys.appSecret, keys.consumerKey, clientSecret]) assert.ok(!log.includes(secret));
  });
});

describe("@ovhcloud/node-ovh with client credentials", () => {
  let running: Awaited<ReturnType<typeof setup>>;
  before(async () => {
    running = await setup({ serviceAccount });
  });
  after(() => running.close());
  const connectAs = ({ clientId, clientSecret }: typeof serviceAccount) =>
    createSdk({ clientID: clientId, clientSecret, tokenURL: running.tokenURL });

  test("is rejected with a wrong secret", async () => {
    const sdk = connectAs({ ...serviceAccount, clientSecret: "another" });
    await assert.rejects(sdk.requestPromised("GET", clientsPath), (reason: { error: { statusCode: number } }) => {
      assert.equal(reason.error.statusCode, 401);
      assert.match(JSON.stringify(reason.error), /invalid_client/);
      return true;
    });
  });

  test("runs the vendor's guide: service account, policy, token, authorized call, and a 403 without a policy", async () => {
    const admin = connectAs(serviceAccount);
    const created = (await admin.requestPromised("POST", clientsPath, { ...worker })) as Client;
    const { identity } = (await admin.requestPromised("GET", `${clientsPath}/${created.clientId}`)) as Client;
    const sdk = connectAs(created);
    await fails(sdk.requestPromised("GET", `/v1/hosting/web/${hosting}`), 403, /User not granted for this request/);
    const policy = {
      name: "Demo-service-account",
      identities: [identity],
      resources: [{ urn: `urn:v1:eu:resource:webHosting:${hosting}` }],
      permissions: { allow: [{ action: "webHosting:*" }] },
    };
    await admin.requestPromised("POST", "/v2/iam/policy", policy);
    const plan = (await sdk.requestPromised("GET", `/v1/hosting/web/${hosting}`)) as { readonly serviceName: string };
    assert.equal(plan.serviceName, hosting);
    await fails(sdk.requestPromised("GET", clientsPath), 403, /User not granted for this request/);
  });
});
