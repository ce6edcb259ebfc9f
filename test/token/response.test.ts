import { describe, expect, test } from "vitest";
import { RateLimitError, ServerError, TokenEndpointError, UnexpectedResponseError } from "../../src/core/errors.js";
import { clientSecretBasic, clientSecretPost } from "../../src/token/authentication.js";
import { requestToken } from "../../src/token/request.js";
import type { TokenOptions } from "../../src/token/types.js";
import { encodings, everyView, grant, record, rejection, sampleRequest, secret } from "./recorder.js";

const json = { "content-type": "application/json" };

function requestTokenWith(response: Response, scopes?: string[], options: TokenOptions = {}) {
  return requestToken(sampleRequest(scopes ? { scopes } : {}), { ...record(() => response), ...options });
}

describe("token response: validation", () => {
  test.each([201, 202, 204, 206])("rule 60: a token response with status %i is rejected", async (status) => {
    const body = status === 204 ? null : JSON.stringify(grant({ access_token: "canary-4711" }));
    const error = await rejection(requestTokenWith(new Response(body, { status, headers: json })));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ status, outcome: "unknown" });
    expect(everyView(error)).not.toContain("canary-4711");
  });

  test("rule 60: the error of a 201 response contains nothing of the body", async () => {
    const response = new Response(JSON.stringify({ accessToken: "canary-4711" }), { status: 201, headers: json });
    expect(everyView(await rejection(requestTokenWith(response)))).not.toContain("canary-4711");
  });

  test.each(["[]", "null", '"token"', "<html>hello</html>", '{"access_token":"canary-4711","tok', ""])(
    "rule 61: a token response with the body %s is rejected",
    async (body) => {
      const error = await rejection(requestTokenWith(new Response(body, { headers: json })));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error).toMatchObject({ status: 200, outcome: "unknown", issues: [{ path: "" }] });
      expect(everyView(error)).not.toContain("canary-4711");
    },
  );

  test.each(["text/plain", "text/html; charset=utf-8", "application/jsonp", "application/xml", "text/x-application/json"])(
    "rule 61: a token response with the content type %s is rejected",
    async (type) => {
      const error = await rejection(
        requestTokenWith(new Response(JSON.stringify(grant()), { headers: { "content-type": type } })),
      );
      expect(error).toMatchObject({
        code: "unexpected_response",
        issues: [{ path: "content-type", message: "expected application/json" }],
      });
    },
  );

  test.each([
    ["access_token: expected visible ASCII characters", { access_token: "a b" }],
    ["token_type: expected Bearer", { token_type: "mac" }],
    ["expires_in: expected a number of seconds", { expires_in: "soon" }],
    ["scope: expected a string", { scope: ["read"] }],
    ["error: expected a string", { error: { code: 1 } }],
  ])("the message of an invalid token response says %j and names the remedy", async (problem, changes) => {
    const error = await rejection(requestTokenWith(Response.json(grant(changes))));
    expect((error as Error).message).toBe(
      `auth.example/oauth2/token request token: invalid token response: ${problem} (200). For a server that deviates from RFC 6749, use adaptResponse.`,
    );
  });

  test("the message of a response that is no token names its status and its body", async () => {
    const response = new Response("[]", { status: 202, headers: json });
    expect(((await rejection(requestTokenWith(response))) as Error).message).toContain(
      "status: expected 200; expected a JSON object (202). For a server that deviates",
    );
  });

  test("the message of an adapted response does not name the remedy again", async () => {
    const options = { adaptResponse: (body: unknown) => body as never };
    expect(
      ((await rejection(requestTokenWith(Response.json(grant({ token_type: "mac" })), undefined, options))) as Error).message,
    ).toMatch(/token_type: expected Bearer \(200\)$/);
  });

  test.each([
    ["rule 62", "access_token", [undefined, null, "", 123, {}, "a b", "a\r\nb", "a\n", "tokén", "a\0"]],
    ["rules 52 and 63", "token_type", [undefined, null, "", "mac", "DPoP", "Bearer ", 1]],
    ["rule 64", "expires_in", [-5, -0.1, "-5", "abc", "", " 5", "1e3", {}, [], true]],
    ["rule 69", "scope", [["read"], 1, {}]],
    ["rule 72", "error", [{}, 1, true]],
  ])("%s: an invalid member %s is rejected by an error that names it and omits the token", async (_, path, values) => {
    for (const value of values) {
      const error = await rejection(
        requestTokenWith(Response.json({ ...grant({ access_token: "canary-4711" }), [path]: value })),
      );
      expect(error, String(value)).toBeInstanceOf(UnexpectedResponseError);
      expect(error, String(value)).toMatchObject({ status: 200, issues: [{ path }] });
      expect(everyView(error)).not.toContain("canary-4711");
    }
  });

  test("rule 64: a token response with an infinite expires_in is rejected", async () => {
    const text = '{"access_token":"t","token_type":"Bearer","expires_in":1e999}';
    expect(await rejection(requestTokenWith(new Response(text, { headers: json })))).toMatchObject({
      issues: [{ path: "expires_in" }],
    });
  });

  test.each([
    ["requested", "read", "expected write"],
    ["requested", "", "expected read; scope: expected write"],
    ["requested", "READ WRITE", "expected read; scope: expected write"],
    ["stated", undefined, "expected it to be stated"],
    ["stated", "write", "expected read"],
  ] as const)("rule 68: requireScopes %s rejects a token response with the scope %o", async (requireScopes, scope, message) => {
    const response = Response.json(grant({ scope, access_token: "canary-4711" }));
    const error = await rejection(requestTokenWith(response, ["read", "write"], { requireScopes }));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect((error as Error).message).toMatch(new RegExp(`: scope: ${message} \\(200\\)$`));
    expect(everyView(error)).not.toContain("canary-4711");
  });

  test("the error of an invalid token response lists all validation issues", async () => {
    const error = await rejection(requestTokenWith(Response.json({ expires_in: "soon" })));
    expect((error as UnexpectedResponseError).issues.map(({ path }) => path)).toEqual([
      "access_token",
      "token_type",
      "expires_in",
    ]);
    expect((error as Error).message).toMatch(
      /^auth\.example\/oauth2\/token request token: invalid token response: access_token: expected/,
    );
  });
});

describe("token response: error responses", () => {
  test.each([400, 401, 403, 422, 500, 503])(
    "rule 76: a %i response with an OAuth error becomes a TokenEndpointError",
    async (status) => {
      const body = { error: "unauthorized_client", error_description: "not this grant" };
      const error = await rejection(requestTokenWith(Response.json(body, { status })));
      expect(error).toBeInstanceOf(TokenEndpointError);
      expect(error).toMatchObject({
        code: "token_endpoint_error",
        status,
        error: "unauthorized_client",
        errorDescription: "not this grant",
        outcome: status < 500 ? "not_applied" : "unknown",
        operation: "request token",
        message: `auth.example/oauth2/token request token: unauthorized_client: not this grant (${status})`,
      });
    },
  );

  test("rule 78: the message of invalid_client contains the authentication method", async () => {
    const error = await rejection(requestTokenWith(Response.json({ error: "invalid_client" }, { status: 400 })));
    expect((error as Error).message).toMatch(/\(400, authenticated with client_secret_basic, form-encoded\)$/);
    expect(error).not.toHaveProperty("errorDescription");
  });

  test.each([
    ["rules 20 and 78: form-encoded credentials", clientSecretBasic("a+b"), "client_secret_basic, form-encoded"],
    [
      "rules 22 and 78: credentials without form encoding",
      clientSecretBasic("a+b", { formEncode: false }),
      "client_secret_basic, not form-encoded",
    ],
    ["rules 21 and 78: credentials without special characters", clientSecretBasic("a-b_c.d*"), "client_secret_basic"],
    ["rules 25 and 78: credentials in the body", clientSecretPost("a+b"), "client_secret_post"],
  ])("%s are described in the message of invalid_client", async (_, clientAuthentication, how) => {
    const request = sampleRequest({ clientAuthentication });
    const response = record(() => Response.json({ error: "invalid_client" }, { status: 401 }));
    expect(((await rejection(requestToken(request, response))) as Error).message).toMatch(
      new RegExp(` \\(401, authenticated with ${how}\\)$`),
    );
  });

  test("rule 57: invalid_target becomes a TokenEndpointError", async () => {
    expect(await rejection(requestTokenWith(Response.json({ error: "invalid_target" }, { status: 400 })))).toMatchObject({
      code: "token_endpoint_error",
      error: "invalid_target",
    });
  });

  test("rule 79: an unregistered error code is returned unchanged", async () => {
    const error = await rejection(requestTokenWith(Response.json({ error: "tenant_asleep" }, { status: 400 })));
    expect(error).toMatchObject({ error: "tenant_asleep" });
  });

  test("rule 72: a 200 response with an error becomes a TokenEndpointError, also when it contains a token", async () => {
    for (const body of [{ error: "invalid_scope" }, grant({ error: "invalid_scope" })]) {
      expect(await rejection(requestTokenWith(Response.json(body)))).toMatchObject({
        code: "token_endpoint_error",
        status: 200,
        outcome: "unknown",
      });
    }
  });

  test("rule 72: the error of a 200 response shows nothing else of the response", async () => {
    const error = await rejection(requestTokenWith(Response.json({ error: "invalid_scope", message: "canary-4711" })));
    expect((error as Error).message).toMatch(/: invalid_scope \(200\)$/);
  });

  test("rule 72: an empty error is no error", async () => {
    expect(await requestTokenWith(Response.json(grant({ error: "" })))).toMatchObject({ value: "token-1" });
  });

  test.each([
    [503, "temporarily_unavailable", true],
    [503, "code1", true],
    [503, "urn:example/error.one-two", true],
    [503, "Service Unavailable", false],
    [503, "service unavailable", false],
    [503, "Xservice", false],
    [503, "1service", false],
    [403, "Forbidden", false],
    [400, "Bad Request", true],
    [401, "Unauthorized", true],
    [200, "Any Text", true],
  ])("rule 76: whether the error of a %i response with the member %j has a code: %s", async (status, error, isCode) => {
    const rejected = await rejection(requestTokenWith(Response.json({ error }, { status })));
    expect(rejected instanceof TokenEndpointError).toBe(isCode);
    if (isCode) expect(rejected).toMatchObject({ error });
    else expect((rejected as Error).message).toContain(`request token: no OAuth error code: {"error":"${error}"} (${status})`);
  });

  test("an error code without a visible character is an empty code", async () => {
    const error = await rejection(requestTokenWith(Response.json({ error: "\u202e" }, { status: 400 })));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ error: "" });
  });

  test("rule 77: a challenge is read only from a 401 response, and only its beginning", async () => {
    const headers = { "www-authenticate": `Basic realm="${"a".repeat(2_000)}", error="invalid_request"` };
    expect(await rejection(requestTokenWith(new Response("no", { status: 401, headers })))).toMatchObject({
      error: "invalid_client",
    });
    expect(await rejection(requestTokenWith(new Response("no", { status: 403, headers })))).toBeInstanceOf(
      UnexpectedResponseError,
    );
  });

  test.each([
    ['Basic realm="x", error="invalid_client", error_description="no \\"such\\" client"', "invalid_client", 'no "such" client'],
    ["bASIC ERROR=unauthorized_client", "unauthorized_client", undefined],
    ['Negotiate abc==, Basic realm="a, error=\\"wrong\\"", error="invalid_request"', "invalid_request", undefined],
    ['Basic realm="only"', "invalid_client", undefined],
  ])("rule 77: the error of a 401 response is read from the challenge %s", async (challenge, code, description) => {
    const headers = { "www-authenticate": challenge };
    const error = await rejection(requestTokenWith(new Response("denied", { status: 401, headers })));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ status: 401, error: code });
    expect((error as TokenEndpointError).errorDescription).toBe(description);
  });

  test("rule 77: the error in the body takes precedence over the challenge", async () => {
    const init = { status: 401, headers: { "www-authenticate": 'Basic error="invalid_client"' } };
    const error = await rejection(requestTokenWith(Response.json({ error: "invalid_grant" }, init)));
    expect(error).toMatchObject({ error: "invalid_grant" });
    expect(error).not.toHaveProperty("errorDescription");
  });

  test("rule 77: the error is read from the challenge when the body contains no valid code", async () => {
    const init = { status: 401, headers: { "www-authenticate": "Basic error=unauthorized_client" } };
    expect(await rejection(requestTokenWith(Response.json({ error: { code: 1 } }, init)))).toMatchObject({
      error: "unauthorized_client",
    });
  });

  test.each([
    [400, UnexpectedResponseError, "not_applied"],
    [401, UnexpectedResponseError, "not_applied"],
    [404, UnexpectedResponseError, "not_applied"],
    [429, RateLimitError, "not_applied"],
    [500, ServerError, "unknown"],
    [503, ServerError, "unknown"],
  ])(
    "rule 80: the message of a %i response without an OAuth error contains an excerpt of the body",
    async (status, kind, outcome) => {
      const page = `<html><b>${"busy ".repeat(100)}</b></html>`;
      for (const body of [page, '{"error":{"code":1},"message":"busy"}', "busy"]) {
        const error = await rejection(requestTokenWith(new Response(body, { status })));
        expect(error).toBeInstanceOf(kind);
        expect(error).toMatchObject({ status, outcome });
        expect((error as Error).message).toContain(`${status}`);
        expect((error as Error).message).toContain("busy");
        expect((error as Error).message.length).toBeLessThan(300);
      }
    },
  );

  test("the error of an error response that contains a token omits the token", async () => {
    const body = { detail: "late", access_token: "canary-4711" };
    expect(everyView(await rejection(requestTokenWith(Response.json(body, { status: 500 }))))).not.toContain("canary-4711");
  });

  test.each([
    ["7", 7_000],
    ["0", 0],
    ["Wed, 21 Oct 2015 07:28:30 GMT", 30_000],
    ["Wed, 21 Oct 2015 07:00:00 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
  ])("rule 84: Retry-After %s is a delay of %s ms", async (value, expected) => {
    const headers = { "retry-after": value, date: "Wed, 21 Oct 2015 07:28:00 GMT" };
    const withCode = Response.json({ error: "temporarily_unavailable" }, { status: 503, headers });
    expect(((await rejection(requestTokenWith(withCode))) as TokenEndpointError).retryAfterMs).toBe(expected);
    for (const status of [429, 503]) {
      const withoutCode = new Response("busy", { status, headers });
      expect(((await rejection(requestTokenWith(withoutCode))) as ServerError).retryAfterMs).toBe(expected);
    }
  });

  test("rule 81: texts of the server are redacted, truncated and without control characters", async () => {
    const hostileText = `\u001b[31mred\u0000\r\n\u202eforged ${secret} ${"x".repeat(10_000)}`;
    const responses = [
      Response.json({ error: hostileText, error_description: hostileText }, { status: 400 }),
      new Response(hostileText, { status: 502 }),
    ];
    for (const response of responses) {
      const error = (await rejection(requestTokenWith(response))) as Error;
      const text = Object.values(error).concat(error.message).join("");
      expect(text).toContain("red");
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(error.message.length).toBeLessThan(800);
      for (const text of encodings(secret)) expect(everyView(error)).not.toContain(text);
    }
  });
});

describe("token response: tokens", () => {
  test.each(["bearer", "BEARER", "Bearer"])("rule 63: the token type %s is accepted", async (token_type) => {
    expect(await requestTokenWith(Response.json(grant({ token_type })))).toMatchObject({ tokenType: "Bearer" });
  });

  test.each([
    [3600, 3_600_000],
    ["3600", 3_600_000],
    [59.9, 59_000],
    ["59.25", 59_000],
    [0, 0],
    [1e308, 31_536_000_000],
  ])("rule 64: expires_in %o is a lifetime of %i ms", async (expires_in, lifetimeMs) => {
    const before = Date.now();
    const token = await requestTokenWith(Response.json(grant({ expires_in })));
    expect(token.lifetimeMs).toBe(lifetimeMs);
    expect(token.expiresAt!.getTime()).toBeGreaterThanOrEqual(before + lifetimeMs);
    expect(token.expiresAt!.getTime()).toBeLessThanOrEqual(Date.now() + lifetimeMs);
  });

  test.each([undefined, null])("rule 65: expires_in %s yields a token without a lifetime", async (expires_in) => {
    const token = await requestTokenWith(Response.json(grant({ expires_in })));
    expect(token).not.toHaveProperty("lifetimeMs");
    expect(token).not.toHaveProperty("expiresAt");
  });

  test("rule 67: the lifetime of a token starts before the request is sent", async () => {
    let sentAt = 0;
    const fetch = async () => {
      sentAt = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 30));
      return Response.json(grant({ expires_in: 10 }));
    };
    const token = await requestToken(sampleRequest(), { fetch });
    expect(token.expiresAt!.getTime()).toBeLessThanOrEqual(sentAt + 10_000);
  });

  test.each([
    ["read", { scopes: ["read"], scopeSource: "response" }],
    ["  read   write ", { scopes: ["read", "write"], scopeSource: "response" }],
    ["", { scopes: [], scopeSource: "response" }],
    [undefined, { scopes: ["read", "write"], scopeSource: "request" }],
    [null, { scopes: ["read", "write"], scopeSource: "request" }],
  ])("rules 68 and 69: the response scope %o is combined with the requested scopes read and write", async (scope, expected) => {
    expect(await requestTokenWith(Response.json(grant({ scope })), ["read", "write"])).toMatchObject(expected);
  });

  test.each([
    ["requested", "write read more"],
    ["requested", undefined],
    ["stated", "read write"],
  ] as const)("rule 68: requireScopes %s accepts a token response with the scope %o", async (requireScopes, scope) => {
    expect(await requestTokenWith(Response.json(grant({ scope })), ["read", "write"], { requireScopes })).toHaveProperty(
      "value",
      "token-1",
    );
  });

  test("rule 70: a refresh token in the response is discarded", async () => {
    const token = await requestTokenWith(Response.json(grant({ refresh_token: "canary-4711" })));
    expect(everyView(token)).not.toContain("canary-4711");
  });

  test("rule 71: additional members of the response are returned and modify no prototype", async () => {
    const text = `{"access_token":"t","token_type":"bearer","__proto__":{"error":"x"},"constructor":1,"tenant":"a"}`;
    const token = await requestTokenWith(new Response(text, { headers: { "content-type": "application/json;charset=UTF-8" } }));
    expect(token.value).toBe("t");
    expect(Object.keys(token.additionalFields)).toEqual(["__proto__", "constructor", "tenant"]);
    expect(Object.getPrototypeOf(token.additionalFields)).toBe(Object.prototype);
    expect(token.additionalFields.tenant).toBe("a");
  });

  test("rule 73: an access token in JWT format is not parsed", async () => {
    const claims = Buffer.from(JSON.stringify({ exp: 1, scope: "admin" })).toString("base64url");
    const value = `eyJhbGciOiJub25lIn0.${claims}.`;
    expect(await requestTokenWith(Response.json(grant({ access_token: value })))).toMatchObject({
      value,
      lifetimeMs: 3_600_000,
      scopes: [],
      scopeSource: "request",
    });
  });

  test("rule 74: an access token of 16 KB is returned completely", async () => {
    const value = "aZ0-._~+/|".repeat(1_640);
    expect((await requestTokenWith(Response.json(grant({ access_token: value })))).value).toBe(value);
  });

  test("an access token is frozen", async () => {
    expect(Object.isFrozen(await requestTokenWith(Response.json(grant())))).toBe(true);
  });
});
