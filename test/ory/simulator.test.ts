import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../src/ory/simulation/durations.js";
import { type OrySimulatorOptions, type OryVersion, simulateOry } from "../../src/ory/simulator.js";
import {
  type Answer,
  admin,
  apiKey,
  create,
  introspect,
  type Json,
  project,
  read,
  token,
  uuid,
  worker,
} from "./simulation/calls.js";

const sentenceOfNotFound = { error: "Unable to locate the resource", error_description: "" };
const malformed = {
  error: "The request was malformed or contained invalid parameters",
  error_description: expect.any(String) as string,
};

describe("options", () => {
  it.each([
    ["adminUrl", { adminUrl: "not a url" }],
    ["publicUrl", { publicUrl: "ftp://hydra.test" }],
    ["publicUrl", { publicUrl: "https://hydra.test?x=1" }],
    ["network.project", { network: { project: "a.b/c", apiKey } }],
    ["API key", { network: { project, apiKey: "" } }],
    ["API key", { adminApiKey: "" }],
  ] satisfies [string, OrySimulatorOptions][])("names %s when it cannot work", (name, options) => {
    expect(() => simulateOry(options)).toThrow(new RegExp(`^simulateOry: .*${name}`));
  });

  it("knows which operations exist", () => {
    expect(() => simulateOry().failNext("rotateSecret" as "isAlive", { status: 500 })).toThrow(
      /no operation "rotateSecret"\. It has: createOAuth2Client/,
    );
  });
});

describe("what is refused in a client", () => {
  const key = { kty: "RSA", use: "sig", kid: "1", alg: "RS256", n: "AQAB", e: "AQAB" };
  it.each<[string, Json]>([
    ["private_key_jwt without keys", { token_endpoint_auth_method: "private_key_jwt" }],
    ["private_key_jwt with empty jwks", { token_endpoint_auth_method: "private_key_jwt", jwks: {} }],
    [
      "an unknown assertion algorithm",
      { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [key] }, token_endpoint_auth_signing_alg: "EdDSA" },
    ],
    ["two sources of keys", { jwks: { keys: [key] }, jwks_uri: "https://keys.test/" }],
    ["an empty list of keys beside an address", { jwks: { keys: [] }, jwks_uri: "https://keys.test/" }],
    ["a key without its members", { jwks: { keys: [{ kty: "RSA" }] } }],
    ["a tos_uri that is no web address", { tos_uri: "javascript:alert(1)" }],
    ["a policy_uri that is no URL", { policy_uri: "terms" }],
    ["a logo_uri that is no web address", { logo_uri: "data:," }],
    ["a client_uri that is no web address", { client_uri: "ftp://x.test" }],
    ["a secret of five characters", { client_secret: "12345" }],
    ["a CORS origin with a path", { allowed_cors_origins: ["https://app.test/a"] }],
    ["a CORS origin with a user", { allowed_cors_origins: ["https://u@app.test"] }],
    ["a CORS origin of another scheme", { allowed_cors_origins: ["app://app.test"] }],
    ["a sector identifier over http", { sector_identifier_uri: "http://x.test" }],
    ["a sector identifier that cannot be read", { sector_identifier_uri: "https://x.test" }],
    ["an unknown userinfo algorithm", { userinfo_signed_response_alg: "ES256" }],
    ["a subject type that is not set up", { subject_type: "pairwise" }],
    [
      "a logout redirect to another port",
      { redirect_uris: ["https://app.test/cb"], post_logout_redirect_uris: ["https://app.test:8443/"] },
    ],
    ["a logout redirect without redirects", { post_logout_redirect_uris: ["https://app.test/"] }],
    ["an unknown token strategy", { access_token_strategy: "paseto" }],
  ])("%s: 400 invalid_client_metadata on POST, PUT and PATCH", async (_case, client) => {
    const ory = simulateOry();
    const { client_id } = await create(ory);
    const patch = Object.entries(client).map(([name, value]) => ({ op: "replace", path: `/${name}`, value }));
    for (const answer of [
      await admin(ory, "POST", "/admin/clients", client),
      await admin(ory, "PUT", `/admin/clients/${client_id}`, client),
      await admin(ory, "PATCH", `/admin/clients/${client_id}`, patch),
    ]) {
      expect(answer).toMatchObject({ status: 400, json: { error: "invalid_client_metadata" } });
      expect(Object.keys(answer.json)).toEqual(["error", "error_description"]);
      expect(answer.text).not.toContain("12345");
    }
    expect(ory.clients).toHaveLength(1);
  });

  it.each(["https://app.test/cb#part", "cb", "", "https://", "http://a b"])(
    "the redirect URI %j: 400 invalid_redirect_uri",
    async (uri) => {
      const answer = await admin(simulateOry(), "POST", "/admin/clients", { redirect_uris: [uri] });
      expect(answer).toMatchObject({ status: 400, json: { error: "invalid_redirect_uri" } });
    },
  );

  it.each<[string, unknown]>([
    ["no JSON", "{"],
    ["nothing", ""],
    ["an array", []],
    ["a number for text", { client_name: 1 }],
    ["text for a list", { grant_types: "client_credentials" }],
    ["a number in a list", { audience: [1] }],
    ["text for a flag", { skip_consent: "yes" }],
    ["a number for a lifespan", { client_credentials_grant_access_token_lifespan: 3600 }],
    ["days", { client_credentials_grant_access_token_lifespan: "1d" }],
    ["a list for keys", { jwks: [] }],
    ["a date that is none", { created_at: "yesterday" }],
  ])("a body with %s: 400 in Hydra's own words", async (_case, body) => {
    expect(await admin(simulateOry(), "POST", "/admin/clients", body)).toMatchObject({ status: 400, json: malformed });
  });

  it("is not more than Hydra refuses: methods, grants, response types and audiences are not checked", async () => {
    const client = {
      token_endpoint_auth_method: "client_secret_bsaic",
      grant_types: ["client_credential"],
      response_types: ["x"],
      audience: ["not a url"],
      redirect_uris: ["myapp://cb", "http://app.test/", "/relative"],
      unknown_member: 1,
    };
    const answer = await admin(simulateOry(), "POST", "/admin/clients", client);
    expect(answer.status).toBe(201);
    const { unknown_member, ...known } = client;
    expect(answer.json).toMatchObject(known);
    expect(answer.json).not.toHaveProperty("unknown_member", unknown_member);
  });
});

describe("creating", () => {
  it("refuses an id that is taken", async () => {
    const ory = simulateOry();
    await create(ory, { client_id: "billing", client_name: "first" });
    const answer = await admin(ory, "POST", "/admin/clients", { client_id: "billing", client_name: "second" });
    expect(answer).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining("exists already") as string, error_description: "" },
    });
    expect(ory.clients).toMatchObject([{ client_name: "first" }]);
  });

  it("answers with everything that the server filled in, null where nothing was sent", async () => {
    const ory = simulateOry();
    const answer = await admin(ory, "POST", "/admin/clients", {});
    expect(answer.status).toBe(201);
    const { client_id, created_at, updated_at } = answer.json;
    expect(answer.headers.get("location")).toBe(`/admin/clients/${client_id}`);
    expect(answer.json).toEqual({
      client_id: expect.stringMatching(uuid),
      client_name: "",
      client_secret: expect.stringMatching(/^[A-Za-z0-9_.~-]{26}$/),
      client_secret_expires_at: 0,
      redirect_uris: null,
      grant_types: null,
      response_types: null,
      contacts: null,
      scope: "offline_access offline openid",
      audience: [],
      allowed_cors_origins: [],
      owner: "",
      policy_uri: "",
      tos_uri: "",
      client_uri: "",
      logo_uri: "",
      subject_type: "public",
      jwks: {},
      metadata: {},
      token_endpoint_auth_method: "client_secret_basic",
      userinfo_signed_response_alg: "none",
      skip_consent: false,
      skip_logout_consent: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      registration_access_token: expect.stringMatching(/^ory_at_/),
      registration_client_uri: `http://127.0.0.1:4444/oauth2/register/${client_id}`,
      ...unsetLifespans,
    });
    expect(created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(updated_at).toMatch(/^[^.]+(?:\.\d{1,6})?\+02:00$/);
    expect(Math.abs(Date.parse(String(updated_at)) - Date.parse(String(created_at)))).toBeLessThan(2000);
  });

  it("keeps what the caller chose, and overrules what is not the caller's", async () => {
    const ory = simulateOry();
    const sent = {
      client_id: "my/client",
      client_secret: "chosen-secret",
      client_secret_expires_at: 99,
      created_at: "2001-01-01T00:00:00Z",
      registration_access_token: "mine",
    };
    const answer = await create(ory, sent);
    expect(answer).toMatchObject({ client_id: "my/client", client_secret: "chosen-secret", client_secret_expires_at: 0 });
    expect(answer.created_at).not.toBe(sent.created_at);
    expect(answer.registration_access_token).not.toBe("mine");
    expect((await admin(ory, "GET", "/admin/clients/my%2Fclient")).json.client_id).toBe("my/client");
  });

  it.each([
    ["none", false],
    ["client_secret_post", true],
    ["private_key_jwt", true],
  ])("shows a secret to %s: %s", async (method, shown) => {
    const client = await create(simulateOry(), {
      token_endpoint_auth_method: method,
      jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y" }] },
    });
    expect("client_secret" in client).toBe(shown);
  });

  it("rewrites durations, trims CORS origins and lowers the strategy", async () => {
    const client = await create(simulateOry(), {
      client_credentials_grant_access_token_lifespan: "720h",
      refresh_token_grant_id_token_lifespan: "90s",
      allowed_cors_origins: ["https://app.test/"],
      access_token_strategy: "JWT",
    });
    expect(client).toMatchObject({
      client_credentials_grant_access_token_lifespan: "720h0m0s",
      refresh_token_grant_id_token_lifespan: "1m30s",
      allowed_cors_origins: ["https://app.test"],
      access_token_strategy: "jwt",
    });
  });

  it.each([
    ["720h", "720h0m0s"],
    ["30m", "30m0s"],
    ["1.5h", "1h30m0s"],
    ["1h15m30.918s", "1h15m30.918s"],
    ["100ms", "100ms"],
    ["1500us", "1.5ms"],
    ["7ns", "7ns"],
    ["0s", "0s"],
    ["", undefined],
    ["5", undefined],
    ["-1h", undefined],
    ["1h ", undefined],
    ["9999999999h", undefined],
  ])("reads the duration %j as %s", (text, written) => {
    const duration = parseDuration(text);
    expect(duration === undefined ? undefined : formatDuration(duration)).toBe(written);
  });
});

const unsetLifespans = Object.fromEntries(
  [
    ...["authorization_code", "device_authorization", "refresh_token"].flatMap((name) =>
      ["access", "id", "refresh"].map((kind) => [name, kind]),
    ),
    ["client_credentials", "access"],
    ["implicit", "access"],
    ["implicit", "id"],
    ["jwt_bearer", "access"],
  ].map(([name, kind]) => [`${name}_grant_${kind}_token_lifespan`, null]),
);

describe("reading", () => {
  it.each([
    ["GET", ""],
    ["DELETE", ""],
    ["PATCH", ""],
    ["PUT", ""],
    ["PUT", "/lifespans"],
    ["POST", "/secrets/rotate"],
    ["DELETE", "/secrets/rotate"],
  ])("%s of a client that does not exist%s: 404 in a sentence", async (method, path) => {
    const body = method === "PATCH" ? "not even JSON" : method === "PUT" ? {} : undefined;
    expect(await admin(simulateOry(), method, `/admin/clients/nobody${path}`, body)).toMatchObject({
      status: 404,
      json: sentenceOfNotFound,
    });
  });

  it("shows [] where creating showed null, and neither secret nor registration token, ever", async () => {
    const ory = simulateOry();
    const { client_id, client_secret, registration_access_token } = await create(ory, {
      token_endpoint_auth_method: "client_secret_post",
    });
    const answer = await admin(ory, "GET", `/admin/clients/${client_id}`);
    expect(answer.json).toMatchObject({ redirect_uris: [], grant_types: [], response_types: [], contacts: [] });
    const everything = [
      answer.text,
      (await admin(ory, "GET", "/admin/clients")).text,
      JSON.stringify(ory.clients),
      JSON.stringify(ory.requests),
    ].join();
    for (const secret of [client_secret, registration_access_token]) expect(everything).not.toContain(secret);
    for (const name of [
      "client_secret",
      "registration_access_token",
      "registration_client_uri",
      "jwks_uri",
      "request_uris",
      "access_token_strategy",
    ]) {
      expect(answer.json).not.toHaveProperty(name);
    }
  });

  it("works without /admin on the admin port, and an unknown route is refused in another shape", async () => {
    const ory = simulateOry();
    expect((await admin(ory, "GET", "/clients")).status).toBe(200);
    expect(await admin(ory, "GET", "/admin/nowhere")).toMatchObject({
      status: 404,
      json: { error: { code: 404, status: "Not Found" } },
    });
    expect(await admin(ory, "POST", "/admin/clients/x", {})).toMatchObject({ status: 405, json: { error: { code: 405 } } });
    expect((await read(ory.fetch(`${ory.urls.public}/admin/clients`))).status).toBe(404);
  });
});

describe("replacing (PUT)", () => {
  it("resets what is not sent, keeps the secret without showing it, and ignores the id in the body", async () => {
    const ory = simulateOry();
    const client = await create(ory, {
      ...worker,
      owner: "acme",
      metadata: { team: "a" },
      client_credentials_grant_access_token_lifespan: "1h",
    });
    const answer = await admin(ory, "PUT", `/admin/clients/${client.client_id}`, {
      client_id: "other",
      grant_types: ["client_credentials"],
    });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        client_id: client.client_id,
        owner: "",
        metadata: {},
        scope: "offline_access offline openid",
        redirect_uris: null,
        ...unsetLifespans,
      },
    });
    expect(answer.json).not.toHaveProperty("client_secret");
    expect((await token(ory, client)).status).toBe(200);
  });

  it("replaces the secret when one is sent, shows it once, and ends rotated ones", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    await admin(ory, "POST", `/admin/clients/${client.client_id}/secrets/rotate`);
    const answer = await admin(ory, "PUT", `/admin/clients/${client.client_id}`, {
      ...worker,
      client_secret: "another-secret",
    });
    expect(answer.json.client_secret).toBe("another-secret");
    expect(ory.inspect(String(client.client_id))?.rotatedSecrets).toBe(0);
    expect((await token(ory, client)).status).toBe(401);
    expect((await token(ory, answer.json)).status).toBe(200);
  });

  it("repeats the created_at that it was told, while the store keeps the true one", async () => {
    const ory = simulateOry();
    const { client_id, created_at } = await create(ory);
    const answer = await admin(ory, "PUT", `/admin/clients/${client_id}`, { created_at: "2001-02-03T04:05:06Z" });
    expect(answer.json.created_at).toBe("2001-02-03T04:05:06Z");
    expect((await admin(ory, "GET", `/admin/clients/${client_id}`)).json.created_at).toBe(created_at);
  });

  it("ends the registration token, as PATCH does and the lifespans and rotation do not", async () => {
    const ory = simulateOry();
    const valid = (client: Json) => ory.inspect(String(client.client_id))?.registrationTokenValid;
    const [one, two] = [await create(ory), await create(ory)];
    await admin(ory, "PUT", `/admin/clients/${one.client_id}/lifespans`, {});
    await admin(ory, "POST", `/admin/clients/${one.client_id}/secrets/rotate`);
    await admin(ory, "DELETE", `/admin/clients/${one.client_id}/secrets/rotate`);
    expect([valid(one), valid(two)]).toEqual([true, true]);
    await admin(ory, "PUT", `/admin/clients/${one.client_id}`, {});
    await admin(ory, "PATCH", `/admin/clients/${two.client_id}`, []);
    expect([valid(one), valid(two)]).toEqual([false, false]);
  });

  it("takes back what GET gave", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, {
      ...worker,
      jwks_uri: "https://keys.test/",
      metadata: { a: [1] },
      refresh_token_grant_id_token_lifespan: "5m",
    });
    const before = (await admin(ory, "GET", `/admin/clients/${client_id}`)).json;
    expect((await admin(ory, "PUT", `/admin/clients/${client_id}`, before)).status).toBe(200);
    expect((await admin(ory, "GET", `/admin/clients/${client_id}`)).json).toEqual({
      ...before,
      updated_at: expect.any(String) as string,
    });
  });
});

describe("patching", () => {
  it.each<[string, unknown]>([
    ["no JSON", "["],
    ["nothing", ""],
    ["an object", {}],
    ["a copy", [{ op: "copy", from: "/owner", path: "/client_name" }]],
    ["a test", [{ op: "test", path: "/owner", value: "" }]],
    ["a path without its slash", [{ op: "replace", path: "owner", value: "x" }]],
    ["a denied path", [{ op: "replace", path: "/id", value: "x" }]],
    ["the removal of what is not there", [{ op: "remove", path: "/jwks_uri" }]],
    ["an index that is not there", [{ op: "replace", path: "/redirect_uris/0", value: "https://a.test" }]],
    ["the end of a list to replace", [{ op: "replace", path: "/redirect_uris/-", value: "https://a.test" }]],
    ["the wrong type", [{ op: "replace", path: "/grant_types", value: "x" }]],
    ["no value", [{ op: "add", path: "/owner" }]],
    ["a prototype", [{ op: "add", path: "/__proto__/x", value: 1 }]],
  ])("answers %s with 500 and nothing to go by", async (_case, patch) => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { owner: "acme" });
    expect(await admin(ory, "PATCH", `/admin/clients/${client_id}`, patch)).toMatchObject({
      status: 500,
      json: { error: "error", error_description: "The error is unrecognizable" },
    });
    expect(ory.clients).toMatchObject([{ owner: "acme" }]);
  });

  it("changes what it names, adds what is missing and keeps the secret", async () => {
    const ory = simulateOry();
    const client = await create(ory, { ...worker, contacts: ["a", "b"], client_credentials_grant_access_token_lifespan: "1h" });
    const answer = await admin(ory, "PATCH", `/admin/clients/${client.client_id}`, [
      { op: "replace", path: "/jwks_uri", value: "https://keys.test/" },
      { op: "add", path: "/metadata/deep/er", value: 1 },
      { op: "add", path: "/contacts/-", value: "c" },
      { op: "remove", path: "/contacts/0" },
      { op: "replace", path: "/contacts/0", value: "B" },
      { op: "remove", path: "/client_credentials_grant_access_token_lifespan" },
    ]);
    expect(answer).toMatchObject({
      status: 200,
      json: {
        jwks_uri: "https://keys.test/",
        metadata: { deep: { er: 1 } },
        contacts: ["B", "c"],
        client_credentials_grant_access_token_lifespan: null,
        redirect_uris: [],
      },
    });
    expect(answer.json).not.toHaveProperty("client_secret");
    expect((await token(ory, client)).status).toBe(200);
  });

  it("shows a new secret once, after which the old ones are dead", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    await admin(ory, "POST", `/admin/clients/${client.client_id}/secrets/rotate`);
    const patch = [{ op: "replace", path: "/client_secret", value: "patched-secret" }];
    const answer = await admin(ory, "PATCH", `/admin/clients/${client.client_id}`, patch);
    expect(answer.json.client_secret).toBe("patched-secret");
    expect((await token(ory, client)).status).toBe(401);
    expect((await token(ory, answer.json)).status).toBe(200);
    expect(JSON.stringify(ory.requests)).not.toContain("patched-secret");
  });

  it("of /client_id misses, or overwrites another client", async () => {
    const ory = simulateOry();
    await create(ory, { client_id: "one", client_name: "first" });
    await create(ory, { client_id: "two", client_name: "second" });
    const to = (value: string) => admin(ory, "PATCH", "/admin/clients/one", [{ op: "replace", path: "/client_id", value }]);
    expect((await to("three")).status).toBe(404);
    expect((await to("two")).json).toMatchObject({ client_id: "two", client_name: "first" });
    expect(ory.clients).toMatchObject([{ client_id: "one" }, { client_id: "two", client_name: "first" }]);
  });
});

describe("lifespans", () => {
  it("refuses what is no duration", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory);
    const body = { implicit_grant_id_token_lifespan: "soon" };
    expect(await admin(ory, "PUT", `/admin/clients/${client_id}/lifespans`, body)).toMatchObject({
      status: 400,
      json: malformed,
    });
  });

  it("replaces all thirteen and nothing else", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { owner: "acme", client_credentials_grant_access_token_lifespan: "1h" });
    const answer = await admin(ory, "PUT", `/admin/clients/${client_id}/lifespans`, {
      owner: "x",
      implicit_grant_id_token_lifespan: "5m",
    });
    expect(answer.json).toMatchObject({
      owner: "acme",
      contacts: [],
      ...unsetLifespans,
      implicit_grant_id_token_lifespan: "5m0s",
    });
    expect(answer.json).not.toHaveProperty("client_secret");
  });
});

describe("rotating", () => {
  it.each(["none", "private_key_jwt", "typo"])("is refused for the method %s", async (method) => {
    const ory = simulateOry();
    const { client_id } = await create(ory, {
      token_endpoint_auth_method: method,
      jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y" }] },
    });
    for (const verb of ["POST", "DELETE"]) {
      expect(await admin(ory, verb, `/admin/clients/${client_id}/secrets/rotate`)).toMatchObject({
        status: 400,
        json: malformed,
      });
    }
  });

  it("keeps up to five old secrets alive, drops the oldest, and forgets all at once", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const secrets = [client.client_secret];
    for (let round = 0; round < 6; round += 1) {
      const answer = await admin(ory, "POST", `/admin/clients/${client.client_id}/secrets/rotate`);
      expect(answer.status).toBe(200);
      secrets.push(answer.json.client_secret);
    }
    const works = () =>
      Promise.all(secrets.map(async (client_secret) => (await token(ory, { ...client, client_secret })).status));
    expect(new Set(secrets).size).toBe(7);
    expect(await works()).toEqual([401, 200, 200, 200, 200, 200, 200]);
    await admin(ory, "PATCH", `/admin/clients/${client.client_id}`, []);
    expect(ory.inspect(String(client.client_id))?.rotatedSecrets).toBe(5);
    const forgotten = await admin(ory, "DELETE", `/admin/clients/${client.client_id}/secrets/rotate`);
    expect(forgotten.status).toBe(200);
    expect(forgotten.json).not.toHaveProperty("client_secret");
    expect(await works()).toEqual([401, 401, 401, 401, 401, 401, 200]);
  });
});

describe("deleting", () => {
  it("answers 204 once and 404 from then on, and takes the tokens along", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const { access_token } = (await token(ory, client)).json;
    expect((await introspect(ory, access_token)).json.active).toBe(true);
    expect(await admin(ory, "DELETE", `/admin/clients/${client.client_id}`)).toMatchObject({ status: 204, text: "" });
    expect((await admin(ory, "DELETE", `/admin/clients/${client.client_id}`)).status).toBe(404);
    expect((await introspect(ory, access_token)).json).toEqual({ active: false });
    expect((await token(ory, client)).status).toBe(401);
    expect(ory.inspect(String(client.client_id))).toBeUndefined();
  });
});

const linksOf = ({ headers }: Answer): Record<string, string> =>
  Object.fromEntries(
    [...(headers.get("link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, url, relation]) => [relation, url]),
  );

describe("listing", () => {
  const filled = async (count: number, ory = simulateOry()) => {
    for (let index = 0; index < count; index += 1)
      await create(ory, { client_id: `c${String(index).padStart(4, "0")}`, owner: index % 2 ? "odd" : "even" });
    return ory;
  };
  const idsOf = ({ text }: Answer) => (JSON.parse(text) as Json[]).map(({ client_id }) => client_id);

  it.each(["page_size=many", "page_size=1.5", "page_token=x"])("refuses %s", async (query) => {
    expect(await admin(simulateOry(), "GET", `/admin/clients?${query}`)).toMatchObject({ status: 400, json: malformed });
  });

  it("refuses a page token after an hour", async () => {
    const ory = await filled(3);
    const { next = "" } = linksOf(await admin(ory, "GET", "/admin/clients?page_size=2"));
    expect((await admin(ory, "GET", next)).status).toBe(200);
    ory.clock.advance(3_600_000);
    expect((await admin(ory, "GET", next)).status).toBe(400);
  });

  it("gives an empty list one link and no more", async () => {
    const answer = await admin(simulateOry(), "GET", "/admin/clients");
    expect(answer.text).toBe("[]");
    expect(Object.keys(linksOf(answer))).toEqual(["first"]);
  });

  it("gives 100 by default and 500 at most", async () => {
    const ory = await filled(501);
    const size = async (query: string) => idsOf(await admin(ory, "GET", `/admin/clients${query}`)).length;
    expect([await size(""), await size("?page_size=0"), await size("?page_size=-3"), await size("?page_size=1000")]).toEqual([
      100, 100, 100, 500,
    ]);
  });

  it("leads through all pages by relative links, in order, with the filters", async () => {
    const ory = await filled(7);
    let path: string | undefined = "/admin/clients?page_size=2&owner=even";
    const seen: unknown[] = [];
    const links: string[] = [];
    while (path) {
      const answer: Answer = await admin(ory, "GET", path);
      seen.push(...idsOf(answer));
      path = linksOf(answer).next;
      if (path) links.push(path);
    }
    expect(seen).toEqual(["c0000", "c0002", "c0004", "c0006"]);
    expect(links).toHaveLength(1);
    expect(links[0]).toMatch(/^\/admin\/clients\?owner=even&page_size=2&page_token=[\w%-]+%3D$/);
  });

  it("does not lose its place when clients come and go", async () => {
    const ory = await filled(4);
    const { next = "" } = linksOf(await admin(ory, "GET", "/admin/clients?page_size=2"));
    await admin(ory, "DELETE", "/admin/clients/c0001");
    await create(ory, { client_id: "c0000a" });
    expect(idsOf(await admin(ory, "GET", next))).toEqual(["c0002", "c0003"]);
  });

  it("filters by exact name", async () => {
    const ory = simulateOry();
    await create(ory, { client_name: "billing" });
    await create(ory, { client_name: "billing worker" });
    expect(JSON.parse((await admin(ory, "GET", "/admin/clients?client_name=billing")).text)).toMatchObject([
      { client_name: "billing" },
    ]);
  });
});

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
