import { describe, expect, it } from "vitest";
import { simulateOry } from "../../../src/ory/simulator.js";
import { admin, basic, create, form, grant, introspect, type Json, read, token, worker } from "./calls.js";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

describe("the token endpoint refuses", () => {
  it.each<[string, RequestInit]>([
    ["another method than POST", { method: "GET" }],
    ["an empty content", { method: "POST" }],
    ["JSON", { method: "POST", body: JSON.stringify(grant), headers: { "content-type": "application/json" } }],
    ["a form without grant_type", { method: "POST", body: new URLSearchParams({ scope: "a" }) }],
    [
      "an unknown grant, before it looks at the client",
      { method: "POST", body: new URLSearchParams({ grant_type: "password" }) },
    ],
    ["no credentials", { method: "POST", body: new URLSearchParams(grant) }],
    ["credentials in the query only", { method: "POST", body: new URLSearchParams(grant) }],
    [
      "a Basic value that is no base64",
      { method: "POST", body: new URLSearchParams(grant), headers: { authorization: "Basic %%%" } },
    ],
    ["an unknown assertion type", { method: "POST", body: new URLSearchParams({ ...grant, client_assertion_type: "saml" }) }],
  ])("%s: 400 invalid_request", async (_case, init) => {
    const ory = simulateOry();
    const { client_id, client_secret } = await create(ory, { ...worker, token_endpoint_auth_method: "client_secret_post" });
    const query = new URLSearchParams({ client_id: String(client_id), client_secret: String(client_secret) });
    const answer = await read(ory.fetch(`${ory.urls.public}/oauth2/token?${query}`, init));
    expect(answer).toMatchObject({ status: 400, json: { error: "invalid_request" } });
    expect(Object.fromEntries(answer.headers)).toEqual({
      "content-type": "application/json;charset=UTF-8",
      "cache-control": "no-store",
      pragma: "no-cache",
    });
  });

  it("a Basic header whose parts are not form-encoded: 400, not 401", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { ...worker, client_secret: "100%-secret" });
    const raw = { authorization: `Basic ${btoa(`${client_id}:100%-secret`)}` };
    expect(await form(ory, "/oauth2/token", grant, raw)).toMatchObject({ status: 400, json: { error: "invalid_request" } });
    expect((await form(ory, "/oauth2/token", grant, basic(client_id, "100%-secret"))).status).toBe(200);
  });

  it("takes a plus sign in a Basic header for a space", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { ...worker, client_secret: "two words" });
    const plus = { authorization: `Basic ${btoa(`${client_id}:two+words`)}` };
    expect((await form(ory, "/oauth2/token", grant, plus)).status).toBe(200);
    const literal = await create(ory, { ...worker, client_secret: "one+word" });
    expect(
      (await form(ory, "/oauth2/token", grant, { authorization: `Basic ${btoa(`${literal.client_id}:one+word`)}` })).status,
    ).toBe(401);
  });

  it.each<[string, string, (client: Json) => [Record<string, string>, Record<string, string>]]>([
    ["an unknown client", "client_secret_basic", () => [{}, basic("nobody", "secret")]],
    ["a wrong secret", "client_secret_basic", ({ client_id }) => [{}, basic(client_id, "wrong")]],
    ["no secret", "client_secret_basic", ({ client_id }) => [{ client_id: String(client_id) }, {}]],
    [
      "post for basic",
      "client_secret_basic",
      ({ client_id, client_secret }) => [{ client_id: String(client_id), client_secret: String(client_secret) }, {}],
    ],
    ["basic for post", "client_secret_post", ({ client_id, client_secret }) => [{}, basic(client_id, client_secret)]],
    ...["client_secret_basic", "client_secret_post"].map(
      (method): [string, string, (client: Json) => [Record<string, string>, Record<string, string>]] => [
        `a secret in both places for ${method}`,
        method,
        ({ client_id, client_secret }) => [
          { client_id: String(client_id), client_secret: String(client_secret) },
          basic(client_id, client_secret),
        ],
      ],
    ),
    [
      "a method that was misspelt at registration",
      "client_secret_bsaic",
      ({ client_id, client_secret }) => [{}, basic(client_id, client_secret)],
    ],
    [
      "a secret for private_key_jwt",
      "private_key_jwt",
      ({ client_id, client_secret }) => [{}, basic(client_id, client_secret)],
    ],
    [
      "an assertion for basic",
      "client_secret_basic",
      () => [{ client_assertion_type: assertionType, client_assertion: "a.b.c" }, {}],
    ],
  ])("%s: 401 invalid_client without a challenge", async (_case, method, credentials) => {
    const ory = simulateOry();
    const jwks = { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y" }] };
    const client = await create(ory, { ...worker, token_endpoint_auth_method: method, jwks });
    const [parameters, headers] = credentials(client);
    const answer = await form(ory, "/oauth2/token", { ...grant, ...parameters }, headers);
    expect(answer).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    expect(answer.headers.has("www-authenticate")).toBe(false);
  });

  it.each<[string, Json, Record<string, string>, string]>([
    ["a client without the grant", { ...worker, grant_types: ["authorization_code"] }, {}, "unauthorized_client"],
    ["a client without any grant", { scope: "a" }, {}, "unauthorized_client"],
    [
      "a grant that was never begun",
      { ...worker, grant_types: ["refresh_token"] },
      { grant_type: "refresh_token", refresh_token: "x" },
      "invalid_grant",
    ],
    ["a scope that is not the client's", worker, { scope: "invoices.read payments.read" }, "invalid_scope"],
    ["the stem of a wildcard", worker, { scope: "files" }, "invalid_scope"],
    ["an empty part under a wildcard", worker, { scope: "files." }, "invalid_scope"],
    ["an audience of another host", worker, { audience: "https://api.other.test" }, "invalid_request"],
    ["an audience that only begins alike", worker, { audience: "https://api.acme.test.evil.test" }, "invalid_request"],
    ["an audience of another scheme", worker, { audience: "http://api.acme.test" }, "invalid_request"],
    ["a second audience", worker, { audience: "https://api.acme.test https://b.test" }, "invalid_request"],
    ["a sibling path", { ...worker, audience: ["https://a.test/v1"] }, { audience: "https://a.test/v10" }, "invalid_request"],
  ])("%s: 400", async (_case, client, parameters, error) => {
    const ory = simulateOry();
    expect(await token(ory, await create(ory, client), parameters)).toMatchObject({ status: 400, json: { error } });
  });

  it("a public client: 400 invalid_grant", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { ...worker, token_endpoint_auth_method: "none" });
    const answer = await form(ory, "/oauth2/token", { ...grant, client_id: String(client_id) });
    expect(answer).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
  });

  it("what only a wildcard covers, when the strategy is exact", async () => {
    const ory = simulateOry({ scopeStrategy: "exact" });
    const client = await create(ory, worker);
    expect((await token(ory, client, { scope: "files.a" })).json.error).toBe("invalid_scope");
    expect((await token(ory, client, { scope: "invoices.read" })).status).toBe(200);
  });
});

describe("a token", () => {
  it("is opaque, grants nothing that was not asked for, and counts its seconds downwards", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const answer = await token(ory, client);
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^ory_at_[\w-]+\.[\w-]+$/) as string,
      expires_in: 3599,
      scope: "",
      token_type: "bearer",
    });
    expect((await introspect(ory, answer.json.access_token)).json).toMatchObject({ scope: "", aud: [] });
    expect((await token(ory, client)).json.access_token).not.toBe(answer.json.access_token);
  });

  it("grants everything when the server is set to", async () => {
    const ory = simulateOry({ defaultGrantAllowedScope: true });
    expect((await token(ory, await create(ory, worker))).json.scope).toBe(worker.scope);
  });

  it.each([
    ["invoices.read", "https://api.acme.test"],
    ["files.a.b files.*", "https://api.acme.test/v1/deep https://api.acme.test/"],
  ])("grants the scope %s and the audience %s", async (scope, audience) => {
    const ory = simulateOry();
    const answer = await token(ory, await create(ory, worker), { scope, audience });
    expect(answer.json.scope).toBe(scope);
    expect((await introspect(ory, answer.json.access_token)).json.aud).toEqual(audience.split(" "));
  });

  it("does not split audiences that are repeated", async () => {
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

  it("is given to client_secret_post, to a client_id beside Basic, and to a multipart form", async () => {
    const ory = simulateOry();
    const post = await create(ory, { ...worker, token_endpoint_auth_method: "client_secret_post" });
    const credentials = { client_id: String(post.client_id), client_secret: String(post.client_secret) };
    expect((await form(ory, "/oauth2/token", { ...grant, ...credentials })).status).toBe(200);
    const client = await create(ory, worker);
    expect((await token(ory, client, { client_id: String(client.client_id) })).status).toBe(200);
    const body = new FormData();
    body.set("grant_type", "client_credentials");
    const headers = basic(client.client_id, client.client_secret);
    expect((await ory.fetch(`${ory.urls.public}/oauth2/token`, { method: "POST", body, headers })).status).toBe(200);
  });

  it("lives as long as its client says, else as the server says", async () => {
    const ory = simulateOry({ accessTokenLifespanMs: 60_000 });
    const own = await create(ory, { ...worker, client_credentials_grant_access_token_lifespan: "2m" });
    const [short, long] = [(await token(ory, await create(ory, worker))).json, (await token(ory, own)).json];
    expect([short.expires_in, long.expires_in]).toEqual([59, 119]);
    const active = async () => [
      (await introspect(ory, short.access_token)).json.active,
      (await introspect(ory, long.access_token)).json.active,
    ];
    ory.clock.advance(60_000);
    expect(await active()).toEqual([false, true]);
    ory.clock.advance(60_000);
    expect(await active()).toEqual([false, false]);
  });

  it("is over at the very instant that it expires", async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const advance = (ms: number) => {
      nowMs += ms;
    };
    const clock = { now: () => new Date(nowMs), advance };
    const ory = simulateOry({ clock, accessTokenLifespanMs: 60_000 });
    const { access_token } = (await token(ory, await create(ory, worker))).json;
    clock.advance(59_999);
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    clock.advance(1);
    expect((await introspect(ory, access_token)).json.active).toBe(false);
  });

  it("outlives a change and a rotation of the secret", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const { access_token } = (await token(ory, client)).json;
    await admin(ory, "POST", `/admin/clients/${client.client_id}/secrets/rotate`);
    await admin(ory, "DELETE", `/admin/clients/${client.client_id}/secrets/rotate`);
    await admin(ory, "PUT", `/admin/clients/${client.client_id}`, { ...worker, client_secret: "another-secret" });
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    expect(ory.inspect(String(client.client_id))?.activeTokens).toBe(1);
  });

  it("is a JWT that the published key proves, when the client's strategy is jwt", async () => {
    const ory = simulateOry();
    const client = await create(ory, { ...worker, access_token_strategy: "jwt" });
    const { access_token } = (await token(ory, client, { scope: "invoices.read" })).json;
    const [head = "", payload = "", signature = ""] = String(access_token).split(".");
    const keys = (await read(ory.fetch(`${ory.urls.public}/.well-known/jwks.json`))).json.keys as JsonWebKey[];
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("jwk", keys[0] ?? {}, algorithm, false, ["verify"]);
    const signed = new TextEncoder().encode(`${head}.${payload}`);
    expect(await crypto.subtle.verify(algorithm, key, Buffer.from(signature, "base64url"), signed)).toBe(true);
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Json;
    expect(claims).toMatchObject({
      iss: ory.urls.public,
      sub: client.client_id,
      client_id: client.client_id,
      scp: ["invoices.read"],
    });
    expect(keys[0]).not.toHaveProperty("d");
    expect((await introspect(ory, access_token)).json.active).toBe(true);
  });
});

describe("introspection", () => {
  it("refuses an empty content", async () => {
    const ory = simulateOry();
    expect(await admin(ory, "POST", "/admin/oauth2/introspect")).toMatchObject({
      status: 400,
      json: { error: "invalid_request" },
    });
  });

  it("says of what it does not know only that it is not active", async () => {
    const ory = simulateOry();
    expect(await introspect(ory, "garbage")).toMatchObject({ status: 200, text: '{"active":false}' });
    expect((await form(ory, "/admin/oauth2/introspect", { scope: "a" })).json).toEqual({ active: false });
  });

  it("holds the token against the scopes that it is asked about", async () => {
    const ory = simulateOry();
    const { access_token } = (await token(ory, await create(ory, worker), { scope: "invoices.read invoices.write" })).json;
    const active = async (scope: string) => (await introspect(ory, access_token, { scope })).json.active;
    expect([await active("invoices.read"), await active("invoices.read files.a")]).toEqual([true, false]);
  });

  it("tells what an active token is", async () => {
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
  it("refuses a form without credentials, and wrong ones", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, worker);
    expect(await form(ory, "/oauth2/revoke", { token: "x" })).toMatchObject({
      status: 400,
      json: { error: "invalid_request" },
    });
    const wrong = await form(ory, "/oauth2/revoke", { token: "x" }, basic(client_id, "wrong"));
    expect(wrong).toMatchObject({ status: 401, json: { error: "invalid_client" } });
  });

  it("answers 200 to an unknown token and to another client's, which stays", async () => {
    const ory = simulateOry();
    const [mine, other] = [await create(ory, worker), await create(ory, worker)];
    const { access_token } = (await token(ory, other)).json;
    for (const value of ["unknown", String(access_token)]) {
      const answer = await form(ory, "/oauth2/revoke", { token: value }, basic(mine.client_id, mine.client_secret));
      expect(answer).toMatchObject({ status: 200, text: "" });
    }
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    await form(ory, "/oauth2/revoke", { token: String(access_token) }, basic(other.client_id, other.client_secret));
    expect((await introspect(ory, access_token)).json.active).toBe(false);
  });

  it("of all tokens of a client needs its id", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const { access_token } = (await token(ory, client)).json;
    expect((await admin(ory, "DELETE", "/admin/oauth2/tokens")).status).toBe(400);
    expect((await admin(ory, "DELETE", "/admin/oauth2/tokens?client_id=other")).status).toBe(204);
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    expect((await admin(ory, "DELETE", `/admin/oauth2/tokens?client_id=${client.client_id}`)).status).toBe(204);
    expect((await introspect(ory, access_token)).json.active).toBe(false);
    expect((await token(ory, client)).status).toBe(200);
  });
});

describe("private_key_jwt", () => {
  const algorithms = {
    RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    PS256: { name: "RSA-PSS", hash: "SHA-256", saltLength: 32, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  };
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  async function arrange(alg: keyof typeof algorithms = "ES256", keyMembers: Json = { use: "sig", kid: "k1" }) {
    const ory = simulateOry();
    const pair = (await crypto.subtle.generateKey(algorithms[alg], true, ["sign", "verify"])) as CryptoKeyPair;
    const key = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), ...keyMembers };
    const registered = alg === "RS256" ? {} : { token_endpoint_auth_signing_alg: alg };
    const { client_id } = await create(ory, {
      ...worker,
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [key] },
      ...registered,
    });
    const nowSeconds = Math.floor(Date.now() / 1000);
    const claims = {
      iss: client_id,
      sub: client_id,
      aud: `${ory.urls.public}/oauth2/token`,
      jti: crypto.randomUUID(),
      exp: nowSeconds + 60,
      iat: nowSeconds,
    };
    const send = async (
      changedClaims: Json = {},
      changedHeader: Json = {},
      parameters: Record<string, string> = {},
      signingKey = pair.privateKey,
    ) => {
      const input = `${encode({ alg, kid: "k1", ...changedHeader })}.${encode({ ...claims, ...changedClaims })}`;
      const signature = await crypto.subtle.sign(algorithms[alg], signingKey, new TextEncoder().encode(input));
      const client_assertion = `${input}.${Buffer.from(signature).toString("base64url")}`;
      return form(ory, "/oauth2/token", { ...grant, client_assertion_type: assertionType, client_assertion, ...parameters });
    };
    return { ory, send, claims, nowSeconds };
  }

  it.each<[string, Json, Json, Record<string, string>]>([
    ["another issuer", { iss: "me" }, {}, {}],
    ["another subject", { sub: "me" }, {}, {}],
    ["the issuer alone as audience", { aud: "http://127.0.0.1:4444" }, {}, {}],
    ["no audience", { aud: undefined }, {}, {}],
    ["no identifier", { jti: undefined }, {}, {}],
    ["no expiry", { exp: undefined }, {}, {}],
    ["an expiry in the past", { exp: 1 }, {}, {}],
    ["an issue in the future", { iat: 99_999_999_999 }, {}, {}],
    ["times as text", { iat: "now" }, {}, {}],
    ["another key id", {}, { kid: "k2" }, {}],
    ["another algorithm", {}, { alg: "ES384" }, {}],
    ["no algorithm", {}, { alg: "none" }, {}],
    ["another client_id beside it", {}, {}, { client_id: "me" }],
    ["a broken signature", {}, {}, { client_assertion: "e30.e30.e30" }],
    ["no JWT", {}, {}, { client_assertion: "hello" }],
  ])("refuses an assertion with %s", async (_case, claims, header, parameters) => {
    const { send } = await arrange();
    expect(await send(claims, header, parameters)).toMatchObject({ status: 401, json: { error: "invalid_client" } });
  });

  it("refuses what another key has signed", async () => {
    const { ory, send } = await arrange();
    const forger = await crypto.subtle.generateKey(algorithms.ES256, true, ["sign", "verify"]);
    expect((await send({}, {}, {}, forger.privateKey)).status).toBe(401);
    expect(ory.inspect(String(ory.clients[0]?.client_id))?.activeTokens).toBe(0);
    expect((await send()).status).toBe(200);
  });

  it("refuses a key that is not for signing", async () => {
    const { send } = await arrange("ES256", { kid: "k1" });
    expect((await send()).status).toBe(401);
  });

  it("refuses an identifier that was used, even by an assertion that failed", async () => {
    const { send } = await arrange();
    expect((await send({ aud: "elsewhere" })).status).toBe(401);
    expect(await send()).toMatchObject({ status: 400, json: { error: "jti_known" } });
    expect((await send({ jti: "fresh" })).status).toBe(200);
    expect((await send({ jti: "fresh" })).json.error).toBe("jti_known");
  });

  it.each(Object.keys(algorithms) as (keyof typeof algorithms)[])("gives a token for %s", async (alg) => {
    const { ory, send, claims } = await arrange(alg);
    expect((await send({ aud: ["x", claims.aud] }, { kid: undefined })).status).toBe(200);
    expect(JSON.stringify(ory.requests)).not.toContain("eyJ");
  });
});
