import { describe, expect, test } from "vitest";
import { requestToken } from "../../src/token/request.js";
import type { TokenRequestOptions } from "../../src/token/types.js";
import { encodings, everyView, grant, record, rejection, sampleRequest, secret } from "./recorder.js";

type Adapt = NonNullable<TokenRequestOptions["adaptResponse"]>;

const respondWith = (body: unknown, status = 200, contentType = "application/json") =>
  record(() => new Response(JSON.stringify(body), { status, headers: { "content-type": contentType } }));

describe("adaptResponse: rejected responses", () => {
  test.each([
    ["without token_type", grant({ token_type: undefined }), 200, "application/json", "token_type: expected Bearer"],
    ["with another token_type", grant({ token_type: "BearerToken" }), 200, "application/json", "token_type: expected Bearer"],
    ["with status 201", grant(), 201, "application/json", "status: expected 200"],
    ["with text/plain", grant(), 200, "text/plain", "content-type: expected application/json"],
    ["with a list of scopes", grant({ scope: ["a"] }), 200, "application/json", "scope: expected a string"],
    ["with an empty lifetime", grant({ expires_in: "" }), 200, "application/json", "expires_in: expected a number"],
  ])(
    "a token response %s is rejected by a message that names the deviation and adaptResponse",
    async (_, body, status, type, issue) => {
      const error = await rejection(requestToken(sampleRequest(), respondWith(body, status, type)));
      expect(error).toMatchObject({ code: "unexpected_response", status });
      expect(String(error)).toContain(issue);
      expect(String(error)).toContain("adaptResponse");
    },
  );

  test("the result of adaptResponse is validated", async () => {
    for (const result of [undefined, null, "token", [], grant({ token_type: "mac" }), grant({ access_token: "a\r\nb" })]) {
      const error = await rejection(requestToken(sampleRequest(), { ...respondWith(grant()), adaptResponse: () => result }));
      expect(error).toMatchObject({ code: "unexpected_response" });
      expect(String(error)).not.toContain("use adaptResponse");
    }
  });

  test("a token response above the maximum size is rejected without a call of adaptResponse", async () => {
    let calls = 0;
    const adaptResponse: Adapt = (body) => {
      calls += 1;
      return body;
    };
    const options = { ...respondWith(grant({ padding: "a".repeat(2_000) })), maxResponseBytes: 1_000, adaptResponse };
    expect(await rejection(requestToken(sampleRequest(), options))).toMatchObject({ code: "unexpected_response" });
    expect(calls).toBe(0);
  });

  test("a token response that is not JSON is rejected without a call of adaptResponse", async () => {
    const { fetch } = record(() => new Response("token=a", { headers: { "content-type": "text/plain" } }));
    const adaptResponse: Adapt = () => grant();
    expect(await rejection(requestToken(sampleRequest(), { fetch, adaptResponse }))).toMatchObject({
      code: "unexpected_response",
    });
  });

  test("an error of adaptResponse, which may contain the token, is replaced by an error without it", async () => {
    const adaptResponse: Adapt = (body) => {
      throw new Error(JSON.stringify(body));
    };
    const error = await rejection(requestToken(sampleRequest(), { ...respondWith(grant()), adaptResponse }));
    expect(error).toMatchObject({ code: "unexpected_response", message: expect.stringContaining("adaptResponse threw") });
    expect(everyView(error)).not.toContain("token-1");
  });

  test("an OAuth error that adaptResponse returns becomes a TokenEndpointError", async () => {
    const options = { ...respondWith({ failure: "bad" }), adaptResponse: () => ({ error: "invalid_client" }) };
    expect(await rejection(requestToken(sampleRequest(), options))).toMatchObject({ error: "invalid_client" });
  });

  test("an error response is rejected without a call of adaptResponse", async () => {
    const options = { ...respondWith({ error: "invalid_client" }, 401), adaptResponse: () => grant() };
    expect(await rejection(requestToken(sampleRequest(), options))).toMatchObject({ error: "invalid_client", status: 401 });
  });

  test("an adaptResponse that is not a function is rejected before a request is sent", async () => {
    const { fetch, sent } = record();
    const options = { fetch, adaptResponse: true as never };
    expect(await rejection(requestToken(sampleRequest(), options))).toMatchObject({ issues: [{ path: "adaptResponse" }] });
    expect(sent).toEqual([]);
  });
});

describe("adaptResponse: accepted responses", () => {
  const bearer: Adapt = (body) => ({ ...(body as object), token_type: "Bearer" });

  test.each<[string, object, number, string, Adapt]>([
    ["without token_type", { access_token: "a", expires_in: 60 }, 200, "application/json", bearer],
    [
      "with another token_type",
      { access_token: "a", token_type: "Application Access Token", expires_in: 60 },
      200,
      "application/json",
      bearer,
    ],
    ["with status 201", { access_token: "a", token_type: "bearer", expires_in: 60 }, 201, "application/json", bearer],
    [
      "with text/plain",
      { token: "a", expires_in: 60 },
      200,
      "text/plain;charset=utf-8",
      (body) => ({ access_token: (body as { token: string }).token, expires_in: 60, token_type: "Bearer" }),
    ],
    [
      "with a nested token",
      { data: { access_token: "a", expires_in: 60 } },
      200,
      "application/json",
      (body) => bearer((body as { data: unknown }).data, { status: 200, contentType: "" }),
    ],
    [
      "with a lifetime of -1",
      { access_token: "a", expires_in: -1 },
      200,
      "application/json",
      () => ({ access_token: "a", expires_in: 60, token_type: "Bearer" }),
    ],
  ])("adaptResponse makes a token response valid: %s", async (_, body, status, type, adaptResponse) => {
    const calls: unknown[] = [];
    const token = await requestToken(sampleRequest(), {
      ...respondWith(body, status, type),
      adaptResponse: (json, response) => {
        calls.push(json, response);
        return adaptResponse(json, response);
      },
    });
    expect(token).toMatchObject({ value: "a", tokenType: "Bearer", lifetimeMs: 60_000 });
    expect(calls).toEqual([body, { status, contentType: type }]);
  });

  test("adaptResponse receives an empty contentType for a response without a content type", async () => {
    const { fetch } = record(() => new Response(new TextEncoder().encode(JSON.stringify(grant()))));
    const contentTypes: string[] = [];
    const adaptResponse: Adapt = (body, { contentType }) => {
      contentTypes.push(contentType);
      return body;
    };
    expect(await requestToken(sampleRequest(), { fetch, adaptResponse })).toMatchObject({ value: "token-1" });
    expect(contentTypes).toEqual([""]);
  });
});

describe("token request: error bodies of web frameworks", () => {
  const framework = (status: number, error: string, message = "upstream is down") =>
    respondWith({ timestamp: 1, status, error, message }, status);

  test.each([
    [403, "Forbidden", "unexpected_response"],
    [404, "Not Found", "unexpected_response"],
    [429, "Too Many Requests", "rate_limited"],
    [500, "Internal Server Error", "server_error"],
    [503, "Service Unavailable", "server_error"],
  ])(
    "an error body with status %i and error %j becomes the error of that status with its message",
    async (status, error, code) => {
      const thrown = await rejection(requestToken(sampleRequest(), framework(status, error)));
      expect(thrown).toMatchObject({ code, status, message: expect.stringContaining("upstream is down") });
    },
  );

  test.each([400, 401])("an error body with status %i becomes a TokenEndpointError with its message", async (status) => {
    const thrown = await rejection(requestToken(sampleRequest(), framework(status, "Unauthorized")));
    expect(thrown).toMatchObject({
      code: "token_endpoint_error",
      error: "Unauthorized",
      message: expect.stringContaining("upstream is down"),
    });
  });

  test("an error body with a registered code becomes a TokenEndpointError with any status", async () => {
    const thrown = await rejection(requestToken(sampleRequest(), framework(503, "temporarily_unavailable")));
    expect(thrown).toMatchObject({ code: "token_endpoint_error", error: "temporarily_unavailable", status: 503 });
  });

  test("the error of a framework's error body contains no secret", async () => {
    const thrown = await rejection(requestToken(sampleRequest(), framework(503, "Service Unavailable", `key ${secret}`)));
    for (const text of encodings(secret)) expect(everyView(thrown)).not.toContain(text);
  });
});

describe("token request: http token endpoints", () => {
  const http = sampleRequest({ tokenEndpoint: "http://keycloak:8080/token" });

  test("an http token endpoint is rejected by a message that names allowInsecureHttp, before a request is sent", async () => {
    const { fetch, sent } = record();
    for (const options of [{ fetch }, { fetch, allowInsecureHttp: ["hydra"] }]) {
      const error = await rejection(requestToken(http, options));
      expect(error).toMatchObject({
        issues: [{ path: "tokenEndpoint", message: expect.stringContaining("allowInsecureHttp") }],
      });
    }
    for (const allowInsecureHttp of [true, "keycloak", ["keycloak:8080"]]) {
      const error = await rejection(requestToken(http, { fetch, allowInsecureHttp } as never));
      expect(error).toMatchObject({ code: "invalid_configuration" });
      expect(String(error)).toContain("allowInsecureHttp: expected an array");
    }
    expect(sent).toEqual([]);
  });

  test("an http token endpoint is accepted when its host is in allowInsecureHttp", async () => {
    const { fetch, sent } = record();
    expect(await requestToken(http, { fetch, allowInsecureHttp: ["keycloak"] })).toMatchObject({ value: "token-1" });
    expect(sent[0]?.url).toBe("http://keycloak:8080/token");
  });
});
