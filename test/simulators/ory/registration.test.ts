import { describe, expect, test } from "vitest";
import { type OrySimulator, simulateOry } from "../../../src/simulators/ory/simulator.js";
import { admin, create, introspect, type Json, read, token, uuid, worker } from "./calls.js";

const enabled = () => simulateOry({ dynamicClientRegistration: true });
const register = (ory: OrySimulator, method: string, path: string, body?: unknown, bearer?: unknown) =>
  read(
    ory.fetch(`${ory.urls.public}/oauth2/register${path}`, {
      method,
      ...(bearer === undefined ? {} : { headers: { authorization: `Bearer ${String(bearer)}` } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );

describe("dynamic client registration", () => {
  test("the scheme of the bearer token is case-insensitive", async () => {
    const ory = enabled();
    const { client_id, registration_access_token } = (await register(ory, "POST", "", {})).json;
    const headers = { authorization: `bearer ${registration_access_token}` };
    expect((await ory.fetch(`${ory.urls.public}/oauth2/register/${client_id}`, { headers })).status).toBe(200);
  });

  test("PATCH by the admin API invalidates the registration token from 25.4 on, but not in 2.3", async () => {
    for (const [version, status] of [
      ["2.3", 200],
      ["25.4", 401],
    ] as const) {
      const ory = simulateOry({ version, dynamicClientRegistration: true });
      const { client_id, registration_access_token } = await create(ory);
      await admin(ory, "PATCH", `/admin/clients/${client_id}`, [{ op: "replace", path: "/client_name", value: "new" }]);
      expect((await register(ory, "GET", `/${client_id}`, undefined, registration_access_token)).status).toBe(status);
    }
  });

  test("every request returns 404 unless the option enables it", async () => {
    const ory = simulateOry();
    const calls = [
      ["POST", ""],
      ["GET", "/x"],
      ["PUT", "/x"],
      ["DELETE", "/x"],
    ];
    for (const [method = "", path = ""] of calls) {
      const response = await read(ory.fetch(`${ory.urls.public}/oauth2/register${path}`, { method }));
      expect(response).toMatchObject({
        status: 404,
        json: { error_description: expect.stringContaining("not enabled") as string },
      });
    }
  });

  test.each<[string, Json, string]>([
    ["a secret", { client_secret: "chosen-secret" }, "The request was malformed or contained invalid parameters"],
    ["metadata", { metadata: { a: 1 } }, "invalid_client_metadata"],
    ["metadata of null", { metadata: null }, "invalid_client_metadata"],
    ["a token strategy", { access_token_strategy: "jwt" }, "invalid_request"],
    ["a skipped consent", { skip_consent: true }, "invalid_request"],
    ["a skipped logout consent", { skip_logout_consent: true }, "invalid_request"],
    ["an invalid redirect URI", { redirect_uris: ["#"] }, "invalid_redirect_uri"],
  ])("registration with %s returns 400", async (_case, client, error) => {
    const ory = enabled();
    expect(await register(ory, "POST", "", client)).toMatchObject({ status: 400, json: { error } });
    expect(ory.clients).toEqual([]);
  });

  test("content that is not an object returns the error of the admin API", async () => {
    const response = await register(enabled(), "POST", "", []);
    expect(response).toMatchObject({
      status: 400,
      json: { error: "The request was malformed or contained invalid parameters" },
    });
  });

  test.each(["GET", "PUT", "DELETE"])(
    "%s returns 401 without a token, with another client's token, and for an unknown id",
    async (method) => {
      const ory = enabled();
      const [mine, other] = [(await register(ory, "POST", "", {})).json, (await register(ory, "POST", "", {})).json];
      for (const [id, bearer] of [
        [mine.client_id, undefined],
        [mine.client_id, other.registration_access_token],
        ["unknown", mine.registration_access_token],
      ]) {
        const response = await register(ory, method, `/${String(id)}`, method === "PUT" ? {} : undefined, bearer);
        expect(response).toMatchObject({ status: 401, json: { error: "The request could not be authorized" } });
      }
      expect(ory.clients).toHaveLength(2);
    },
  );

  test("PUT with a secret returns 403", async () => {
    const ory = enabled();
    const { client_id, registration_access_token } = (await register(ory, "POST", "", {})).json;
    const response = await register(ory, "PUT", `/${client_id}`, { client_secret: "chosen-secret" }, registration_access_token);
    expect(response).toMatchObject({ status: 403, json: { error: "The requested action was forbidden" } });
  });

  test("registration ignores the client_id of the caller and returns a valid secret", async () => {
    const ory = enabled();
    const response = await register(ory, "POST", "", { ...worker, client_id: "mine" });
    expect(response).toMatchObject({ status: 201, json: { client_id: expect.stringMatching(uuid) as string } });
    expect(response.json.registration_client_uri).toBe(`${ory.urls.public}/oauth2/register/${response.json.client_id}`);
    expect((await token(ory, response.json)).status).toBe(200);
    // Only the configuration of a server adds its registration endpoint to the metadata.
    const metadata = await read(ory.fetch(`${ory.urls.public}/.well-known/openid-configuration`));
    expect(metadata.json).not.toHaveProperty("registration_endpoint");
  });

  test("GET omits the metadata; PUT clears it and returns a new token, which invalidates the old one", async () => {
    const ory = enabled();
    const { client_id, registration_access_token: first } = await create(ory, { metadata: { team: "a" } });
    const shown = await register(ory, "GET", `/${client_id}`, undefined, first);
    expect(shown.status).toBe(200);
    expect(shown.json).not.toHaveProperty("metadata");
    expect(shown.json).not.toHaveProperty("client_secret");
    const response = await register(ory, "PUT", `/${client_id}`, { client_name: "renamed" }, first);
    const { registration_access_token: second } = response.json;
    expect(response).toMatchObject({ status: 200, json: { client_name: "renamed", metadata: {} } });
    expect((await register(ory, "GET", `/${client_id}`, undefined, first)).status).toBe(401);
    expect((await register(ory, "GET", `/${client_id}`, undefined, second)).status).toBe(200);
  });

  test.each(["PUT", "PATCH"])("%s by the admin API invalidates the registration token", async (method) => {
    const ory = enabled();
    const { client_id, registration_access_token } = (await register(ory, "POST", "", {})).json;
    expect((await register(ory, "GET", `/${client_id}`, undefined, registration_access_token)).status).toBe(200);
    await admin(ory, method, `/admin/clients/${client_id}`, method === "PUT" ? {} : []);
    expect((await register(ory, "GET", `/${client_id}`, undefined, registration_access_token)).status).toBe(401);
  });

  test("DELETE removes the client and its tokens", async () => {
    const ory = enabled();
    const client = (await register(ory, "POST", "", worker)).json;
    const { access_token } = (await token(ory, client)).json;
    const response = await register(ory, "DELETE", `/${client.client_id}`, undefined, client.registration_access_token);
    expect(response.status).toBe(204);
    expect(ory.clients).toEqual([]);
    expect((await introspect(ory, access_token)).json).toEqual({ active: false });
  });
});
