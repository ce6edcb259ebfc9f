import { describe, expect, test } from "vitest";
import { home, type Json, open, operatorRole, problem, website, worker } from "./calls.js";

const fill = (genesys: Awaited<ReturnType<typeof open>>["genesys"], count: number) =>
  Array.from({ length: count }, (_, index) => genesys.insert({ fields: { ...worker, name: `worker ${index}` } }));
const idsOf = (json: Json) => (json.entities as readonly Json[]).map(({ id }) => id);

describe("listing clients", () => {
  test("returns all clients for every page number, and still counts pages", async () => {
    const { genesys, call } = await open();
    const ids = fill(genesys, 26);
    for (const query of ["", "?pageNumber=2", "?pageSize=1&pageNumber=x"]) {
      const { status, json } = await call("GET", `/oauth/clients${query}`);
      expect(status).toBe(200);
      expect(idsOf(json)).toEqual(ids);
      expect(json).toMatchObject({ pageSize: 25, pageNumber: 1, pageCount: 2, total: 26 });
      expect(json).not.toHaveProperty("nextUri");
    }
  });

  test("returns all clients on every linked page with listing: repeated", async () => {
    const { genesys, call } = await open({ listing: "repeated" });
    const ids = fill(genesys, 26);
    const { json: first } = await call("GET", "/oauth/clients");
    const { json: second } = await call("GET", String(first.nextUri).replace("/api/v2", ""));
    expect(idsOf(first)).toEqual(ids);
    expect(idsOf(second)).toEqual(ids);
    expect(second).not.toHaveProperty("nextUri");
    expect(second).toMatchObject({ pageNumber: 2, previousUri: "/api/v2/oauth/clients?pageSize=25&pageNumber=1" });
  });

  test("returns one part per page with listing: pages", async () => {
    const { genesys, call } = await open({ listing: "pages" });
    const ids = fill(genesys, 26);
    const { json: first } = await call("GET", "/oauth/clients");
    const { json: second } = await call("GET", String(first.nextUri).replace("/api/v2", ""));
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
    expect(idsOf(second)).toHaveLength(1);
  });

  test("returns undocumented states and no secret", async () => {
    const { genesys, call, create } = await open();
    const { secret } = await create();
    genesys.insert({ fields: { ...worker, state: "deleted" } });
    genesys.insert({ fields: { ...worker, state: "disabled" } });
    const { json, text } = await call("GET", "/oauth/clients");
    expect((json.entities as readonly Json[]).map(({ state }) => state)).toEqual(["active", "deleted", "disabled"]);
    expect(text).not.toContain(secret);
  });

  test("omits the grant types with the option, as the vendor did until 2026", async () => {
    const { call } = await open({ listsWithoutGrantType: true });
    const { json: created } = await call("POST", "/oauth/clients", website);
    const { json } = await call("GET", "/oauth/clients");
    expect((json.entities as readonly Json[])[0]).not.toHaveProperty("authorizedGrantType");
    expect((await call("GET", `/oauth/clients/${created.id}`)).json.authorizedGrantType).toBe("CODE");
  });

  test("returns no clients at first, and the administrator only with the option", async () => {
    const { call } = await open();
    expect((await call("GET", "/oauth/clients")).json).toMatchObject({ entities: [], total: 0, pageCount: 0 });
    const listed = await open({ administrator: { listed: true } });
    expect((await listed.call("GET", "/oauth/clients")).json).toMatchObject({ entities: [{ name: "administrator" }] });
  });
});

describe("listing roles", () => {
  test.each(["pageNumber=0", "pageNumber=x", "pageSize=-1", "pageSize=101"])("rejects %s", async (query) => {
    const { call } = await open();
    const response = await call("GET", `/authorization/roles?${query}`);
    expect(response).toMatchObject({ status: 400, json: problem("invalid.value") });
  });

  test("returns one part per page", async () => {
    const roles = Array.from({ length: 27 }, (_, index) => ({ name: `role ${index}` }));
    const { call } = await open({ roles });
    const { json: first } = await call("GET", "/authorization/roles");
    expect(first).toMatchObject({ pageSize: 25, pageNumber: 1, pageCount: 2, total: 30 });
    const { json: second } = await call("GET", "/authorization/roles?pageNumber=2");
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(30);
    expect((await call("GET", "/authorization/roles?pageNumber=3")).json.entities).toEqual([]);
    expect((await call("GET", "/authorization/roles?pageSize=100")).json.entities).toHaveLength(30);
  });

  test("filters by a part of the name without regard to case", async () => {
    const { call } = await open({ roles: [operatorRole, { name: "Assistant operator" }] });
    const { json } = await call("GET", "/authorization/roles?name=operator&userCount=false");
    expect((json.entities as readonly Json[]).map(({ name }) => name)).toEqual(["Operator", "Assistant operator"]);
    expect((json.entities as readonly Json[])[0]).toEqual({
      id: operatorRole.id,
      name: "Operator",
      permissions: operatorRole.permissions,
      selfUri: `/api/v2/authorization/roles/${operatorRole.id}`,
    });
    expect(idsOf((await call("GET", `/authorization/roles?id=${operatorRole.id}`)).json)).toEqual([operatorRole.id]);
  });
});

describe("the home division", () => {
  test("has its own id", async () => {
    const { call } = await open();
    const { json } = await call("GET", "/authorization/divisions/home");
    expect(json).toMatchObject({ ...home, homeDivision: true });
  });
});
