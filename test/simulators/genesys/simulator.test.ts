import * as msw from "msw";
import { setupServer } from "msw/node";
import { describe, expect, test } from "vitest";
import { simulateGenesys } from "../../../src/simulators/genesys/simulator.js";
import { simulateGenesys as published } from "../../../src/testing.js";
import { administrator, basic, grant, login, open, read, send, start, tokenOf, worker } from "./calls.js";

describe("the simulator", () => {
  test("rejects a fault for an unknown operation", () => {
    expect(() => simulateGenesys().failNext("rotateSecret" as "getOauthClient", { status: 500 })).toThrow(
      /no operation "rotateSecret"\. It has: deleteIntegrationsCredential/,
    );
  });

  test("serves no other region", async () => {
    const genesys = start({ region: "eu-west-1" });
    const elsewhere = genesys.fetch("https://login.mypurecloud.com/oauth/token", { method: "POST" });
    await expect(elsewhere).rejects.toMatchObject({ cause: { code: "ENOTFOUND" } });
  });

  test("can drop the connection after the effect", async () => {
    const { genesys, call } = await open();
    genesys.dropConnection("postOauthClients", { when: "after" });
    await expect(call("POST", "/oauth/clients", worker)).rejects.toThrow("fetch failed");
    expect(genesys.clients).toMatchObject([{ name: worker.name }]);
  });

  test("keeps secrets and tokens out of its request log and its JSON", async () => {
    const { genesys, token, call, create } = await open();
    const { id, secret } = await create({ secret: "sent-secret" });
    const issued = await tokenOf(genesys, { clientId: id, clientSecret: secret });
    const { json } = await call("POST", `/oauth/clients/${id}/secret`);
    const seen = JSON.stringify([genesys.requests, genesys.clients, genesys.inspect(id), genesys]);
    expect(genesys.requests.map(({ operationId }) => operationId)).toEqual([
      "postOauthToken",
      "postOauthClients",
      "postOauthToken",
      "postOauthClientSecret",
    ]);
    const { clientId, clientSecret } = administrator;
    const secrets = [
      token,
      issued,
      secret,
      String(json.secret),
      "sent-secret",
      clientSecret,
      btoa(`${clientId}:${clientSecret}`),
    ];
    for (const text of secrets) expect(seen).not.toContain(text);
  });

  test("has a default administrator, and is exported by oauth-clients/testing", async () => {
    const genesys = published();
    const credentials = { clientId: "11111111-1111-4111-8111-111111111111", clientSecret: "administrator-secret" };
    const token = await tokenOf(genesys, credentials);
    const roleDivisions = [{ roleId: genesys.organization.roles[1]?.id, divisionId: genesys.organization.homeDivision.id }];
    expect((await send(genesys, token, "POST", "/oauth/clients", { ...worker, roleDivisions })).status).toBe(200);
    expect(genesys.clients).toHaveLength(1);
  });

  test("serves both hosts through msw", async () => {
    const genesys = start();
    const server = setupServer(...genesys.handlers(msw));
    server.listen({ onUnhandledRequest: "error" });
    try {
      const viaMsw = { ...genesys, fetch: globalThis.fetch, urls: genesys.urls };
      expect((await login(viaMsw)).status).toBe(200);
      expect((await send(viaMsw, await tokenOf(viaMsw), "GET", "/oauth/clients")).status).toBe(200);
    } finally {
      server.close();
    }
  });
});

describe("listening", () => {
  const authenticate = async (login: string, api: string) => {
    const { clientId, clientSecret } = administrator;
    const headers = basic(clientId, clientSecret);
    const issued = await read(fetch(`${login}/oauth/token`, { method: "POST", headers, body: new URLSearchParams(grant) }));
    const authorization = `Bearer ${issued.json.access_token}`;
    return read(fetch(`${api}/api/v2/tokens/me`, { headers: { authorization } }));
  };

  test("uses two ports for two hosts", async () => {
    const { urls, close } = await start().listen();
    try {
      expect(urls.api).not.toBe(urls.login);
      expect((await authenticate(urls.login, urls.api)).status).toBe(200);
      await expect(authenticate(urls.api, urls.login)).resolves.toMatchObject({ status: 501 });
    } finally {
      await close();
    }
  });

  test("uses one port when both hosts have the same base URL", async () => {
    const address = "http://genesys.test";
    const { url, urls, close } = await start({ apiUrl: address, loginUrl: address }).listen();
    try {
      expect(urls).toEqual({ api: url, login: url });
      expect((await authenticate(url, url)).status).toBe(200);
      expect((await read(fetch(`${url}/api/v2/tokens/me`))).status).toBe(401);
    } finally {
      await close();
    }
  });
});
