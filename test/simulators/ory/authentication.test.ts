import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { basic, create, form, grant, type Json, token, worker } from "./calls.js";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

describe("client authentication", () => {
  test("Basic credentials that are not form-encoded: 400, not 401", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { ...worker, client_secret: "100%-secret" });
    const raw = { authorization: `Basic ${btoa(`${client_id}:100%-secret`)}` };
    expect(await form(ory, "/oauth2/token", grant, raw)).toMatchObject({ status: 400, json: { error: "invalid_request" } });
    expect((await form(ory, "/oauth2/token", grant, basic(client_id, "100%-secret"))).status).toBe(200);
  });

  test("a missing assertion: 400, not 401", async () => {
    const response = await form(simulateOry(), "/oauth2/token", { ...grant, client_assertion_type: assertionType });
    expect(response).toMatchObject({ status: 400, json: { error: "invalid_request" } });
  });

  test("a plus sign in a Basic header is decoded as a space", async () => {
    const ory = simulateOry();
    const { client_id } = await create(ory, { ...worker, client_secret: "two words" });
    const plus = { authorization: `Basic ${btoa(`${client_id}:two+words`)}` };
    expect((await form(ory, "/oauth2/token", grant, plus)).status).toBe(200);
    const literal = await create(ory, { ...worker, client_secret: "one+word" });
    expect(
      (await form(ory, "/oauth2/token", grant, { authorization: `Basic ${btoa(`${literal.client_id}:one+word`)}` })).status,
    ).toBe(401);
  });

  test.each<[string, string, (client: Json) => [Record<string, string>, Record<string, string>]]>([
    ["an unknown client", "client_secret_basic", () => [{}, basic("unknown", "secret")]],
    ["an empty id", "client_secret_basic", () => [{}, basic("", "secret")]],
    ["a wrong secret", "client_secret_basic", ({ client_id }) => [{}, basic(client_id, "wrong")]],
    ["no secret", "client_secret_basic", ({ client_id }) => [{ client_id: String(client_id) }, {}]],
    [
      "client_secret_post for a client of client_secret_basic",
      "client_secret_basic",
      ({ client_id, client_secret }) => [{ client_id: String(client_id), client_secret: String(client_secret) }, {}],
    ],
    [
      "client_secret_basic for a client of client_secret_post",
      "client_secret_post",
      ({ client_id, client_secret }) => [{}, basic(client_id, client_secret)],
    ],
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
      "a method that was misspelled at registration",
      ({ client_id, client_secret }) => [{}, basic(client_id, client_secret)],
    ],
    [
      "a secret for private_key_jwt",
      "a secret for a client of private_key_jwt",
      ({ client_id, client_secret }) => [{}, basic(client_id, client_secret)],
    ],
    [
      "an assertion for basic",
      "an assertion for a client of client_secret_basic",
      () => [{ client_assertion_type: assertionType, client_assertion: "a.b.c" }, {}],
    ],
  ])("%s: 401 invalid_client without a challenge", async (_case, method, credentials) => {
    const ory = simulateOry();
    const jwks = { keys: [{ kty: "RSA", n: "AQAB", e: "AQAB" }] };
    const client = await create(ory, { ...worker, token_endpoint_auth_method: method, jwks });
    const [parameters, headers] = credentials(client);
    const response = await form(ory, "/oauth2/token", { ...grant, ...parameters }, headers);
    expect(response).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    expect(response.headers.has("www-authenticate")).toBe(false);
  });

  test("a token is issued for client_secret_post, for a client_id beside Basic, and for a multipart form", async () => {
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
});
