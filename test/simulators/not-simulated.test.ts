import { simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import { expect, test } from "vitest";

const tokenOf = async (genesys: ReturnType<typeof simulateGenesys>) => {
  const { GENESYSCLOUD_OAUTHCLIENT_ID: id, GENESYSCLOUD_OAUTHCLIENT_SECRET: secret } = genesys.env();
  const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}` };
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  const response = await genesys.fetch(`${genesys.urls.login}/oauth/token`, { method: "POST", headers, body });
  return ((await response.json()) as { access_token: string }).access_token;
};

const expectNotSimulated = async (response: Response, status: number) => {
  expect([response.status, response.headers.get("x-simulator")]).toEqual([status, "not simulated"]);
  expect(await response.text()).toContain("is not simulated");
};

test.each(["/admin/keys/hydra.openid.id-token", "/admin/trust/grants/jwt-bearer/issuers"])(
  "Ory: GET %s of the admin port is not simulated",
  async (path) => {
    const { fetch, urls } = simulateOry();
    await expectNotSimulated(await fetch(urls.admin + path), 501);
  },
);

test.each(["/userinfo", "/oauth2/auth"])("Ory: GET %s of the public port is not simulated", async (path) => {
  const { fetch, urls } = simulateOry();
  await expectNotSimulated(await fetch(urls.public + path), 501);
});

test.each([
  ["GET", "/integrations/credentials/types"],
  ["POST", "/authorization/roles"],
  ["GET", "/users/me"],
])("Genesys Cloud: %s %s is not simulated", async (method, path) => {
  const genesys = simulateGenesys();
  const headers = { authorization: `Bearer ${await tokenOf(genesys)}` };
  await expectNotSimulated(await genesys.fetch(`${genesys.urls.api}/api/v2${path}`, { method, headers }), 501);
});

test("OVHcloud: an unknown path gets the vendor's 404, and the response is marked as not simulated", async () => {
  const { fetch, urls } = simulateOvh();
  await expectNotSimulated(await fetch(`${urls.api}/1.0/cloud/project`), 404);
});

test("Terraform Enterprise: an unknown path gets 404 like a missing workspace, and the response is marked as not simulated", async () => {
  const { fetch, urls } = simulateTfe();
  const headers = { authorization: "Bearer invented.atlasv1.token" };
  await expectNotSimulated(await fetch(`${urls.host}/api/v2/organizations/acme/workspaces/one`, { headers }), 404);
});
