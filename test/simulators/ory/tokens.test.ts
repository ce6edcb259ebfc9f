import { describe, expect, test } from "vitest";
import { createSimulatedTime } from "../../../src/simulators/core/time.js";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { fixedNow } from "../../time.js";
import { admin, basic, create, form, grant, introspect, type Json, read, token, worker } from "./calls.js";

describe("the token endpoint rejects", () => {
  test.each<[string, RequestInit]>([
    ["empty content", { method: "POST" }],
    ["JSON", { method: "POST", body: JSON.stringify(grant), headers: { "content-type": "application/json" } }],
    ["a form without grant_type", { method: "POST", body: new URLSearchParams({ scope: "a" }) }],
    [
      "an unknown grant, before the client authentication",
      { method: "POST", body: new URLSearchParams({ grant_type: "password" }) },
    ],
    ["no credentials", { method: "POST", body: new URLSearchParams(grant) }],
    ["credentials in the query only", { method: "POST", body: new URLSearchParams(grant) }],
    [
      "a Basic value that is not base64",
      { method: "POST", body: new URLSearchParams(grant), headers: { authorization: "Basic %%%" } },
    ],
    ["an unknown assertion type", { method: "POST", body: new URLSearchParams({ ...grant, client_assertion_type: "saml" }) }],
  ])("%s: 400 invalid_request", async (_case, init) => {
    const ory = simulateOry();
    const { client_id, client_secret } = await create(ory, { ...worker, token_endpoint_auth_method: "client_secret_post" });
    const query = new URLSearchParams({ client_id: String(client_id), client_secret: String(client_secret) });
    const response = await read(ory.fetch(`${ory.urls.public}/oauth2/token?${query}`, init));
    expect(response).toMatchObject({ status: 400, json: { error: "invalid_request" } });
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json;charset=UTF-8",
      "cache-control": "no-store",
      pragma: "no-cache",
    });
  });

  test.each<[string, Json, Record<string, string>, string]>([
    ["a client without the grant type", { ...worker, grant_types: ["authorization_code"] }, {}, "unauthorized_client"],
    ["a client without any grant type", { scope: "a" }, {}, "unauthorized_client"],
    [
      "a refresh token that was never issued",
      { ...worker, grant_types: ["refresh_token"] },
      { grant_type: "refresh_token", refresh_token: "x" },
      "invalid_grant",
    ],
    ["a scope that the client does not have", worker, { scope: "invoices.read payments.read" }, "invalid_scope"],
    ["the prefix of a wildcard alone", worker, { scope: "files" }, "invalid_scope"],
    ["an empty segment under a wildcard", worker, { scope: "files." }, "invalid_scope"],
    ["an audience of another host", worker, { audience: "https://api.other.test" }, "invalid_request"],
    ["an audience that only has the same prefix", worker, { audience: "https://api.acme.test.evil.test" }, "invalid_request"],
    ["an audience of another scheme", worker, { audience: "http://api.acme.test" }, "invalid_request"],
    ["a second audience", worker, { audience: "https://api.acme.test https://b.test" }, "invalid_request"],
    ["an audience with the default port", worker, { audience: "https://api.acme.test:443" }, "invalid_request"],
    ["an audience in upper case", worker, { audience: "https://API.acme.test" }, "invalid_request"],
    ["an audience that cannot be parsed", worker, { audience: "::%" }, "invalid_request"],
    ["an implicit grant", worker, { grant_type: "implicit" }, "invalid_request"],
    ["a sibling path", { ...worker, audience: ["https://a.test/v1"] }, { audience: "https://a.test/v10" }, "invalid_request"],
  ])("%s: 400", async (_case, client, parameters, error) => {
    const ory = simulateOry();
    expect(await token(ory, await create(ory, client), parameters)).toMatchObject({ status: 400, json: { error } });
  });

  test("a public client with 400 invalid_grant", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { ...worker, token_endpoint_auth_method: "none" });
    const response = await form(ory, "/oauth2/token", { ...grant, client_id: String(client_id) });
    expect(response).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
  });

  test("a scope that only a wildcard covers, with the strategy exact", async () => {
    const ory = simulateOry({ scopeStrategy: "exact" });
    const client = await create(ory, worker);
    expect((await token(ory, client, { scope: "files.a" })).json.error).toBe("invalid_scope");
    expect((await token(ory, client, { scope: "invoices.read" })).status).toBe(200);
  });
});

describe("a token", () => {
  test("is opaque, has only the requested scopes, and has expires_in rounded down", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const response = await token(ory, client);
    expect(response.json).toEqual({
      access_token: expect.stringMatching(/^ory_at_[\w-]+\.[\w-]+$/) as string,
      expires_in: 3599,
      scope: "",
      token_type: "bearer",
    });
    expect((await introspect(ory, response.json.access_token)).json).toMatchObject({ active: true, aud: [] });
    expect((await introspect(ory, response.json.access_token)).json).not.toHaveProperty("scope");
    expect((await token(ory, client)).json.access_token).not.toBe(response.json.access_token);
  });

  test("has all scopes of the client with the option", async () => {
    const ory = simulateOry({ defaultGrantAllowedScope: true });
    expect((await token(ory, await create(ory, worker))).json.scope).toBe(worker.scope);
  });

  test.each([
    ["invoices.read", "https://api.acme.test"],
    ["files.a.b files.*", "https://api.acme.test/v1/deep https://api.acme.test/"],
  ])("grants the scope %s and the audience %s", async (scope, audience) => {
    const ory = simulateOry();
    const response = await token(ory, await create(ory, worker), { scope, audience });
    expect(response.json.scope).toBe(scope);
    expect((await introspect(ory, response.json.access_token)).json.aud).toEqual(audience.split(" "));
  });

  test("may have any audience of the same scheme, when the audiences have no slashes", async () => {
    const ory = simulateOry();
    const client = await create(ory, { ...worker, audience: ["urn:a", "plain"] });
    for (const audience of ["urn:b", "plain", "plain/below"]) expect((await token(ory, client, { audience })).status).toBe(200);
    for (const audience of ["other", "tag:a"]) expect((await token(ory, client, { audience })).status).toBe(400);
  });

  test.each(["https://api.other.test", "https://api.acme.test#part", "api"])(
    "requests with the resource %s are rejected",
    async (resource) => {
      const ory = simulateOry({ resourceIndicators: true });
      const response = await token(ory, await create(ory, worker), { resource });
      expect([response.status, response.json.error]).toEqual([400, "invalid_target"]);
    },
  );

  test("has the resource in its audience with resource indicators, and ignores it otherwise", async () => {
    const audienceOf = async (resourceIndicators: boolean) => {
      const ory = simulateOry({ resourceIndicators });
      const parameters = { resource: "https://api.acme.test/v1", audience: "https://api.acme.test" };
      const { json } = await token(ory, await create(ory, worker), parameters);
      return (await introspect(ory, json.access_token)).json.aud;
    };
    expect(await audienceOf(true)).toEqual(["https://api.acme.test", "https://api.acme.test/v1"]);
    expect(await audienceOf(false)).toEqual(["https://api.acme.test"]);
  });

  test("has audiences that are split only when the parameter is sent once", async () => {
    const ory = simulateOry();
    const { client_id, client_secret } = await create(ory, { ...worker, audience: ["a", "b", "a b"] });
    const ask = (...audiences: string[]) =>
      form(
        ory,
        "/oauth2/token",
        [["grant_type", "client_credentials"], ...audiences.map((value) => ["audience", value])],
        basic(client_id, client_secret),
      );
    const granted = async (...audiences: string[]) =>
      (await introspect(ory, (await ask(...audiences)).json.access_token)).json.aud;
    expect(await granted("a b")).toEqual(["a", "b"]);
    expect(await granted("a b", "a")).toEqual(["a b", "a"]);
  });

  test("has the lifetime of the client, or of the server by default", async () => {
    const ory = simulateOry({ accessTokenLifespanMs: 60_000 });
    const own = await create(ory, { ...worker, client_credentials_grant_access_token_lifespan: "2m" });
    const [short, long] = [(await token(ory, await create(ory, worker))).json, (await token(ory, own)).json];
    expect([short.expires_in, long.expires_in]).toEqual([59, 119]);
    const active = async () => [
      (await introspect(ory, short.access_token)).json.active,
      (await introspect(ory, long.access_token)).json.active,
    ];
    ory.advanceTime(60_000);
    expect(await active()).toEqual([false, true]);
    ory.advanceTime(60_000);
    expect(await active()).toEqual([false, false]);
  });

  test("expires exactly at the end of its lifetime", async () => {
    const { now, advanceTime } = createSimulatedTime(fixedNow());
    const ory = simulateOry({ now, accessTokenLifespanMs: 60_000 });
    const { access_token } = (await token(ory, await create(ory, worker))).json;
    advanceTime(59_999);
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    advanceTime(1);
    expect((await introspect(ory, access_token)).json.active).toBe(false);
  });

  test("stays valid after a change and a rotation of the secret", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const { access_token } = (await token(ory, client)).json;
    await admin(ory, "POST", `/admin/clients/${client.client_id}/secrets/rotate`);
    await admin(ory, "DELETE", `/admin/clients/${client.client_id}/secrets/rotate`);
    await admin(ory, "PUT", `/admin/clients/${client.client_id}`, { ...worker, client_secret: "another-secret" });
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    expect(ory.inspect(String(client.client_id))?.activeTokens).toBe(1);
  });
});

describe("introspection", () => {
  test("rejects empty content", async () => {
    const ory = simulateOry();
    expect(await admin(ory, "POST", "/admin/oauth2/introspect")).toMatchObject({
      status: 400,
      json: { error: "invalid_request" },
    });
  });

  test("returns only active: false for an unknown token", async () => {
    const ory = simulateOry();
    expect(await introspect(ory, "garbage")).toMatchObject({ status: 200, text: '{"active":false}' });
    expect((await form(ory, "/admin/oauth2/introspect", { scope: "a" })).json).toEqual({ active: false });
  });

  test("returns active: false when a requested scope is missing", async () => {
    const ory = simulateOry();
    const { access_token } = (await token(ory, await create(ory, worker), { scope: "invoices.read invoices.write" })).json;
    const active = async (scope: string) => (await introspect(ory, access_token, { scope })).json.active;
    expect([await active("invoices.read"), await active("invoices.read files.a")]).toEqual([true, false]);
  });

  test("describes an active token", async () => {
    const ory = simulateOry();
    const { client_id, client_secret } = await create(ory, worker);
    const { access_token } = (
      await token(ory, { client_id, client_secret }, { scope: "invoices.read", audience: "https://api.acme.test" })
    ).json;
    const { json } = await introspect(ory, access_token);
    expect(json).toEqual({
      active: true,
      scope: "invoices.read",
      client_id,
      sub: client_id,
      exp: Number(json.iat) + 3600,
      iat: expect.any(Number),
      nbf: json.iat,
      aud: ["https://api.acme.test"],
      iss: "http://127.0.0.1:4444",
      token_type: "Bearer",
      token_use: "access_token",
    });
  });
});

describe("revocation", () => {
  test("rejects a form without credentials, and with wrong credentials", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, worker);
    expect(await form(ory, "/oauth2/revoke", { token: "x" })).toMatchObject({
      status: 400,
      json: { error: "invalid_request" },
    });
    const wrong = await form(ory, "/oauth2/revoke", { token: "x" }, basic(client_id, "wrong"));
    expect(wrong).toMatchObject({ status: 401, json: { error: "invalid_client" } });
  });

  test("returns 200 for an unknown token and for the token of another client, which stays valid", async () => {
    const ory = simulateOry();
    const [mine, other] = [await create(ory, worker), await create(ory, worker)];
    const { access_token } = (await token(ory, other)).json;
    for (const value of ["unknown", String(access_token)]) {
      const response = await form(ory, "/oauth2/revoke", { token: value }, basic(mine.client_id, mine.client_secret));
      expect(response).toMatchObject({ status: 200, text: "" });
    }
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    await form(ory, "/oauth2/revoke", { token: String(access_token) }, basic(other.client_id, other.client_secret));
    expect((await introspect(ory, access_token)).json.active).toBe(false);
  });

  test("of all tokens of a client requires its id", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const { access_token } = (await token(ory, client)).json;
    expect(await admin(ory, "DELETE", "/admin/oauth2/tokens")).toMatchObject({
      status: 400,
      json: { error: "invalid_request" },
    });
    expect((await admin(ory, "DELETE", "/admin/oauth2/tokens?client_id=other")).status).toBe(204);
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    expect((await admin(ory, "DELETE", `/admin/oauth2/tokens?client_id=${client.client_id}`)).status).toBe(204);
    expect((await introspect(ory, access_token)).json.active).toBe(false);
    expect((await token(ory, client)).status).toBe(200);
  });
});

test("the option accessTokenStrategy applies to clients without a strategy", async () => {
  const ory = simulateOry({ accessTokenStrategy: "jwt" });
  expect((await token(ory, await create(ory, worker))).json.access_token).toMatch(/^eyJ/);
  expect((await token(ory, await create(ory, { ...worker, access_token_strategy: "opaque" }))).json.access_token).toMatch(
    /^ory_at_/,
  );
});
