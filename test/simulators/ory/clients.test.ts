import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { fixedNow } from "../../time.js";
import {
  admin,
  create,
  introspect,
  type Json,
  malformed,
  read,
  sentenceOfNotFound,
  token,
  unsetLifespans,
  worker,
} from "./calls.js";

describe("an unknown client", () => {
  test.each([
    ["GET", ""],
    ["DELETE", ""],
    ["PATCH", ""],
    ["PUT", ""],
    ["PUT", "/lifespans"],
    ["POST", "/secrets/rotate"],
    ["DELETE", "/secrets/rotate"],
  ])("%s of an unknown client%s: 404 with a sentence as its error", async (method, path) => {
    // PUT of a client parses the content before it finds the client. Lifespans and patches find the client first.
    const body = method === "PATCH" || path === "/lifespans" ? "not even JSON" : method === "PUT" ? {} : undefined;
    expect(await admin(simulateOry(), method, `/admin/clients/unknown${path}`, body)).toMatchObject({
      status: 404,
      json: sentenceOfNotFound,
    });
  });
});

describe("creating a client", () => {
  test("returns 409 for an id that exists", async () => {
    const ory = simulateOry();
    await create(ory, { client_id: "billing", client_name: "first" });
    const response = await admin(ory, "POST", "/admin/clients", { client_id: "billing", client_name: "second" });
    expect(response).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining("exists already") as string, error_description: "" },
    });
    expect(ory.clients).toMatchObject([{ client_name: "first" }]);
  });

  test("keeps the id and secret of the caller, and ignores read-only members", async () => {
    const ory = simulateOry();
    const sent = {
      client_id: "my/client",
      client_secret: "chosen-secret",
      client_secret_expires_at: 99,
      created_at: "2001-01-01T00:00:00Z",
      registration_access_token: "mine",
    };
    const response = await create(ory, sent);
    expect(response).toMatchObject({ client_id: "my/client", client_secret: "chosen-secret", client_secret_expires_at: 0 });
    expect(response.created_at).not.toBe(sent.created_at);
    expect(response.registration_access_token).not.toBe("mine");
    expect((await admin(ory, "GET", "/admin/clients/my%2Fclient")).json.client_id).toBe("my/client");
  });

  test.each([
    ["none", false],
    ["client_secret_post", true],
    ["private_key_jwt", true],
  ])("the response for the method %s contains a secret: %s", async (method, shown) => {
    const client = await create(simulateOry(), {
      token_endpoint_auth_method: method,
      jwks: { keys: [{ kty: "RSA", n: "AQAB", e: "AQAB" }] },
    });
    expect("client_secret" in client).toBe(shown);
  });
});

describe("replacing a client (PUT)", () => {
  test("resets members that are not sent, keeps the secret without returning it, and ignores the id in the content", async () => {
    const ory = simulateOry();
    const client = await create(ory, {
      ...worker,
      owner: "acme",
      metadata: { team: "a" },
      client_credentials_grant_access_token_lifespan: "1h",
    });
    const response = await admin(ory, "PUT", `/admin/clients/${client.client_id}`, {
      client_id: "other",
      grant_types: ["client_credentials"],
    });
    expect(response).toMatchObject({
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
    expect(response.json).not.toHaveProperty("client_secret");
    expect((await token(ory, client)).status).toBe(200);
  });

  test("replaces the secret when it is sent, returns it once, and deletes rotated secrets", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    await admin(ory, "POST", `/admin/clients/${client.client_id}/secrets/rotate`);
    const response = await admin(ory, "PUT", `/admin/clients/${client.client_id}`, {
      ...worker,
      client_secret: "another-secret",
    });
    expect(response.json.client_secret).toBe("another-secret");
    expect(ory.inspect(String(client.client_id))?.rotatedSecrets).toBe(0);
    expect((await token(ory, client)).status).toBe(401);
    expect((await token(ory, response.json)).status).toBe(200);
  });

  test("returns the created_at of the request, while GET returns the original one", async () => {
    const ory = simulateOry({ now: fixedNow() });
    const { client_id, created_at } = await create(ory);
    const response = await admin(ory, "PUT", `/admin/clients/${client_id}`, { created_at: "2001-02-03T04:05:06Z" });
    expect(response.json.created_at).toBe("2001-02-03T04:05:06Z");
    const { json } = await admin(ory, "PUT", `/admin/clients/${client_id}`, {});
    expect(Math.abs(Date.parse(String(json.created_at)) - ory.now())).toBeLessThan(1000);
    expect((await admin(ory, "GET", `/admin/clients/${client_id}`)).json.created_at).toBe(created_at);
  });

  test("invalidates the registration token, as PATCH does; lifespans and rotation do not", async () => {
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

  test("accepts the response of GET", async () => {
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

describe("setting lifespans", () => {
  test("rejects an invalid duration", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory);
    const body = { implicit_grant_id_token_lifespan: "soon" };
    expect(await admin(ory, "PUT", `/admin/clients/${client_id}/lifespans`, body)).toMatchObject({
      status: 400,
      json: malformed,
    });
  });

  test("replaces all thirteen lifespans and nothing else", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { owner: "acme", client_credentials_grant_access_token_lifespan: "1h" });
    const response = await admin(ory, "PUT", `/admin/clients/${client_id}/lifespans`, {
      owner: "x",
      implicit_grant_id_token_lifespan: "5m",
    });
    expect(response.json).toMatchObject({
      owner: "acme",
      contacts: [],
      ...unsetLifespans,
      implicit_grant_id_token_lifespan: "5m0s",
    });
    expect(response.json).not.toHaveProperty("client_secret");
  });
});

describe("rotating a secret", () => {
  test.each(["none", "private_key_jwt", "typo"])("returns 400 for the method %s", async (method) => {
    const ory = simulateOry();
    const { client_id } = await create(ory, {
      token_endpoint_auth_method: method,
      jwks: { keys: [{ kty: "RSA", n: "AQAB", e: "AQAB" }] },
    });
    for (const verb of ["POST", "DELETE"]) {
      expect(await admin(ory, verb, `/admin/clients/${client_id}/secrets/rotate`)).toMatchObject({
        status: 400,
        json: malformed,
      });
    }
  });

  test("keeps up to five old secrets valid, drops the oldest, and DELETE removes all of them", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    const secrets = [client.client_secret];
    for (let round = 0; round < 6; round += 1) {
      const response = await admin(ory, "POST", `/admin/clients/${client.client_id}/secrets/rotate`);
      expect(response.status).toBe(200);
      secrets.push(response.json.client_secret);
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

describe("deleting a client", () => {
  test("returns 204 once and then 404, and deletes the tokens", async () => {
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

describe("simulator options for writes", () => {
  test("every n-th write fails with a conflict and is not applied", async () => {
    const ory = simulateOry({ writeConflictInterval: 2 });
    const statuses: number[] = [];
    for (const client_id of ["a", "b", "c"]) statuses.push((await admin(ory, "POST", "/admin/clients", { client_id })).status);
    expect(statuses).toEqual([201, 400, 201]);
    expect(ory.clients.map(({ client_id }) => client_id)).toEqual(["a", "c"]);
  });

  test("a rotation ignores the secret of its content unless the option is set", async () => {
    for (const rotationAcceptsSecret of [false, true]) {
      const ory = simulateOry({ rotationAcceptsSecret });
      const { client_id } = await create(ory);
      const path = `/admin/clients/${client_id}/secrets/rotate`;
      const { json } = await admin(ory, "POST", path, { client_secret: "chosen-secret" });
      expect(json.client_secret === "chosen-secret").toBe(rotationAcceptsSecret);
      expect((await admin(ory, "POST", path, { client_secret: "short" })).status).toBe(rotationAcceptsSecret ? 400 : 200);
      expect((await admin(ory, "POST", path)).json.client_secret).toMatch(/^.{26}$/);
    }
  });

  test("the subject type pairwise is rejected unless the option allows it", async () => {
    const body = { subject_type: "pairwise" };
    expect((await admin(simulateOry(), "POST", "/admin/clients", body)).status).toBe(400);
    const ory = simulateOry({ subjectTypes: ["public", "pairwise"] });
    expect(await admin(ory, "POST", "/admin/clients", body)).toMatchObject({ status: 201, json: body });
    const discovery = await read(ory.fetch(`${ory.urls.public}/.well-known/openid-configuration`));
    expect(discovery.json.subject_types_supported).toEqual(["public", "pairwise"]);
  });
});
