import { describe, expect, test } from "vitest";
import { type OryVersion, simulateOry } from "../../../src/simulators/ory/simulator.js";
import { admin, basic, create, form, type Json, linksOf, read } from "./calls.js";

describe("versions of Hydra", () => {
  test.each<[OryVersion, number]>([
    ["2.1", 404],
    ["2.3", 404],
    ["25.4", 404],
    ["26.2", 404],
    ["master", 200],
  ])("%s: the rotation of a secret returns %d", async (version, status) => {
    const ory = simulateOry({ version });
    const { client_id } = await create(ory);
    expect((await admin(ory, "POST", `/admin/clients/${client_id}/secrets/rotate`)).status).toBe(status);
    expect((await admin(ory, "DELETE", `/admin/clients/${client_id}/secrets/rotate`)).status).toBe(status);
  });

  test.each<[OryVersion, number]>([
    ["2.1", 400],
    ["2.3", 201],
    ["master", 201],
  ])("%s: a client_id of the caller returns %d", async (version, status) => {
    expect((await admin(simulateOry({ version }), "POST", "/admin/clients", { client_id: "mine" })).status).toBe(status);
  });

  test.each<[OryVersion, number]>([
    ["2.1", 400],
    ["2.3", 400],
    ["25.4", 200],
    ["master", 200],
  ])("%s: GET and PUT of a client with jwks_uri return %d", async (version, status) => {
    const ory = simulateOry({ version });
    const { client_id } = await create(ory, { jwks_uri: "https://keys.test/" });
    const { json } = await admin(ory, "GET", `/admin/clients/${client_id}`);
    expect((await admin(ory, "PUT", `/admin/clients/${client_id}`, json)).status).toBe(status);
  });

  test.each<[OryVersion, number]>([
    ["2.3", 201],
    ["25.4", 400],
    ["26.2", 400],
    ["master", 400],
  ])("%s: a tos_uri with a scheme other than http(s) returns %d", async (version, status) => {
    expect((await admin(simulateOry({ version }), "POST", "/admin/clients", { tos_uri: "app://terms" })).status).toBe(status);
  });

  test.each<[OryVersion, number]>([
    ["25.4", 201],
    ["26.2", 400],
    ["master", 400],
  ])("%s: a policy_uri with a scheme other than http(s) returns %d", async (version, status) => {
    const { status: actual } = await admin(simulateOry({ version }), "POST", "/admin/clients", { policy_uri: "app://terms" });
    expect(actual).toBe(status);
  });

  test.each<[OryVersion, number]>([
    ["2.1", 405],
    ["2.3", 405],
    ["25.4", 404],
    ["26.2", 404],
    ["master", 404],
  ])("%s: a method other than POST returns %d from the token endpoint", async (version, status) => {
    const { fetch, urls } = simulateOry({ version });
    expect((await fetch(`${urls.public}/oauth2/token`)).status).toBe(status);
  });

  test.each<[OryVersion, string, string]>([
    ["2.1", "/admin/clients/<id>", "/oauth2/register/<id>"],
    ["2.3", "/admin/clients/<id>", "/oauth2/register/"],
    ["25.4", "/admin/clients/<id>", "/oauth2/register"],
    ["26.2", "/admin/clients/<id>", "/oauth2/register"],
    ["master", "/admin/clients/<id>", "/oauth2/register"],
  ])("%s: the location and the registration URI of a generated id are %s and %s", async (version, location, uri) => {
    const ory = simulateOry({ version });
    const { headers, json } = await admin(ory, "POST", "/admin/clients", {});
    const withId = (path: string) => path.replace("<id>", String(json.client_id));
    expect(headers.get("location")).toBe(withId(location));
    expect(json.registration_client_uri).toBe(ory.urls.public + withId(uri));
  });

  test.each<[OryVersion, string, string]>([
    ["2.3", "/admin/clients/a/b c", "/oauth2/register/a/b%20c"],
    ["25.4", "/admin/clients/a%252Fb%2520c", "/oauth2/register/a%252Fb%2520c"],
    ["master", "/admin/clients/a%252Fb%2520c", "/oauth2/register/a%252Fb%2520c"],
  ])("%s: the location and the registration URI of the id a/b c are %s and %s", async (version, location, uri) => {
    const ory = simulateOry({ version });
    const { headers, json } = await admin(ory, "POST", "/admin/clients", { client_id: "a/b c" });
    expect([headers.get("location"), json.registration_client_uri]).toEqual([location, ory.urls.public + uri]);
  });

  test.each<[OryVersion, string | null]>([
    ["2.3", "1h0m0s"],
    ["25.4", null],
  ])("%s: a lifespan is %s after its removal by PATCH", async (version, left) => {
    const ory = simulateOry({ version });
    const name = "client_credentials_grant_access_token_lifespan";
    const { client_id } = await create(ory, { [name]: "1h" });
    expect((await admin(ory, "PATCH", `/admin/clients/${client_id}`, [{ op: "remove", path: `/${name}` }])).json[name]).toBe(
      left,
    );
  });

  test.each<[OryVersion, number]>([
    ["2.3", 404],
    ["25.4", 200],
  ])("%s: the authorization server metadata returns %d", async (version, status) => {
    const ory = simulateOry({ version });
    expect((await read(ory.fetch(`${ory.urls.public}/.well-known/oauth-authorization-server`))).status).toBe(status);
  });

  test.each<[OryVersion, number]>([
    ["2.3", 400],
    ["25.4", 200],
  ])("%s: lifespans of a client with jwks_uri return %d", async (version, status) => {
    const ory = simulateOry({ version });
    const { client_id } = await create(ory, { jwks_uri: "https://keys.test/" });
    expect((await admin(ory, "PUT", `/admin/clients/${client_id}/lifespans`, {})).status).toBe(status);
  });

  test("2.3: a patch removes nothing, and null clears only lists, keys and metadata", async () => {
    const ory = simulateOry({ version: "2.3" });
    const full = {
      owner: "acme",
      contacts: ["a"],
      redirect_uris: ["https://app.test/cb"],
      skip_logout_consent: true,
      metadata: { team: "a" },
      jwks: { keys: [{ kty: "RSA", n: "AQAB", e: "AQAB" }] },
      client_credentials_grant_access_token_lifespan: "1h0m0s",
    };
    const { client_id } = await create(ory, full);
    const patch = (steps: Json[]) => admin(ory, "PATCH", `/admin/clients/${client_id}`, steps);
    expect(await patch(Object.keys(full).map((name) => ({ op: "remove", path: `/${name}` })))).toMatchObject({
      status: 200,
      json: full,
    });
    const emptied = await patch(Object.keys(full).map((name) => ({ op: "replace", path: `/${name}`, value: null })));
    expect(emptied.json).toMatchObject({ ...full, contacts: null, redirect_uris: null, metadata: null, jwks: {} });
    expect(ory.clients).toMatchObject([{ contacts: [], redirect_uris: [] }]);
  });

  test.each<[OryVersion, boolean]>([
    ["2.3", false],
    ["25.4", true],
  ])("%s: the device grant is supported: %s", async (version, knows) => {
    const ory = simulateOry({ version });
    const name = "device_authorization_grant_id_token_lifespan";
    const client = await create(ory, { [name]: "1h" });
    expect([name in client, name in (ory.clients[0] ?? {})]).toEqual([knows, knows]);
    const lifespans = await admin(ory, "PUT", `/admin/clients/${client.client_id}/lifespans`, { [name]: "2h" });
    expect(name in lifespans.json).toBe(knows);
    const { json } = await read(ory.fetch(`${ory.urls.public}/.well-known/openid-configuration`));
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    expect([(json.grant_types_supported as string[]).includes(grant_type), "device_authorization_endpoint" in json]).toEqual([
      knows,
      knows,
    ]);
    expect((await form(ory, "/oauth2/token", { grant_type })).json.error).toBe("invalid_request");
    const response = await form(ory, "/oauth2/token", { grant_type }, basic(client.client_id, client.client_secret));
    expect(response.json.error).toBe(knows ? "unauthorized_client" : "invalid_request");
  });

  test("2.3: the registration URI does not contain a generated id", async () => {
    const ory = simulateOry({ version: "2.3" });
    const address = `${ory.urls.public}/oauth2/register/`;
    expect((await create(ory)).registration_client_uri).toBe(address);
    expect((await create(ory, { client_id: "mine" })).registration_client_uri).toBe(`${address}mine`);
  });

  test("2.3: pages have offsets, the total ignores the filters, and an empty server always links a next page", async () => {
    const ory = simulateOry({ version: "2.3" });
    const list = (query: string) => admin(ory, "GET", `/admin/clients${query}`);
    let next = "";
    for (let page = 0; page < 3; page += 1) {
      const response = await list(next);
      expect([response.text, response.headers.get("x-total-count")]).toEqual(["[]", "0"]);
      expect(Object.keys(linksOf(response))).toEqual(["first", "next", "prev"]);
      next = new URL(linksOf(response).next ?? "", ory.urls.admin).search;
    }
    for (const client_id of ["a", "b", "c", "d", "e"]) await create(ory, { client_id, owner: client_id === "e" ? "acme" : "" });
    const walk: unknown[] = [];
    for (let path: string | undefined = "/admin/clients?page_size=2"; path; ) {
      const response = await admin(ory, "GET", path);
      const links = linksOf(response);
      walk.push([(JSON.parse(response.text) as Json[]).map(({ client_id }) => client_id).join(), ...Object.keys(links)]);
      path = links.next;
    }
    expect(walk).toEqual([
      ["a,b", "next", "last"],
      ["c,d", "first", "next", "prev", "last"],
      ["e", "first", "prev"],
    ]);
    const filtered = await list("?page_size=2&owner=acme");
    expect(filtered.headers.get("x-total-count")).toBe("5");
    expect(linksOf(filtered).next).toBe("/admin/clients?owner=acme&page_size=2&page_token=eyJvZmZzZXQiOiIyIiwidiI6Mn0");
    const sizes = [
      "",
      "?page_size=many",
      "?page_size=0",
      "?page_size=-3",
      "?page_size=5000",
      "?page_token=junk",
      "?page_token=x%3D",
    ];
    const counts = await Promise.all(sizes.map(async (query) => (JSON.parse((await list(query)).text) as Json[]).length));
    expect(counts).toEqual([5, 5, 1, 1, 5, 5, 5]);
    expect(linksOf(await list(""))).toEqual({ first: "/admin/clients?page_size=5&page_token=eyJvZmZzZXQiOiIwIiwidiI6Mn0" });
  });
});
