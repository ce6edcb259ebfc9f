import { describe, expect, test } from "vitest";
import { prepareRequest } from "../../../src/token/server/request.js";
import { call, clientAuthentication, endpoints, secret, token } from "./samples.js";

const prepare = (changes: object = {}) =>
  prepareRequest("introspect token", "introspectionEndpoint", { ...call, ...changes }, {});
const refused = (path: string) =>
  expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] });

describe("prepareRequest refuses", () => {
  test.each([
    ["a server without the endpoint", { server: { tokenEndpoint: endpoints.tokenEndpoint } }, "server.introspectionEndpoint"],
    [
      "an endpoint without TLS",
      { server: { ...endpoints, introspectionEndpoint: "http://auth.example/" } },
      "server.introspectionEndpoint",
    ],
    ["no id", { clientId: "" }, "clientId"],
    ["no authentication", { clientAuthentication: undefined }, "clientAuthentication"],
    ["no token", { token: "" }, "token"],
    ["a token with a line break", { token: "a\r\nb" }, "token"],
    ["a hint that is no text", { tokenTypeHint: 1 }, "tokenTypeHint"],
  ])("%s", (_, changes, path) => {
    expect(() => prepare(changes)).toThrow(refused(path));
  });

  test("no server at all", () => {
    expect(() => prepare({ server: undefined })).toThrow(expect.objectContaining({ code: "invalid_configuration" }));
  });

  test.each([
    ["replaces the token", { parameters: { token: "a" }, secrets: [] }, "clientAuthentication.parameters.token"],
    ["splits a header", { headers: { authorization: "a\nb" }, secrets: [] }, "clientAuthentication.headers.authorization"],
    [
      "is two methods",
      { headers: { authorization: "Basic a" }, parameters: { client_secret: "a" }, secrets: [] },
      "clientAuthentication",
    ],
  ])("an authentication that %s", async (_, applied, path) => {
    const { prepare: make } = prepare({ clientAuthentication: { method: "client_secret_basic", authenticate: () => applied } });
    await expect(make()).rejects.toEqual(refused(path));
  });
});

describe("rule 99: prepareRequest makes", () => {
  test("a form with the token, the hint and the client's proof", async () => {
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

  test("a proof of its own for each request, which is told the token endpoint", async () => {
    const asked: unknown[] = [];
    const apply = (context: unknown) => {
      asked.push(context);
      return { headers: { Authorization: `Basic ${asked.length}` }, secrets: [] };
    };
    const { prepare: make } = prepare({ clientAuthentication: { ...clientAuthentication, authenticate: apply } });
    const headers = [(await make()).init.headers, (await make()).init.headers];
    expect(headers).toMatchObject([{ authorization: "Basic 1" }, { authorization: "Basic 2" }]);
    expect(asked).toEqual(Array.from({ length: 2 }, () => ({ clientId: "client-1", tokenEndpoint: endpoints.tokenEndpoint })));
  });
});
