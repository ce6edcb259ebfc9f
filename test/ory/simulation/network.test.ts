import { afterEach, describe, expect, it } from "vitest";
import { type OryOrigin, type OryRateLimitBucket, simulateOry } from "../../../src/ory/simulator.js";
import type { Listening } from "../../../src/simulation/simulator.js";
import { admin, apiKey, create, form, grant, network, project, read, worker } from "./calls.js";

const key = { authorization: `Bearer ${apiKey}` };

describe("Ory Network", () => {
  it.each<[string, Record<string, string>]>([
    ["no key", {}],
    ["another key", { authorization: "Bearer ory_wak_workspace" }],
    ["another scheme", { authorization: `Basic ${apiKey}` }],
  ])("refuses %s on admin paths with an error that is an object", async (_case, headers) => {
    const ory = simulateOry(network());
    const answer = await admin(ory, "POST", "/admin/clients", {}, headers);
    expect(answer).toMatchObject({
      status: 401,
      json: {
        error: {
          code: 401,
          status: "Unauthorized",
          request: expect.any(String) as string,
          message: expect.any(String) as string,
        },
      },
    });
    expect(answer.headers.get("x-request-id")).not.toBeNull();
    expect(ory.clients).toEqual([]);
  });

  it("does not add /admin where it is missing", async () => {
    expect((await admin(simulateOry(network()), "GET", "/clients", undefined, key)).status).toBe(404);
  });

  it("serves both halves of the API on one host, and refuses clients in Hydra's flat shape", async () => {
    const ory = simulateOry(network());
    expect(ory.urls).toEqual({
      admin: `https://${project}.projects.oryapis.com`,
      public: `https://${project}.projects.oryapis.com`,
    });
    expect(
      (await admin(ory, "POST", "/admin/clients", { ...worker, client_id: "w", client_secret: "secret-1" }, key)).status,
    ).toBe(201);
    expect((await admin(ory, "GET", "/admin/clients/nobody", undefined, key)).json).toEqual({
      error: "Unable to locate the resource",
      error_description: "",
    });
    const headers = { authorization: `Basic ${btoa("w:secret-1")}` };
    expect((await form(ory, "/oauth2/token", grant, headers)).status).toBe(200);
    expect(JSON.stringify(ory.requests)).not.toMatch(/secret-1|invented-key/);
  });
});

describe("rate limits", () => {
  const limitsOf = ({ headers }: { readonly headers: Headers }) =>
    ["limit", "remaining", "reset"].map((name) => headers.get(`x-ratelimit-${name}`));

  it("refuse a burst with nothing but header fields, whose reset is 0", async () => {
    const ory = simulateOry(network("developer"));
    const list = () => admin(ory, "GET", "/admin/clients", undefined, key);
    for (let call = 0; call < 5; call += 1) expect((await list()).status).toBe(200);
    const answer = await list();
    expect(answer).toMatchObject({ status: 429, text: "" });
    expect(answer.headers.has("retry-after")).toBe(false);
    expect(limitsOf(answer)).toEqual(["5, 5;w=1, 15;w=60", "0, 10", "0, 0"]);
    ory.clock.advance(1000);
    expect((await list()).status).toBe(200);
  });

  it("refuse what a minute does not hold, and say how long to wait", async () => {
    const ory = simulateOry(network("developer"));
    const list = () => admin(ory, "GET", "/admin/clients", undefined, key);
    for (let call = 0; call < 15; call += 1) {
      expect((await list()).status).toBe(200);
      if (call % 5 === 4) ory.clock.advance(1000);
    }
    const answer = await list();
    expect(answer.status).toBe(429);
    expect(limitsOf(answer)).toEqual(["5, 5;w=1, 15;w=60", "5, 0", expect.stringMatching(/^0, 5[67]$/) as string]);
    ory.clock.advance(60_000);
    expect((await list()).status).toBe(200);
  });

  it("count all writes together, and reads and tokens apart from them", async () => {
    const ory = simulateOry(network("developer"));
    const call = (method: string, path: string) => admin(ory, method, path, {}, key);
    const statuses = [
      await call("POST", "/admin/clients"),
      await call("PUT", "/admin/clients/x"),
      await admin(ory, "PATCH", "/admin/clients/x", [], key),
      await call("DELETE", "/admin/clients/x"),
      await call("PUT", "/admin/clients/x/lifespans"),
      await call("DELETE", "/admin/oauth2/tokens?client_id=x"),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 404, 404, 404, 404, 429]);
    expect((await admin(ory, "GET", "/admin/clients/x", undefined, key)).status).toBe(404);
    expect((await call("POST", "/admin/clients/x/secrets/rotate")).status).toBe(404);
    expect((await form(ory, "/oauth2/token", grant)).status).toBe(400);
  });

  it.each<[OryRateLimitBucket, string]>([
    ["hydra-admin-medium", "/admin/clients"],
    ["hydra-public-high", "/.well-known/openid-configuration"],
  ])("can be one's own: %s", async (bucket, path) => {
    const ory = simulateOry(network({ [bucket]: { perSecond: 1, perMinute: 2 } }));
    expect((await admin(ory, "GET", path, undefined, key)).status).toBe(200);
    expect((await admin(ory, "GET", path, undefined, key)).status).toBe(429);
    const elsewhere = await admin(ory, "GET", "/admin/clients/x", undefined, key);
    expect(elsewhere.status).toBe(404);
    expect(elsewhere.headers.has("x-ratelimit-limit")).toBe(false);
  });
});

describe("a self-hosted server", () => {
  it("asks for a key on the admin port only, when a gateway stands before it", async () => {
    const ory = simulateOry({ adminApiKey: "gateway-key" });
    expect(await admin(ory, "GET", "/clients")).toMatchObject({ status: 401, json: { error: { code: 401 } } });
    expect((await admin(ory, "GET", "/clients", undefined, { authorization: "Bearer gateway-key" })).status).toBe(200);
    expect((await form(ory, "/oauth2/token", grant)).json.error).toBe("invalid_request");
    expect((await read(ory.fetch(`${ory.urls.public}/.well-known/openid-configuration`))).status).toBe(200);
  });

  it("answers every registration call with 404: not enabled", async () => {
    const ory = simulateOry();
    const calls = [
      ["POST", ""],
      ["GET", "/x"],
      ["PUT", "/x"],
      ["DELETE", "/x"],
    ];
    for (const [method = "", path = ""] of calls) {
      const answer = await read(ory.fetch(`${ory.urls.public}/oauth2/register${path}`, { method }));
      expect(answer).toMatchObject({
        status: 404,
        json: { error_description: expect.stringContaining("not enabled") as string },
      });
    }
  });

  it("tells its addresses in the discovery document, without an introspection endpoint", async () => {
    const ory = simulateOry({ adminUrl: "https://hydra.acme.test/admin-port/", publicUrl: "https://hydra.acme.test" });
    const { json } = await read(ory.fetch("https://hydra.acme.test/.well-known/openid-configuration"));
    expect(json).toMatchObject({
      issuer: "https://hydra.acme.test",
      token_endpoint: "https://hydra.acme.test/oauth2/token",
      revocation_endpoint: "https://hydra.acme.test/oauth2/revoke",
      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic", "private_key_jwt", "none"],
    });
    expect(json).not.toHaveProperty("introspection_endpoint");
    expect((await read(ory.fetch("https://hydra.acme.test/admin-port/clients"))).status).toBe(200);
  });

  it("is alive and ready on both ports, and tells its version on one", async () => {
    const ory = simulateOry({ version: "26.2" });
    const status = async (url: string) => (await read(ory.fetch(url))).status;
    for (const url of Object.values(ory.urls)) {
      expect([await status(`${url}/health/alive`), await status(`${url}/health/ready`)]).toEqual([200, 200]);
    }
    expect(await read(ory.fetch(`${ory.urls.admin}/version`))).toMatchObject({ json: { version: "26.2" } });
    expect(await status(`${ory.urls.public}/version`)).toBe(404);
  });
});

describe("on the loopback", () => {
  const open: Listening<OryOrigin>[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ close }) => close()));
  });

  it("names the loopback addresses in everything that has an address, and issues tokens there", async () => {
    const ory = simulateOry();
    const listening = await ory.listen();
    open.push(listening);
    const { urls } = listening;
    expect(urls.admin).not.toBe(urls.public);
    const created = await read(fetch(`${urls.admin}/admin/clients`, { method: "POST", body: JSON.stringify(worker) }));
    const { client_id, client_secret, registration_client_uri } = created.json;
    expect(registration_client_uri).toBe(`${urls.public}/oauth2/register/${client_id}`);
    const { json } = await read(fetch(`${urls.public}/.well-known/openid-configuration`));
    const headers = { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` };
    const issued = await read(
      fetch(String(json.token_endpoint), { method: "POST", headers, body: new URLSearchParams(grant) }),
    );
    expect(issued.json).toMatchObject({ token_type: "bearer", expires_in: 3599 });
    const body = new URLSearchParams({ token: String(issued.json.access_token) });
    expect((await read(fetch(`${urls.admin}/admin/oauth2/introspect`, { method: "POST", body }))).json).toMatchObject({
      iss: urls.public,
    });
  });

  it("creates the client although the line is cut, when told so", async () => {
    const ory = simulateOry(network());
    const listening = await ory.listen();
    open.push(listening);
    expect(listening.urls.admin).toBe(listening.urls.public);
    ory.dropConnection("createOAuth2Client", { after: "effect" });
    const init = { method: "POST", headers: key, body: JSON.stringify({ client_id: "lost" }) };
    await expect(fetch(`${listening.url}/admin/clients`, init)).rejects.toThrow("fetch failed");
    expect(ory.clients).toMatchObject([{ client_id: "lost" }]);
    expect((await read(fetch(`${listening.url}/admin/clients`, init))).status).toBe(409);
  });

  it("sends every value of a rate limit field", async () => {
    const ory = simulateOry(network("developer"));
    const listening = await ory.listen();
    open.push(listening);
    const { headers } = await fetch(`${listening.url}/admin/clients`, { headers: key });
    expect(headers.get("x-ratelimit-remaining")).toBe("4, 14");
  });
});

describe("the simulated state", () => {
  it("shows neither private keys nor secrets", async () => {
    const ory = simulateOry();
    await create(ory, { jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "private-part" }] } });
    expect(JSON.stringify([ory.clients, ory.requests])).not.toContain("private-part");
  });
});
