// The vendor's own SDK sends its requests to the simulator, so the simulator is verified independently of the library.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import platform, { type Models } from "purecloud-platform-client-v2";
import { simulateGenesys } from "../../src/testing.js";

const administrator = { clientId: "30000000-0000-4000-8000-000000000001", clientSecret: "invented secret: +/%41" };
const reader = { id: "10000000-0000-4000-8000-000000000001", name: "Reader", permissions: ["oauth:client:view"] };
// Both hosts have one base URL, as behind a gateway. So they share a port, and the gateway setting of the SDK applies to both.
const address = "http://genesys.test";

describe("purecloud-platform-client-v2 against a region of Genesys Cloud", () => {
  const genesys = simulateGenesys({ administrator, roles: [reader], apiUrl: address, loginUrl: address });
  const sdk = platform.ApiClient.instance;
  const clients = new platform.OAuthApi();
  let listening: Awaited<ReturnType<typeof genesys.listen>>;

  const login = (id: string, secret: string) => sdk.loginClientCredentialsGrant(id, secret);
  const asAdministrator = () => login(administrator.clientId, administrator.clientSecret);
  before(async () => {
    listening = await genesys.listen();
    const { hostname, port } = new URL(listening.url);
    sdk.setGateway({ host: hostname, protocol: "http", port: Number(port) });
    await asAdministrator();
  });
  after(() => listening.close());

  const roleDivisions = [{ roleId: reader.id, divisionId: genesys.organization.homeDivision.id }];
  const worker: Models.OAuthClientRequest = { name: "worker", authorizedGrantType: "CLIENT-CREDENTIALS", roleDivisions };
  const create = async (client: Partial<Models.OAuthClientRequest> = {}) => {
    const { id, secret, ...rest } = await clients.postOauthClients({ ...worker, ...client });
    assert.match(String(secret), /^[\w-]{43}$/);
    return { id: String(id), secret: String(secret), rest };
  };
  /** The SDK rejects with the content of the response. */
  const fails = (code: string, pending: Promise<unknown>) =>
    assert.rejects(pending, (error: Models.ErrorBody) => error.code === code && error.contextId !== undefined);
  /** A login rejects with the error of axios. */
  const failsToLogIn = (error: string, pending: Promise<unknown>) =>
    assert.rejects(pending, (thrown: { response?: { status?: number; data?: { error?: string } } }) => {
      return thrown.response?.status === 400 && thrown.response.data?.error === error;
    });

  test("rejects an unknown client and invalid input", async () => {
    await fails("not.found", clients.getOauthClient("00000000-0000-4000-8000-000000000000"));
    await fails("missing.client.roles", clients.postOauthClients({ ...worker, roleDivisions: [] }));
    await fails("bad.grant.type", clients.postOauthClients({ ...worker, authorizedGrantType: "CLIENT_CREDENTIALS" }));
    const { id } = await create();
    await fails("general.bad.request", clients.deleteOauthClient(id));
  });

  test("rejects wrong credentials and a rate-limited login", async () => {
    await failsToLogIn("invalid_client", login(administrator.clientId, "wrong"));
    genesys.throttleNext("postOauthToken");
    await failsToLogIn("invalid_request", asAdministrator());
    await asAdministrator();
  });

  test("rejects a revoked token until the next login", async () => {
    genesys.endTokens();
    await fails("bad.credentials", clients.getOauthClients());
    await asAdministrator();
    assert.ok((await clients.getOauthClients()).entities);
  });

  test("rejects a caller without the permission", async () => {
    const { id, secret } = await create();
    await login(id, secret);
    assert.equal((await clients.getOauthClient(id)).name, "worker");
    await fails("missing.any.permissions", clients.postOauthClients(worker));
    await asAdministrator();
  });

  test("creates, reads and lists clients", async () => {
    const { id, rest } = await create({ name: "listed", accessTokenValiditySeconds: 600 });
    const read = await clients.getOauthClient(id);
    assert.deepEqual(read, { id, ...rest });
    assert.deepEqual([read.accessTokenValiditySeconds, read.roleDivisions], [600, roleDivisions]);
    const { entities = [], total } = await clients.getOauthClients();
    assert.equal(entities.length, total);
    assert.deepEqual(
      entities.filter((client) => client.id === id),
      [read],
    );
  });

  test("replaces a client, and the secret stays valid", async () => {
    const { id, secret } = await create({ description: "first" });
    const before = await clients.getOauthClient(id);
    const replaced = await clients.putOauthClient(id, { ...before, name: "renamed" } as Models.OAuthClientRequest);
    assert.deepEqual([replaced.name, replaced.description, replaced.secret], ["renamed", "first", undefined]);
    await login(id, secret);
    await asAdministrator();
  });

  test("rotates a secret, and the old one is invalid at once", async () => {
    const { id, secret } = await create();
    const renewed = await clients.postOauthClientSecret(id);
    assert.notEqual(renewed.secret, secret);
    await failsToLogIn("invalid_client", login(id, secret));
    await login(id, String(renewed.secret));
    await asAdministrator();
  });

  test("deactivates and deletes a client", async () => {
    const { id, secret } = await create();
    assert.equal((await clients.putOauthClient(id, { ...worker, state: "inactive" })).state, "inactive");
    await failsToLogIn("invalid_client", login(id, secret));
    await asAdministrator();
    assert.equal(await clients.deleteOauthClient(id), undefined);
    await fails("not.found", clients.getOauthClient(id));
  });

  test("reads pages of roles, the home division, and the caller's grants and token", async () => {
    const authorization = new platform.AuthorizationApi();
    const { entities = [] } = await authorization.getAuthorizationRoles({ name: "read", pageSize: 1 });
    assert.deepEqual(
      entities.map(({ id, name }) => [id, name]),
      [[reader.id, reader.name]],
    );
    const home = await authorization.getAuthorizationDivisionsHome();
    assert.deepEqual([home.id, home.homeDivision], [genesys.organization.homeDivision.id, true]);
    const { grants = [] } = await authorization.getAuthorizationSubjectsMe();
    assert.ok(grants.some(({ role, division }) => role?.id === reader.id && division?.id === "*"));
    const { OAuthClient: caller } = await new platform.TokensApi().getTokensMe({ preserveIdleTTL: true });
    assert.equal(caller?.id, administrator.clientId);
  });

  test("creates, replaces and deletes credentials of integrations", async () => {
    const integrations = new platform.IntegrationsApi();
    const fields = { clientId: "client-1", clientSecret: "first-canary" };
    const credential = { name: "my-cred", type: { name: "pureCloudOAuthClient" }, credentialFields: fields };
    const { id = "" } = await integrations.postIntegrationsCredentials({ body: credential });
    const read = await integrations.getIntegrationsCredential(id);
    assert.equal(read.credentialFields?.clientId, "client-1");
    assert.ok(!JSON.stringify(read).includes("first-canary"));
    const body = { ...credential, credentialFields: { ...fields, clientSecret: "second-canary" } };
    await integrations.putIntegrationsCredential(id, { body });
    assert.equal(genesys.inspectCredential(id)?.holdsSecret("second-canary"), true);
    await integrations.deleteIntegrationsCredential(id);
    await fails("not.found", integrations.getIntegrationsCredential(id));
  });

  test("has no secret in the request log", async () => {
    const { id, secret } = await create();
    await login(id, secret);
    await asAdministrator();
    const log = JSON.stringify(genesys.requests);
    assert.ok(log.length > 1000);
    const secrets = [secret, administrator.clientSecret, btoa(`${id}:${secret}`), "first-canary", "second-canary"];
    for (const text of secrets) assert.ok(!log.includes(text));
  });
});
