import { describe, expect, it } from "vitest";
import { type OryVersion, simulateOry } from "../../../src/ory/simulator.js";
import { admin, create, linksOf, read } from "./calls.js";

describe("versions", () => {
  it.each<[OryVersion, number]>([
    ["2.1", 404],
    ["2.3", 404],
    ["25.4", 404],
    ["26.2", 404],
    ["master", 200],
  ])("%s: rotation answers %d", async (version, status) => {
    const ory = simulateOry({ version });
    const { client_id } = await create(ory);
    expect((await admin(ory, "POST", `/admin/clients/${client_id}/secrets/rotate`)).status).toBe(status);
    expect((await admin(ory, "DELETE", `/admin/clients/${client_id}/secrets/rotate`)).status).toBe(status);
  });

  it.each<[OryVersion, number]>([
    ["2.1", 400],
    ["2.3", 201],
    ["master", 201],
  ])("%s: an id of the caller's own answers %d", async (version, status) => {
    expect((await admin(simulateOry({ version }), "POST", "/admin/clients", { client_id: "mine" })).status).toBe(status);
  });

  it.each<[OryVersion, number]>([
    ["2.1", 400],
    ["2.3", 400],
    ["25.4", 200],
    ["master", 200],
  ])("%s: GET and PUT of a client with jwks_uri answers %d", async (version, status) => {
    const ory = simulateOry({ version });
    const { client_id } = await create(ory, { jwks_uri: "https://keys.test/" });
    const { json } = await admin(ory, "GET", `/admin/clients/${client_id}`);
    expect((await admin(ory, "PUT", `/admin/clients/${client_id}`, json)).status).toBe(status);
  });

  it.each<[OryVersion, number]>([
    ["25.4", 201],
    ["26.2", 400],
    ["master", 400],
  ])("%s: a strange tos_uri answers %d", async (version, status) => {
    expect((await admin(simulateOry({ version }), "POST", "/admin/clients", { tos_uri: "app://terms" })).status).toBe(status);
  });

  it.each<[OryVersion, string | null]>([
    ["2.3", "1h0m0s"],
    ["25.4", null],
  ])("%s: a lifespan removed by PATCH is %s", async (version, left) => {
    const ory = simulateOry({ version });
    const name = "client_credentials_grant_access_token_lifespan";
    const { client_id } = await create(ory, { [name]: "1h" });
    expect((await admin(ory, "PATCH", `/admin/clients/${client_id}`, [{ op: "remove", path: `/${name}` }])).json[name]).toBe(
      left,
    );
  });

  it.each<[OryVersion, number]>([
    ["2.3", 404],
    ["25.4", 200],
  ])("%s: the server metadata answers %d", async (version, status) => {
    const ory = simulateOry({ version });
    expect((await read(ory.fetch(`${ory.urls.public}/.well-known/oauth-authorization-server`))).status).toBe(status);
  });

  it("2.3: pages by offset, counts, and names a next page of an empty list for ever", async () => {
    const ory = simulateOry({ version: "2.3" });
    let next = "/admin/clients";
    for (let page = 0; page < 3; page += 1) {
      const answer = await admin(ory, "GET", next);
      expect([answer.text, answer.headers.get("x-total-count")]).toEqual(["[]", "0"]);
      next = linksOf(answer).next ?? "";
      expect(next).toMatch(/page_token=/);
    }
    for (const client_id of ["a", "b", "c"]) await create(ory, { client_id });
    const first = await admin(ory, "GET", "/admin/clients?page_size=2");
    expect(JSON.parse((await admin(ory, "GET", linksOf(first).next ?? "")).text)).toMatchObject([{ client_id: "c" }]);
    expect((await admin(ory, "GET", "/admin/clients?page_token=junk")).status).toBe(400);
  });
});
