import { afterEach, describe, expect, test } from "vitest";
import type { SimulatorServer } from "../../../src/simulators/core/simulator.js";
import { type OryOrigin, simulateOry } from "../../../src/simulators/ory/simulator.js";
import { admin, apiKey, create, form, grant, network, project, read, worker } from "./calls.js";

const key = { authorization: `Bearer ${apiKey}` };

describe("simulateOry", () => {
  test("rejects a fault for an unknown operation", () => {
    expect(() => simulateOry().failNext("rotateSecret" as "isAlive", { status: 500 })).toThrow(
      /no operation "rotateSecret"\. It has: createOAuth2Client/,
    );
  });

  test("the admin port adds a missing /admin, and an unknown route gets an error object", async () => {
    const ory = simulateOry();
    expect((await admin(ory, "GET", "/clients")).status).toBe(200);
    expect(await admin(ory, "GET", "/admin/nowhere")).toMatchObject({
      status: 404,
      json: { error: { code: 404, message: "Not Found" } },
    });
    expect(await admin(ory, "POST", "/admin/clients/x", {})).toMatchObject({ status: 404, json: { error: { code: 404 } } });
    expect((await read(ory.fetch(`${ory.urls.public}/admin/clients`))).status).toBe(404);
  });

  test("does not add a missing /admin on Ory Network", async () => {
    expect((await admin(simulateOry(network()), "GET", "/clients", undefined, key)).status).toBe(404);
  });

  test("serves both APIs on one host of Ory Network, with the error format of Hydra for clients", async () => {
    const ory = simulateOry(network());
    expect(ory.urls).toEqual({
      admin: `https://${project}.projects.oryapis.com`,
      public: `https://${project}.projects.oryapis.com`,
    });
    expect(
      (await admin(ory, "POST", "/admin/clients", { ...worker, client_id: "w", client_secret: "secret-1" }, key)).status,
    ).toBe(201);
    expect((await admin(ory, "GET", "/admin/clients/unknown", undefined, key)).json).toEqual({
      error: "Unable to locate the resource",
      error_description: "",
    });
    const headers = { authorization: `Basic ${btoa("w:secret-1")}` };
    expect((await form(ory, "/oauth2/token", grant, headers)).status).toBe(200);
    expect(JSON.stringify(ory.requests)).not.toMatch(/secret-1|invented-key/);
  });

  test("is alive and ready on both ports, and returns its version on the admin port only", async () => {
    const ory = simulateOry({ version: "26.2" });
    const status = async (url: string) => (await read(ory.fetch(url))).status;
    for (const url of Object.values(ory.urls)) {
      expect([await status(`${url}/health/alive`), await status(`${url}/health/ready`)]).toEqual([200, 200]);
    }
    expect(await read(ory.fetch(`${ory.urls.admin}/version`))).toMatchObject({ json: { version: "v26.2.0" } });
    expect(await status(`${ory.urls.public}/version`)).toBe(404);
  });

  test("exposes neither private keys nor secrets", async () => {
    const ory = simulateOry();
    await create(ory, { jwks: { keys: [{ kty: "RSA", n: "AQAB", e: "AQAB", d: "private-part" }] } });
    expect(JSON.stringify([ory.clients, ory.requests])).not.toContain("private-part");
  });
});

describe("simulateOry with a listening server", () => {
  const open: SimulatorServer<OryOrigin>[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ close }) => close()));
  });

  test("uses the loopback addresses in all URLs of its responses, and issues tokens", async () => {
    const ory = simulateOry();
    const listening = await ory.listen();
    open.push(listening);
    const { urls } = listening;
    expect(urls.admin).not.toBe(urls.public);
    const created = await read(fetch(`${urls.admin}/admin/clients`, { method: "POST", body: JSON.stringify(worker) }));
    const { client_id, client_secret, registration_client_uri } = created.json;
    expect(registration_client_uri).toBe(`${urls.public}/oauth2/register`);
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

  test("creates the client before the connection is dropped with when: after", async () => {
    const ory = simulateOry(network());
    const listening = await ory.listen();
    open.push(listening);
    expect(listening.urls.admin).toBe(listening.urls.public);
    ory.dropConnection("createOAuth2Client", { when: "after" });
    const init = { method: "POST", headers: key, body: JSON.stringify({ client_id: "lost" }) };
    await expect(fetch(`${listening.url}/admin/clients`, init)).rejects.toThrow("fetch failed");
    expect(ory.clients).toMatchObject([{ client_id: "lost" }]);
    expect((await read(fetch(`${listening.url}/admin/clients`, init))).status).toBe(409);
  });

  test("sends all values of a rate limit field", async () => {
    const ory = simulateOry(network("developer"));
    const listening = await ory.listen();
    open.push(listening);
    const { headers } = await fetch(`${listening.url}/admin/clients`, { headers: key });
    expect(headers.get("x-ratelimit-remaining")).toBe("4, 14");
  });
});
