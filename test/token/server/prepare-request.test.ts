import { describe, expect, test } from "vitest";
import { prepareRequest } from "../../../src/token/server/request.js";
import { call, clientAuthentication, endpoints, secret, token } from "./samples.js";

const prepare = (changes: object = {}) =>
  prepareRequest("introspect token", "introspectionEndpoint", { ...call, ...changes }, {});
const invalidField = (path: string) =>
  expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] });

describe("prepareRequest: validation", () => {
  test.each([
    ["a server without the endpoint", { server: { tokenEndpoint: endpoints.tokenEndpoint } }, "server.introspectionEndpoint"],
    [
      "an endpoint without TLS",
      { server: { ...endpoints, introspectionEndpoint: "http://auth.example/" } },
      "server.introspectionEndpoint",
    ],
    ["an empty client id", { clientId: "" }, "clientId"],
    ["a missing client authentication", { clientAuthentication: undefined }, "clientAuthentication"],
    ["an empty token", { token: "" }, "token"],
    ["a token with a line break", { token: "a\r\nb" }, "token"],
    ["a token type hint that is not a string", { tokenTypeHint: 1 }, "tokenTypeHint"],
  ])("prepareRequest rejects %s", (_, changes, path) => {
    expect(() => prepare(changes)).toThrow(invalidField(path));
  });

  test("prepareRequest rejects a missing server", () => {
    expect(() => prepare({ server: undefined })).toThrow(expect.objectContaining({ code: "invalid_configuration" }));
  });

  test.each([
    ["replaces the token parameter", { parameters: { token: "a" }, secrets: [] }, "clientAuthentication.parameters.token"],
    [
      "returns a header with a line break",
      { headers: { authorization: "a\nb" }, secrets: [] },
      "clientAuthentication.headers.authorization",
    ],
    [
      "uses two methods",
      { headers: { authorization: "Basic a" }, parameters: { client_secret: "a" }, secrets: [] },
      "clientAuthentication",
    ],
  ])("prepareRequest rejects a client authentication that %s", async (_, applied, path) => {
    const { prepare: make } = prepare({ clientAuthentication: { method: "client_secret_basic", authenticate: () => applied } });
    await expect(make()).rejects.toEqual(invalidField(path));
  });
});

describe("rule 99: prepareRequest: the request", () => {
  test("prepareRequest returns a form with the token, the hint and the client authentication", async () => {
    const { url, prepare: make } = prepare({ tokenTypeHint: "access_token" });
    const { init, secrets } = await make();
    expect(url).toBe(endpoints.introspectionEndpoint);
    expect(Object.fromEntries(new URLSearchParams(String(init.body)))).toEqual({
      token,
      token_type_hint: "access_token",
      client_id: "client-1",
      client_secret: secret,
    });
    expect(init).toMatchObject({
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    });
    expect(secrets).toEqual([token, secret]);
  });

  test("prepareRequest authenticates each request anew and passes the token endpoint to the authentication", async () => {
    const contexts: unknown[] = [];
    const authenticate = (context: unknown) => {
      contexts.push(context);
      return { headers: { Authorization: `Basic ${contexts.length}` }, secrets: [] };
    };
    const { prepare: make } = prepare({ clientAuthentication: { ...clientAuthentication, authenticate } });
    const headers = [(await make()).init.headers, (await make()).init.headers];
    expect(headers).toMatchObject([{ authorization: "Basic 1" }, { authorization: "Basic 2" }]);
    expect(contexts).toEqual(
      Array.from({ length: 2 }, () => ({ clientId: "client-1", tokenEndpoint: endpoints.tokenEndpoint })),
    );
  });
});
