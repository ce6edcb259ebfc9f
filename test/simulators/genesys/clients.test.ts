import { describe, expect, test } from "vitest";
import { dayMs, inHome, login, minuteMs, open, operatorRole, problem, readerRole, website, worker } from "./calls.js";

const missingId = "00000000-0000-4000-8000-000000000000";

describe("an unknown client", () => {
  test.each([
    ["GET", "/oauth/clients/{id}", undefined],
    ["PUT", "/oauth/clients/{id}", worker],
    ["DELETE", "/oauth/clients/{id}", undefined],
    ["POST", "/oauth/clients/{id}/secret", undefined],
  ])("%s %s returns 404 not.found with the id", async (method, path, body) => {
    const { call } = await open();
    const response = await call(method, path.replace("{id}", missingId), body);
    expect(response).toMatchObject({ status: 404, json: { ...problem("not.found"), entityId: missingId } });
  });
});

describe("creating", () => {
  test("returns 400 when the organization has the maximum number of clients", async () => {
    const { genesys, call, create } = await open({ maximumClients: 1 });
    const { id } = await create();
    expect(await call("POST", "/oauth/clients", worker)).toMatchObject({
      status: 400,
      json: { ...problem("auth.too.many.clients"), limit: { value: 1 } },
    });
    expect(genesys.clients).toHaveLength(1);
    await call("PUT", `/oauth/clients/${id}`, { ...worker, state: "inactive" });
    await call("DELETE", `/oauth/clients/${id}`);
    expect((await call("POST", "/oauth/clients", worker)).status).toBe(200);
  });
});

describe("replacing", () => {
  test("returns 400 for a deleted client that is still readable, and for the activation of a disabled client", async () => {
    const { genesys, call } = await open();
    const deleted = genesys.insert({ fields: { ...worker, state: "deleted" } });
    const disabled = genesys.insert({ fields: { ...worker, state: "disabled" } });
    for (const response of [
      await call("PUT", `/oauth/clients/${deleted}`, worker),
      await call("POST", `/oauth/clients/${deleted}/secret`),
      await call("PUT", `/oauth/clients/${disabled}`, worker),
    ]) {
      expect(response).toMatchObject({ status: 400, json: problem("general.bad.request") });
    }
    expect(genesys.clients.map(({ state }) => state)).toEqual(["deleted", "disabled"]);
    expect((await call("PUT", `/oauth/clients/${disabled}`, { ...worker, state: "inactive" })).status).toBe(200);
  });

  test("clears the members that are not sent, and keeps the id, the secret and the creation date", async () => {
    const { genesys, call, create } = await open();
    const { secret, ...before } = await create({
      description: "first",
      accessTokenValiditySeconds: 600,
      scope: ["users"],
      registeredRedirectUri: ["https://app.test/"],
      allowedAddresses: ["192.0.2.1"],
    });
    genesys.advanceTime(minuteMs);
    const { json: after } = await call("PUT", `/oauth/clients/${before.id}`, { ...worker, name: "renamed" });
    expect(after).toMatchObject({
      id: before.id,
      name: "renamed",
      accessTokenValiditySeconds: 86_400,
      scope: [],
      registeredRedirectUri: [],
      dateCreated: before.dateCreated,
    });
    for (const field of ["description", "allowedAddresses", "secret"]) expect(after).not.toHaveProperty(field);
    expect(Date.parse(String(after.dateModified))).toBeGreaterThan(Date.parse(String(before.dateModified)));
    expect((await login(genesys, { clientId: before.id, clientSecret: secret })).status).toBe(200);
  });

  test("keeps the members of a GET response, including undocumented ones", async () => {
    const { call, create } = await open();
    const { secret, ...created } = await create({ description: "first", allowedAddresses: ["192.0.2.1"] });
    const { json: before } = await call("GET", `/oauth/clients/${created.id}`);
    await call("PUT", `/oauth/clients/${created.id}`, before);
    const { json: after } = await call("GET", `/oauth/clients/${created.id}`);
    expect(after).toEqual({ ...before, dateModified: expect.any(String) as string });
    expect(JSON.stringify(after)).not.toContain(secret);
  });

  test("changes the grant type", async () => {
    const { call, create } = await open();
    const { id } = await create();
    const { json } = await call("PUT", `/oauth/clients/${id}`, website);
    expect(json).toMatchObject({ authorizedGrantType: "CODE", roleDivisions: [], roleIds: [], scope: website.scope });
  });
});

describe("rotating a secret", () => {
  test("rejects a request with content", async () => {
    const { call, create } = await open();
    const { id } = await create();
    const response = await call("POST", `/oauth/clients/${id}/secret`, {});
    expect(response).toMatchObject({ status: 400, json: problem("general.bad.request") });
  });

  test("invalidates the old secret and its tokens at once", async () => {
    const { genesys, call, create } = await open();
    const { id, secret } = await create();
    await login(genesys, { clientId: id, clientSecret: secret });
    expect(genesys.inspect(id)?.activeTokens).toBe(1);
    const { status, json } = await call("POST", `/oauth/clients/${id}/secret`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ id, name: worker.name });
    expect(json.secret).not.toBe(secret);
    expect(genesys.inspect(id)?.activeTokens).toBe(0);
    expect((await login(genesys, { clientId: id, clientSecret: secret })).json.error).toBe("invalid_client");
    expect((await login(genesys, { clientId: id, clientSecret: json.secret })).status).toBe(200);
    expect(genesys.inspect(id)?.holdsSecret(secret)).toBe(false);
    expect(genesys.inspect(id)?.holdsSecret(String(json.secret))).toBe(true);
  });
});

describe("deleting", () => {
  test("returns 400 while the client is active or disabled", async () => {
    const { genesys, call, create } = await open();
    const { id } = await create();
    const disabled = genesys.insert({ fields: { ...worker, state: "disabled" } });
    for (const path of [`/oauth/clients/${id}`, `/oauth/clients/${disabled}`]) {
      expect(await call("DELETE", path)).toMatchObject({ status: 400, json: problem("general.bad.request") });
    }
    expect(genesys.clients).toHaveLength(2);
  });

  test("removes a client of less than 30 days immediately", async () => {
    const { genesys, call, create } = await open({ now: Date.now });
    const { id, secret } = await create();
    await login(genesys, { clientId: id, clientSecret: secret });
    await call("PUT", `/oauth/clients/${id}`, { ...worker, state: "inactive" });
    expect(genesys.inspect(id)?.activeTokens).toBe(1);
    expect(await call("DELETE", `/oauth/clients/${id}`)).toMatchObject({ status: 204, text: "" });
    expect((await call("GET", `/oauth/clients/${id}`)).status).toBe(404);
    expect((await call("DELETE", `/oauth/clients/${id}`)).status).toBe(404);
    expect((await login(genesys, { clientId: id, clientSecret: secret })).json.error).toBe("invalid_client");
    expect(genesys.inspect(id)).toBeUndefined();
    expect(genesys.clients).toEqual([]);
  });

  test.each(["deleted", "inactive"] as const)(
    "schedules the deletion of an old client, which has the state %s and is readable for 7 days",
    async (state) => {
      const { genesys, call } = await open({ scheduledState: state });
      const dateCreated = new Date(Date.now() - 31 * dayMs).toISOString();
      const id = genesys.insert({ secret: "old-secret", fields: { ...worker, state: "inactive", dateCreated } });
      expect(await call("DELETE", `/oauth/clients/${id}`)).toMatchObject({ status: 202, text: "" });
      const { json } = await call("GET", `/oauth/clients/${id}`);
      expect(json.state).toBe(state);
      const aheadMs = Date.parse(String(json.dateToDelete)) - genesys.now();
      expect(aheadMs / dayMs).toBeCloseTo(7, 2);
      expect(genesys.clients).toHaveLength(1);
      expect((await call("DELETE", `/oauth/clients/${id}`)).status).toBe(404);
      expect((await call("PUT", `/oauth/clients/${id}`, worker)).status).toBe(400);
      expect((await login(genesys, { clientId: id, clientSecret: "old-secret" })).json.error).toBe("invalid_client");
      genesys.advanceTime(7 * dayMs);
      expect(genesys.inspect(id)).toBeUndefined();
      expect(genesys.clients).toEqual([]);
    },
  );

  test("counts the 30 days from the creation", async () => {
    const { genesys, call } = await open();
    const old = (days: number) =>
      genesys.insert({
        fields: { ...worker, state: "inactive", dateCreated: new Date(Date.now() - days * dayMs).toISOString() },
      });
    expect((await call("DELETE", `/oauth/clients/${old(29.9)}`)).status).toBe(204);
    expect((await call("DELETE", `/oauth/clients/${old(30.1)}`)).status).toBe(202);
  });

  test("happens automatically at the client's dateToDelete", async () => {
    const { genesys, create } = await open();
    await create({ dateToDelete: new Date(Date.now() + dayMs).toISOString() });
    expect(genesys.clients).toHaveLength(1);
    genesys.advanceTime(dayMs);
    expect(genesys.clients).toEqual([]);
  });
});

describe("replication", () => {
  test("delays the effect of writes on reads and lists", async () => {
    const { genesys, call, create } = await open({ replicationLagMs: minuteMs });
    const { id } = await create();
    const path = `/oauth/clients/${id}`;
    expect((await call("GET", path)).status).toBe(404);
    expect((await call("GET", "/oauth/clients")).json.entities).toEqual([]);
    expect(genesys.clients).toHaveLength(1);
    genesys.advanceTime(minuteMs);
    expect((await call("GET", path)).json.name).toBe(worker.name);
    await call("PUT", path, { ...worker, name: "renamed", state: "inactive" });
    expect((await call("GET", path)).json.name).toBe(worker.name);
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(200);
    genesys.advanceTime(minuteMs);
    expect((await call("GET", path)).status).toBe(404);
  });
});

describe("inserting", () => {
  test("rejects an id that exists", async () => {
    const { genesys, create } = await open();
    const { id } = await create();
    expect(() => genesys.insert({ id, fields: worker })).toThrow(/^simulateGenesys: the id/);
  });

  test("accepts states and values that no request can set, and is visible at once", async () => {
    const { genesys, call } = await open({ replicationLagMs: minuteMs });
    const id = genesys.insert({
      fields: { ...worker, state: "disabled", authorizedGrantType: undefined, description: null, allowedAddresses: [] },
    });
    const { json } = await call("GET", `/oauth/clients/${id}`);
    expect(json).toMatchObject({ id, state: "disabled", description: null, allowedAddresses: [] });
    expect(json).not.toHaveProperty("authorizedGrantType");
    expect(json).not.toHaveProperty("createdBy");
  });

  test("a client can request a token with the given secret", async () => {
    const { genesys } = await open();
    const id = genesys.insert({ secret: "kept-secret", fields: { ...worker, roleDivisions: [inHome(operatorRole)] } });
    expect((await login(genesys, { clientId: id, clientSecret: "kept-secret" })).status).toBe(200);
    expect(genesys.clients[0]?.roleIds).not.toContain(readerRole.id);
  });
});
