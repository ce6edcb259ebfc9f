import { describe, expect, test } from "vitest";
import { parseObject, toTokenError } from "../../../src/token/response.js";
import { invalidResponse, parseJsonResponse } from "../../../src/token/server/request.js";
import { answered, everyView, json, secret, spellings, token } from "./samples.js";

const refused = async (response: Response) => {
  const answer = await answered(response);
  return toTokenError(answer, parseObject(answer.text));
};

describe("a refusal", () => {
  test("is of the server's code, with its words", async () => {
    expect(await refused(json({ error: "invalid_client", error_description: "who?" }, 401))).toMatchObject({
      code: "token_endpoint_error",
      status: 401,
      error: "invalid_client",
      errorDescription: "who?",
      outcome: "not_applied",
      message: "auth.example/introspect introspect token: invalid_client: who? (401, authenticated with client_secret_post)",
    });
  });

  test("rule 102: has unsupported_token_type for its code", async () => {
    expect(await refused(json({ error: "unsupported_token_type" }, 400))).toMatchObject({ error: "unsupported_token_type" });
  });

  test.each([
    ['Basic realm="a"', "invalid_client"],
    ['bearer realm="error=fake", ERROR="insufficient_scope"', "insufficient_scope"],
    ["Basic, DPoP error=invalid_token", "invalid_token"],
  ])("has the code of a challenge: %s", async (challenge, error) => {
    expect(await refused(new Response(null, { status: 401, headers: { "www-authenticate": challenge } }))).toMatchObject({
      error,
    });
  });

  test("prefers the content to the challenge", async () => {
    const headers = { "www-authenticate": 'Bearer error="invalid_token"' };
    expect(await refused(json({ error: "invalid_request" }, 401, headers))).toMatchObject({ error: "invalid_request" });
  });

  test.each([
    [429, "rate_limited", "not_applied"],
    [500, "server_error", "unknown"],
    [503, "server_error", "unknown"],
    [404, "unexpected_response", "not_applied"],
    [204, "unexpected_response", "unknown"],
  ])("is of the status where there is no code: %i", async (status, code, outcome) => {
    const error = await refused(new Response(null, { status, headers: { "retry-after": "7" } }));
    expect(error).toMatchObject({ code, status, outcome });
    if (status === 429 || status >= 500) expect(error).toMatchObject({ retryAfterMs: 7_000 });
  });

  test("shows no secret, no token and no terminal escape that the server sends back", async () => {
    const words = `\u001b[31m${secret} ${token} ${encodeURIComponent(secret)}`;
    for (const body of [{ error: words, error_description: words }, { error: { words } }]) {
      const view = everyView(await refused(json(body, 400)));
      for (const text of [...spellings(secret), ...spellings(token), "\u001b"]) expect(view).not.toContain(text);
    }
  });
});

describe("reading", () => {
  test("takes objects for objects", () => {
    for (const text of ["[]", "null", "1", '"a"', "{", ""]) expect(parseObject(text), text).toBeUndefined();
    expect(parseObject('{"a":1}')).toEqual({ a: 1 });
  });

  test("names what makes an answer no JSON", async () => {
    const { issues } = parseJsonResponse(await answered(new Response("a", { headers: { "content-type": "text/html" } })));
    expect(issues.map(({ path }) => path)).toEqual(["content-type", ""]);
    expect(parseJsonResponse(await answered(json({ a: 1 })))).toEqual({ body: { a: 1 }, issues: [] });
  });

  test("tells paths and kinds, and no values", async () => {
    const error = invalidResponse(await answered(json({ active: token })), "an introspection response", [
      { path: "active", message: "expected a" },
    ]);
    expect(error.message).toBe(
      "auth.example/introspect introspect token: the response is not an introspection response: active: expected a (200)",
    );
    expect(everyView(error)).not.toContain(token);
  });
});
