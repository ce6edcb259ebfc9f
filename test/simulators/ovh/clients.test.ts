import { describe, expect, test } from "vitest";
import { account, api, app, clientsPath, create, type Json, start, worker } from "./calls.js";

const badRequest = (message: string) => ({
  status: 400,
  json: { class: "Client::BadRequest", message: expect.stringContaining(message) as string },
});
const absent = { status: 404, json: { class: "Client::NotFound", message: expect.any(String) as string } };

describe("creating a client", () => {
  test.each<[string, unknown, string]>([
    ["invalid JSON", "{", "JSON"],
    ["empty content", "", "JSON"],
    ["an array", [], "[body]"],
    ["no name", { ...worker, name: undefined }, "[name]"],
    ["an empty name", { ...worker, name: " " }, "[name]"],
    ["a number for the name", { ...worker, name: 1 }, "[name]"],
    ["no description", { ...worker, description: undefined }, "[description]"],
    ["null for the description", { ...worker, description: null }, "[description]"],
    ["an empty description", { ...worker, description: "" }, "[description]"],
    ["no flow", { ...worker, flow: undefined }, "[flow]"],
    ["a flow in lower case", { ...worker, flow: "client_credentials" }, "[flow]"],
    ["an unknown flow", { ...worker, flow: "IMPLICIT" }, "[flow]"],
    ["callbackUrls of null", { ...worker, callbackUrls: null }, "[callbackUrls]"],
    ["a string as callbackUrls", { ...app, callbackUrls: "https://app.acme.test/cb" }, "[callbackUrls]"],
    ["a number in callbackUrls", { ...app, callbackUrls: ["https://app.acme.test/cb", 1] }, "[callbackUrls[1]]"],
    ["a callback URL that is not a URL", { ...app, callbackUrls: ["cb"] }, "[callbackUrls[0]]"],
    ["a callback URL of another scheme", { ...app, callbackUrls: ["app://cb"] }, "[callbackUrls[0]]"],
    ["a callback URL with a fragment", { ...app, callbackUrls: ["https://app.acme.test/#cb"] }, "[callbackUrls[0]]"],
    ["empty callbackUrls for AUTHORIZATION_CODE", { ...app, callbackUrls: [] }, "AUTHORIZATION_CODE"],
    ["missing callbackUrls for AUTHORIZATION_CODE", { ...app, callbackUrls: undefined }, "AUTHORIZATION_CODE"],
    ["callbackUrls for CLIENT_CREDENTIALS", { ...worker, callbackUrls: ["https://app.acme.test/cb"] }, "CLIENT_CREDENTIALS"],
    ["an id", { ...worker, clientId: "EU.0123456789abcdef" }, "[clientId]"],
    ["an unknown member", { ...worker, scope: "all" }, "[scope]"],
  ])("rejects content with %s", async (_case, body, message) => {
    const ovh = start();
    expect(await api(ovh, "POST", clientsPath, body)).toMatchObject(badRequest(message));
    expect(ovh.clients).toEqual([]);
  });

  test("returns only the id and the secret, and the secret only once", async () => {
    const ovh = start();
    const { status, json, headers } = await api(ovh, "POST", clientsPath, { ...worker, callbackUrls: [] });
    expect(status).toBe(200);
    expect(json).toEqual({
      clientId: expect.stringMatching(/^EU\.[0-9a-f]{16}$/) as string,
      clientSecret: expect.any(String) as string,
    });
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    const { text } = await api(ovh, "GET", `${clientsPath}/${json.clientId}`);
    expect(text).not.toContain(String(json.clientSecret));
    expect(JSON.stringify([ovh.clients, ovh.requests])).not.toContain(String(json.clientSecret));
  });

  test("creates two clients with the same name, with different ids and secrets", async () => {
    const ovh = start();
    const [one, other] = [await create(ovh), await create(ovh)];
    expect(one.clientId).not.toBe(other.clientId);
    expect(one.clientSecret).not.toBe(other.clientSecret);
    expect(ovh.clients.map(({ name }) => name)).toEqual(["billing", "billing"]);
  });

  test.each([
    ["ca", "CA."],
    ["us", "US."],
  ] as const)("prefixes ids with the region: %s", async (region, prefix) => {
    const ovh = start({ region, account: "aa1-ovh" });
    const { clientId } = await create(ovh);
    expect(clientId.startsWith(prefix)).toBe(true);
    expect(ovh.clients[0]?.identity).toBe(`urn:v1:${region}:identity:credential:aa1-ovh/oauth2-${clientId}`);
  });
});

describe("reading clients", () => {
  test.each(["unknown", "EU.0123456789abcdef", "a.b.c"])("returns 404 for the unknown client %s", async (id) => {
    expect(await api(start(), "GET", `${clientsPath}/${id}`)).toMatchObject(absent);
  });

  test("returns the identity of a service account", async () => {
    const ovh = start();
    const { clientId } = await create(ovh);
    const { json, text } = await api(ovh, "GET", `/v1/me/api/oauth2/client/${clientId}`);
    expect(json).toEqual({
      callbackUrls: [],
      clientId,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{0,2}[1-9])?Z$/) as string,
      description: "billing exporter",
      flow: "CLIENT_CREDENTIALS",
      identity: `urn:v1:eu:identity:credential:${account}/oauth2-${clientId}`,
      name: "billing",
    });
    expect(Object.keys(JSON.parse(text) as Json)).toEqual(Object.keys(json).sort());
  });

  test.each([
    ["2026-01-02T10:11:12.570Z", "2026-01-02T10:11:12.57Z"],
    ["2026-01-02T10:11:12.500Z", "2026-01-02T10:11:12.5Z"],
    ["2026-01-02T10:11:10.000Z", "2026-01-02T10:11:10Z"],
    ["2026-01-02T10:11:12.533Z", "2026-01-02T10:11:12.533Z"],
  ])("writes the time %s as %s", async (instant, printed) => {
    const ovh = start({ now: () => Date.parse(instant) });
    await create(ovh);
    expect(ovh.clients).toMatchObject([{ createdAt: printed }]);
  });

  test("returns a web app without an identity", async () => {
    const ovh = start();
    const { clientId } = await create(ovh, { ...app, callbackUrls: ["https://b.test/", "https://localhost:8080/a"] });
    expect((await api(ovh, "GET", `${clientsPath}/${clientId}`)).json).toMatchObject({
      callbackUrls: ["https://b.test/", "https://localhost:8080/a"],
      identity: null,
    });
  });

  test("lists only the ids, without pages and without deleted clients", async () => {
    const ovh = start();
    expect((await api(ovh, "GET", clientsPath)).json).toEqual([]);
    const ids: string[] = [];
    for (let count = 0; count < 25; count += 1) ids.push((await create(ovh)).clientId);
    const { json, headers } = await api(ovh, "GET", clientsPath);
    expect(json).toEqual(ids);
    expect(headers.has("x-pagination-cursor-next")).toBe(false);
    await api(ovh, "DELETE", `${clientsPath}/${ids[3]}`);
    expect((await api(ovh, "GET", clientsPath)).json).not.toContain(ids[3]);
  });
});

describe("updating a client", () => {
  const changes = { name: "new", description: "new text", callbackUrls: [] };

  test.each<[string, Json, string]>([
    ["no name", { ...changes, name: undefined }, "[name]"],
    ["no description", { ...changes, description: undefined }, "[description]"],
    ["no callbackUrls", { ...changes, callbackUrls: undefined }, "[callbackUrls]"],
    ["callbackUrls for CLIENT_CREDENTIALS", { ...changes, callbackUrls: ["https://app.acme.test/cb"] }, "[callbackUrls]"],
    ["a flow", { ...changes, flow: "CLIENT_CREDENTIALS" }, "[flow] is read-only"],
    ["an id", { ...changes, clientId: "x" }, "[clientId] is read-only"],
    ["an identity", { ...changes, identity: null }, "[identity] is read-only"],
    ["an unknown member", { ...changes, scopes: [] }, "[scopes]"],
  ])("rejects content with %s, and changes nothing", async (_case, body, message) => {
    const ovh = start();
    const { clientId } = await create(ovh);
    const before = ovh.clients;
    expect(await api(ovh, "PUT", `${clientsPath}/${clientId}`, body)).toMatchObject(badRequest(message));
    expect(ovh.clients).toEqual(before);
  });

  test("returns 404 for an unknown client", async () => {
    expect(await api(start(), "PUT", `${clientsPath}/unknown`, changes)).toMatchObject(absent);
  });

  test("ignores read-only members with the option", async () => {
    const ovh = start({ readOnlyMembers: "ignore" });
    const { clientId } = await create(ovh);
    const sent = { ...changes, clientId: "x", flow: "AUTHORIZATION_CODE", identity: null, createdAt: "2001-01-01T00:00:00Z" };
    const [before] = ovh.clients;
    expect((await api(ovh, "PUT", `${clientsPath}/${clientId}`, sent)).status).toBe(200);
    expect(ovh.clients).toEqual([{ ...before, ...changes }]);
    expect((await api(ovh, "PUT", `${clientsPath}/${clientId}`, { ...changes, scopes: [] })).status).toBe(400);
  });

  test("returns null, changes the three members and keeps the other ones", async () => {
    const ovh = start();
    const { clientId } = await create(ovh, app);
    const [before] = ovh.clients;
    const sent = { ...changes, callbackUrls: ["https://two.test/", "https://one.test/"] };
    expect(await api(ovh, "PUT", `${clientsPath}/${clientId}`, sent)).toMatchObject({ status: 200, text: "null" });
    expect(ovh.clients).toEqual([{ ...before, ...sent }]);
  });
});

describe("deleting a client", () => {
  test("returns 404 for an unknown client and for a deleted client", async () => {
    const ovh = start();
    const { clientId } = await create(ovh);
    expect(await api(ovh, "DELETE", `${clientsPath}/${clientId}`)).toMatchObject({ status: 200, text: "null" });
    expect(await api(ovh, "DELETE", `${clientsPath}/${clientId}`)).toMatchObject(absent);
    expect(ovh.clients).toEqual([]);
  });
});

describe("simulator.clients", () => {
  test("is a copy", async () => {
    const ovh = start();
    await create(ovh);
    Object.assign(ovh.clients[0] ?? {}, { name: "changed" });
    expect(ovh.clients).toMatchObject([{ name: "billing" }]);
  });
});
