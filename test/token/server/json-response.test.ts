import { describe, expect, test } from "vitest";
import { parseObject, toTokenError } from "../../../src/token/response.js";
import { invalidResponse, parseJsonResponse } from "../../../src/token/server/request.js";
import { encodings, everyView, json, readResponse, secret, token } from "./samples.js";

const errorOf = async (response: Response) => {
  const read = await readResponse(response);
  return toTokenError(read, parseObject(read.text));
};

describe("toTokenError: error responses", () => {
  test("toTokenError contains the error code and the description of the server", async () => {
    expect(await errorOf(json({ error: "invalid_client", error_description: "who?" }, 401))).toMatchObject({
      code: "token_endpoint_error",
      status: 401,
      error: "invalid_client",
      errorDescription: "who?",
      outcome: "not_applied",
      message: "auth.example/introspect introspect token: invalid_client: who? (401, authenticated with client_secret_post)",
    });
  });

  test("rule 102: toTokenError contains the code unsupported_token_type", async () => {
    expect(await errorOf(json({ error: "unsupported_token_type" }, 400))).toMatchObject({ error: "unsupported_token_type" });
  });

  test.each([
    ['Basic realm="a"', "invalid_client"],
    ['bearer realm="error=fake", ERROR="insufficient_scope"', "insufficient_scope"],
    ["Basic, DPoP error=invalid_token", "invalid_token"],
  ])("toTokenError reads the error code of the challenge %s", async (challenge, error) => {
    expect(await errorOf(new Response(null, { status: 401, headers: { "www-authenticate": challenge } }))).toMatchObject({
      error,
    });
  });

  test("toTokenError prefers the code in the body to the code in the challenge", async () => {
    const headers = { "www-authenticate": 'Bearer error="invalid_token"' };
    expect(await errorOf(json({ error: "invalid_request" }, 401, headers))).toMatchObject({ error: "invalid_request" });
  });

  test.each([
    [429, "rate_limited", "not_applied"],
    [500, "server_error", "unknown"],
    [503, "server_error", "unknown"],
    [404, "unexpected_response", "not_applied"],
    [204, "unexpected_response", "unknown"],
  ])("toTokenError derives the error from the status %i when there is no code", async (status, code, outcome) => {
    const error = await errorOf(new Response(null, { status, headers: { "retry-after": "7" } }));
    expect(error).toMatchObject({ code, status, outcome });
    if (status === 429 || status >= 500) expect(error).toMatchObject({ retryAfterMs: 7_000 });
  });

  test("toTokenError removes secrets, tokens and terminal escapes from the texts of the server", async () => {
    const words = `\u001b[31m${secret} ${token} ${encodeURIComponent(secret)}`;
    for (const body of [{ error: words, error_description: words }, { error: { words } }]) {
      const view = everyView(await errorOf(json(body, 400)));
      for (const text of [...encodings(secret), ...encodings(token), "\u001b"]) expect(view).not.toContain(text);
    }
  });
});

describe("JSON responses: parsing and validation", () => {
  test("parseObject returns a value for JSON objects only", () => {
    for (const text of ["[]", "null", "1", '"a"', "{", ""]) expect(parseObject(text), text).toBeUndefined();
    expect(parseObject('{"a":1}')).toEqual({ a: 1 });
  });

  test("parseJsonResponse reports the content type and the syntax of a response that is not JSON", async () => {
    const { issues } = parseJsonResponse(await readResponse(new Response("a", { headers: { "content-type": "text/html" } })));
    expect(issues.map(({ path }) => path)).toEqual(["content-type", ""]);
    expect(parseJsonResponse(await readResponse(json({ a: 1 })))).toEqual({ body: { a: 1 }, issues: [] });
  });

  test("invalidResponse reports paths and expected types, and no values", async () => {
    const error = invalidResponse(await readResponse(json({ active: token })), "an introspection response", [
      { path: "active", message: "expected a" },
    ]);
    expect(error.message).toBe(
      "auth.example/introspect introspect token: the response is not an introspection response: active: expected a (200)",
    );
    expect(everyView(error)).not.toContain(token);
  });
});
