import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { admin, create, token, worker } from "./calls.js";

describe("patching a client (PATCH)", () => {
  test.each<[string, unknown]>([
    ["content that is not JSON", "["],
    ["empty content", ""],
    ["an object", {}],
    ["a copy operation", [{ op: "copy", from: "/owner", path: "/client_name" }]],
    ["a test operation", [{ op: "test", path: "/owner", value: "" }]],
    ["a path without a leading slash", [{ op: "replace", path: "owner", value: "x" }]],
    ["a denied path", [{ op: "replace", path: "/id", value: "x" }]],
    ["the removal of a missing member", [{ op: "remove", path: "/jwks_uri" }]],
    ["an index that does not exist", [{ op: "replace", path: "/redirect_uris/0", value: "https://a.test" }]],
    ['the replacement of the array position "-"', [{ op: "replace", path: "/redirect_uris/-", value: "https://a.test" }]],
    ["the wrong type", [{ op: "replace", path: "/grant_types", value: "x" }]],
    ["no value", [{ op: "add", path: "/owner" }]],
    ["a path into the prototype", [{ op: "add", path: "/__proto__/x", value: 1 }]],
  ])("%s returns 500 without details", async (_case, patch) => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { owner: "acme" });
    expect(await admin(ory, "PATCH", `/admin/clients/${client_id}`, patch)).toMatchObject({
      status: 500,
      json: { error: "error", error_description: "The error is unrecognizable" },
    });
    expect(ory.clients).toMatchObject([{ owner: "acme" }]);
  });

  test("changes the members of the patch, adds missing ones and keeps the secret", async () => {
    const ory = simulateOry();
    const client = await create(ory, { ...worker, contacts: ["a", "b"], client_credentials_grant_access_token_lifespan: "1h" });
    const response = await admin(ory, "PATCH", `/admin/clients/${client.client_id}`, [
      { op: "replace", path: "/jwks_uri", value: "https://keys.test/" },
      { op: "add", path: "/metadata/deep/er", value: 1 },
      { op: "add", path: "/contacts/-", value: "c" },
      { op: "remove", path: "/contacts/0" },
      { op: "replace", path: "/contacts/0", value: "B" },
      { op: "remove", path: "/client_credentials_grant_access_token_lifespan" },
    ]);
    expect(response).toMatchObject({
      status: 200,
      json: {
        jwks_uri: "https://keys.test/",
        metadata: { deep: { er: 1 } },
        contacts: ["B", "c"],
        client_credentials_grant_access_token_lifespan: null,
        redirect_uris: [],
      },
    });
    expect(response.json).not.toHaveProperty("client_secret");
    expect((await token(ory, client)).status).toBe(200);
  });

  test("returns a new secret once, and invalidates the old secrets", async () => {
    const ory = simulateOry();
    const client = await create(ory, worker);
    await admin(ory, "POST", `/admin/clients/${client.client_id}/secrets/rotate`);
    const patch = [{ op: "replace", path: "/client_secret", value: "patched-secret" }];
    const response = await admin(ory, "PATCH", `/admin/clients/${client.client_id}`, patch);
    expect(response.json.client_secret).toBe("patched-secret");
    expect((await token(ory, client)).status).toBe(401);
    expect((await token(ory, response.json)).status).toBe(200);
    expect(JSON.stringify(ory.requests)).not.toContain("patched-secret");
  });

  test("of /client_id returns 404, or overwrites another client", async () => {
    const ory = simulateOry();
    await create(ory, { client_id: "one", client_name: "first" });
    await create(ory, { client_id: "two", client_name: "second" });
    const to = (value: string) => admin(ory, "PATCH", "/admin/clients/one", [{ op: "replace", path: "/client_id", value }]);
    expect((await to("three")).status).toBe(404);
    expect((await to("two")).json).toMatchObject({ client_id: "two", client_name: "first" });
    expect(ory.clients).toMatchObject([{ client_id: "one" }, { client_id: "two", client_name: "first" }]);
  });
});
