import * as msw from "msw";
import { setupServer } from "msw/node";
import { afterEach, describe, expect, test } from "vitest";
import type { SimulatorServer } from "../../../src/simulators/core/simulator.js";
import { type OvhOrigin, simulateOvh } from "../../../src/simulators/ovh/simulator.js";
import {
  account,
  api,
  basic,
  bearer,
  clientsPath,
  create,
  form,
  grant,
  guidePolicy,
  hosting,
  identityOf,
  type Json,
  keys,
  policiesPath,
  read,
  root,
  signed,
  start,
  token,
  worker,
} from "./calls.js";

const queryId = /^EU\.ext-\d+\.[0-9a-f]{8}\.\d+\.[0-9a-f]{8}-[0-9a-f-]{27}$/;

test("GET /me describes the account and requires an action of its own", async () => {
  const ovh = start();
  expect(await api(ovh, "GET", "/1.0/me")).toMatchObject({ status: 200, json: { nichandle: account } });
  const client = await create(ovh);
  const headers = bearer(await token(ovh, client));
  expect((await api(ovh, "GET", "/1.0/me", undefined, headers)).status).toBe(403);
});

describe("an unknown address", () => {
  test.each([
    "/",
    "/1.0/me/contact",
    "/me/api/oauth2/client",
    "/v2/me/api/oauth2/client",
    "/1.0/iam/policy",
    "/v1/iam/policy",
    "/v3/auth/time",
  ])("%s: 404 without authentication", async (path) => {
    const response = await api(start(), "GET", path, undefined, {});
    expect(response).toMatchObject({ status: 404, json: { class: "Client::NotFound" } });
    expect(response.headers.get("x-ovh-queryid")).toMatch(queryId);
  });

  test.each([
    ["PATCH", `${clientsPath}/x`, "GET, PUT, DELETE"],
    ["DELETE", clientsPath, "GET, POST"],
    ["POST", "/v2/iam/reference/action", "GET"],
  ])("%s %s returns 405 with the allowed methods", async (method, path, allow) => {
    const response = await api(start(), method, path);
    expect(response).toMatchObject({ status: 405, json: { class: "Client::MethodNotAllowed" } });
    expect(response.headers.get("allow")).toBe(allow);
  });

  test("on another host rejects with a fetch error", async () => {
    await expect(start().fetch("https://ca.api.ovh.com/1.0/auth/time")).rejects.toThrow("fetch failed");
  });

  test("is rejected as the operation of a fault", () => {
    expect(() => start().failNext("rotateSecret" as "getTime", { status: 500 })).toThrow(
      /^simulateOvh has no operation "rotateSecret"\. It has: checkAuthorization, createOAuth2Client/,
    );
  });
});

describe("errors", () => {
  const calls: readonly (readonly [string, string, string, unknown, Record<string, string>, Json])[] = [
    ["an invalid body", "POST", clientsPath, {}, bearer(root), { errorCode: "INVALID_ARGUMENT", httpCode: "400 Bad Request" }],
    [
      "an invalid token",
      "GET",
      clientsPath,
      undefined,
      bearer("x"),
      { errorCode: "INVALID_CREDENTIAL", httpCode: "401 Unauthorized" },
    ],
    ["no credentials", "GET", clientsPath, undefined, {}, { errorCode: "NOT_CREDENTIAL", httpCode: "403 Forbidden" }],
    [
      "an unknown client",
      "GET",
      `${clientsPath}/x`,
      undefined,
      bearer(root),
      { errorCode: "NOT_FOUND", httpCode: "404 Not Found" },
    ],
    ["an unknown address", "GET", "/1.0/x", undefined, bearer(root), { errorCode: "NOT_FOUND", httpCode: "404 Not Found" }],
  ];
  test.each(calls)("have one of two formats and a query id: %s", async (_case, method, path, body, headers, legacy) => {
    const current = await api(start(), method, path, body, headers);
    expect(Object.keys(current.json)).toEqual(["class", "message"]);
    const older = await api(start({ errorShape: "legacy" }), method, path, body, headers);
    expect(older.status).toBe(current.status);
    expect(older.json).toEqual({ ...legacy, message: current.json.message });
    for (const response of [current, older]) expect(response.headers.get("x-ovh-queryid")).toMatch(queryId);
  });

  test("of a gateway are HTML pages without a query id", async () => {
    const ovh = start();
    ovh.respondWithHtmlNext("createOAuth2Client", { status: 503, when: "after" });
    const response = await api(ovh, "POST", clientsPath, worker);
    expect(response).toMatchObject({ status: 503, text: expect.stringContaining("<html>") as string });
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(response.headers.has("x-ovh-queryid")).toBe(false);
    expect(ovh.clients).toHaveLength(1);
  });

  test("can be injected at the token endpoint too", async () => {
    const ovh = start();
    ovh.failNext("requestToken", { status: 503, body: { error: "temporarily_unavailable" } });
    expect((await form(ovh, grant)).status).toBe(503);
    expect((await form(ovh, grant)).status).toBe(400);
  });
});

describe("responses", () => {
  test("have different query ids, except at the token endpoint", async () => {
    const ovh = start({ region: "ca" });
    const ids = [await api(ovh, "GET", clientsPath), await api(ovh, "GET", "/1.0/auth/time")].map(({ headers }) =>
      headers.get("x-ovh-queryid"),
    );
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^CA\./);
    expect((await form(ovh, grant)).headers.has("x-ovh-queryid")).toBe(false);
  });

  test("are equal at /1.0 and /v1", async () => {
    const ovh = start();
    const { clientId } = await create(ovh);
    const both = await Promise.all(
      ["1.0", "v1"].map((version) => api(ovh, "GET", `/${version}/me/api/oauth2/client/${clientId}`)),
    );
    expect(both[0]?.json).toEqual(both[1]?.json);
    expect(ovh.requests.map(({ operationId }) => operationId)).toEqual([
      "createOAuth2Client",
      "getOAuth2Client",
      "getOAuth2Client",
    ]);
  });
});

describe("the vendor's guide", () => {
  test("works: service account, policy, token, authorized call, and the 403 of a call outside the policy", async () => {
    const ovh = start();
    const client = await create(ovh, { ...worker, callbackUrls: [] });
    const path = `/v1/hosting/web/${hosting}`;
    const headers = bearer(await token(ovh, client));
    const refusal = (action: string) => ({
      status: 403,
      json: {
        class: "Client::Forbidden",
        message: "User not granted for this request",
        details: { unauthorizedActionsByAuthentication: "", unauthorizedActionsByIAM: action },
      },
    });
    expect(await api(ovh, "GET", path, undefined, headers)).toMatchObject(refusal("webHosting:apiovh:get"));

    const { json: policy } = await api(ovh, "POST", policiesPath, guidePolicy(identityOf(client)));
    expect(await api(ovh, "GET", path, undefined, headers)).toMatchObject({ status: 200, json: { serviceName: hosting } });
    expect(await api(ovh, "GET", clientsPath, undefined, headers)).toMatchObject(
      refusal("account:apiovh:me/api/oauth2/client/get"),
    );
    expect((await api(ovh, "GET", "/v1/hosting/web/other.test", undefined, headers)).status).toBe(403);
    expect((await api(ovh, "GET", "/v2/iam/reference/action", undefined, headers)).status).toBe(200);

    await api(ovh, "DELETE", `${policiesPath}/${policy.id}`);
    expect((await api(ovh, "GET", path, undefined, headers)).status).toBe(403);
  });

  test.each([
    ["GET", clientsPath, "me/api/oauth2/client/get"],
    ["POST", clientsPath, "me/api/oauth2/client/create"],
    ["GET", `${clientsPath}/x`, "me/api/oauth2/client/get"],
    ["PUT", `${clientsPath}/x`, "me/api/oauth2/client/edit"],
    ["DELETE", `${clientsPath}/x`, "me/api/oauth2/client/delete"],
    ["GET", policiesPath, "iam/policy/get"],
    ["POST", policiesPath, "iam/policy/create"],
    ["GET", `${policiesPath}/x`, "iam/policy/get"],
    ["PUT", `${policiesPath}/x`, "iam/policy/edit"],
    ["DELETE", `${policiesPath}/x`, "iam/policy/delete"],
  ])(
    "a service account requires an action for %s %s, which is checked before any other validation",
    async (method, path, name) => {
      const ovh = start();
      const client = await create(ovh);
      const headers = bearer(await token(ovh, client));
      const action = `account:apiovh:${name}`;
      expect(await api(ovh, method, path, undefined, headers)).toMatchObject({
        status: 403,
        json: { details: { unauthorizedActionsByIAM: action } },
      });
      const resources = [{ urn: "urn:v1:eu:resource:account:zz99999-ovh" }];
      const permissions = { allow: [{ action }] };
      await api(ovh, "POST", policiesPath, guidePolicy(identityOf(client), { resources, permissions }));
      expect((await api(ovh, method, path, undefined, headers)).status).not.toBe(403);
    },
  );

  test("applies to the web hosting plans of the options", async () => {
    const ovh = start({ webHostings: ["one.test"] });
    expect(await api(ovh, "GET", "/1.0/hosting/web/one.test")).toMatchObject({ json: { serviceName: "one.test" } });
    expect(await api(ovh, "GET", `/1.0/hosting/web/${hosting}`)).toMatchObject({
      status: 404,
      json: { class: "Client::NotFound" },
    });
  });
});

describe("base URLs", () => {
  const open: SimulatorServer<OvhOrigin>[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ close }) => close()));
  });

  test("can be those that the vendor announced, with another path of the token endpoint", async () => {
    const ovh = start({ apiUrl: "https://api.eu.ovhcloud.com/", tokenEndpoint: "https://auth.eu.ovhcloud.com/oauth2/token" });
    expect(ovh.urls).toEqual({ api: "https://api.eu.ovhcloud.com", token: "https://auth.eu.ovhcloud.com/oauth2/token" });
    const client = await create(ovh);
    expect(await token(ovh, client)).toMatch(/^[\w-]{43}$/);
    await expect(ovh.fetch("https://eu.api.ovh.com/1.0/auth/time")).rejects.toThrow("fetch failed");
  });

  test("can have a path prefix, which signatures cover", async () => {
    const ovh = start({ apiUrl: "https://proxy.test/ovh", tokenEndpoint: "https://proxy.test/token", applicationKeys: [keys] });
    const timestamp = Math.floor(Date.now() / 1000);
    const status = async (address: string) =>
      (await api(ovh, "GET", clientsPath, undefined, signed({ method: "GET", address, timestamp }))).status;
    expect(await status(`https://proxy.test${clientsPath}`)).toBe(400);
    expect(await status(`https://proxy.test/ovh${clientsPath}`)).toBe(200);
    expect((await form(ovh, grant)).json.error).toBe("invalid_client");
  });

  test("of a listening server are two, and all operations work there", async () => {
    const ovh = start();
    const listening = await ovh.listen();
    open.push(listening);
    const { urls } = listening;
    expect(urls.api).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(urls.token).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\/oauth2\/token$/);
    const body = JSON.stringify(worker);
    const { json } = await read(fetch(urls.api + clientsPath, { method: "POST", headers: bearer(root), body }));
    const headers = basic(String(json.clientId), String(json.clientSecret));
    const issued = await read(fetch(urls.token, { method: "POST", headers, body: new URLSearchParams(grant) }));
    const who = await read(fetch(`${urls.api}/1.0/auth/details`, { headers: bearer(String(issued.json.access_token)) }));
    expect(who.json.identities).toEqual([ovh.clients[0]?.identity]);
  });

  test("are served by msw", async () => {
    const ovh = simulateOvh();
    const server = setupServer(...ovh.handlers(msw));
    server.listen({ onUnhandledRequest: "error" });
    try {
      expect((await read(fetch(`${ovh.urls.api}/1.0/auth/time`))).status).toBe(200);
    } finally {
      server.close();
    }
  });
});

describe("the request log", () => {
  test("contains no signature, no consumer key and no token", async () => {
    const ovh = start({ applicationKeys: [keys] });
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signed({ method: "GET", address: `${ovh.urls.api}${clientsPath}`, timestamp });
    expect((await api(ovh, "GET", clientsPath, undefined, headers)).status).toBe(200);
    await api(ovh, "GET", clientsPath);
    const log = JSON.stringify(ovh.requests);
    expect(log).toContain(keys.applicationKey);
    for (const secret of [headers["x-ovh-signature"], keys.consumerKey, keys.applicationSecret, root])
      expect(log).not.toContain(secret);
  });
});
