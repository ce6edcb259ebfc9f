import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOAuthClientsError } from "../../src/core/errors.js";
import { requestToken } from "../../src/token/request.js";
import { createTokenSource } from "../../src/token/source.js";
import { grant, record, rejection, sampleRequest } from "./recorder.js";

const json = "application/json";
const body = (changes: Record<string, unknown> = {}) => JSON.stringify(grant(changes));
const without = (name: string) => body({ [name]: undefined });
const respondWith = (text: string | null, status = 200, headers: Record<string, string> = { "content-type": json }) => {
  return () => new Response(text, { status, headers });
};

/** Responses that other libraries accept as a token or cache forever. */
const rejected: [string, () => Response][] = [
  ["no token_type", respondWith(without("token_type"))],
  ["token_type null", respondWith(body({ token_type: null }))],
  ["token_type mac", respondWith(body({ token_type: "mac" }))],
  ["token_type DPoP without a DPoP request", respondWith(body({ token_type: "DPoP" }))],
  ["token_type N_A", respondWith(body({ token_type: "N_A" }))],
  ["token_type as a list", respondWith(body({ token_type: ["Bearer"] }))],
  ['expires_in "abc"', respondWith(body({ expires_in: "abc" }))],
  ["expires_in -5", respondWith(body({ expires_in: -5 }))],
  ['expires_in "-5"', respondWith(body({ expires_in: "-5" }))],
  ["expires_in 1e999", respondWith(body().replace("3600", "1e999"))],
  ['expires_in "Infinity"', respondWith(body({ expires_in: "Infinity" }))],
  ["expires_in as an object", respondWith(body({ expires_in: {} }))],
  ["expires_in as a list", respondWith(body({ expires_in: [3600] }))],
  ["expires_in true", respondWith(body({ expires_in: true }))],
  ['expires_in ""', respondWith(body({ expires_in: "" }))],
  ["no access_token", respondWith(without("access_token"))],
  ['access_token ""', respondWith(body({ access_token: "" }))],
  ["access_token 123", respondWith(body({ access_token: 123 }))],
  ["access_token with CR LF", respondWith(body({ access_token: "a\r\nx: y" }))],
  ["access_token with a space", respondWith(body({ access_token: "a b" }))],
  ["access_token with NUL", respondWith(body({ access_token: "a\0" }))],
  ["access_token beyond ASCII", respondWith(body({ access_token: "tökén" }))],
  ["access_token as an object", respondWith(body({ access_token: { value: "a" } }))],
  ["200 with an error alone", respondWith('{"error":"invalid_client"}')],
  ["200 with an error beside a token", respondWith(body({ error: "invalid_scope" }))],
  ["200 with an error that is not a string", respondWith(body({ error: { code: 1 } }))],
  ["201", respondWith(body(), 201)],
  ["202", respondWith(body(), 202)],
  ["204", respondWith(null, 204)],
  ["203", respondWith(body(), 203)],
  ["text/plain", respondWith(body(), 200, { "content-type": "text/plain" })],
  ["no content type", () => Object.assign(new Response(new TextEncoder().encode(body())))],
  ["text/html", respondWith("<html>sign in</html>", 200, { "content-type": "text/html" })],
  ["scope as a list", respondWith(body({ scope: ["read"] }))],
  ["scope as a number", respondWith(body({ scope: 1 }))],
  ["302", respondWith(null, 302, { location: "https://evil.example/" })],
  ["307", respondWith(null, 307, { location: "https://evil.example/" })],
  ["a list of tokens", respondWith(`[${body()}]`)],
  ["null", respondWith("null")],
  ["a JSON string", respondWith('"token"')],
  ["an empty body", respondWith("")],
  ["a truncated body", respondWith(body().slice(0, 40))],
  ["two JSON objects", respondWith(body() + body())],
  ["a 400 with a token", respondWith(body(), 400)],
  ["a 500 with a token", respondWith(body(), 500)],
];

/** Responses that contain a valid token, with the lifetime of the token. */
const accepted: [string, () => Response, number | undefined][] = [
  ["without expires_in", respondWith(without("expires_in")), undefined],
  ["with expires_in null", respondWith(body({ expires_in: null })), undefined],
  ["with expires_in 0", respondWith(body({ expires_in: 0 })), 0],
  ['with expires_in "3600"', respondWith(body({ expires_in: "3600" })), 3_600_000],
  ["with expires_in 1e308", respondWith(body({ expires_in: 1e308 })), 31_536_000_000],
  ["after a byte order mark", respondWith(`\uFEFF${body()}`), 3_600_000],
];

describe("nonstandard token responses: rejected", () => {
  test.each(rejected)("rules 60 to 72: requestToken rejects a nonstandard response: %s", async (_, make) => {
    const error = await rejection(requestToken(sampleRequest(), record(make)));
    expect(["unexpected_response", "token_endpoint_error", "server_error"]).toContain((error as { code: string }).code);
  });

  test("requestToken is tested with at least 45 rejected responses", () => {
    expect(rejected.length).toBeGreaterThanOrEqual(45);
  });
});

describe("nonstandard token responses: accepted", () => {
  test.each(accepted)(
    "rules 61 to 66: a token response %s is accepted, and its token expires after its lifetime",
    async (_, make, lifetimeMs) => {
      const clock = { now: 0 };
      const source = createTokenSource(sampleRequest(), { ...record(make), now: () => clock.now });
      expect((await source.get()).lifetimeMs).toBe(lifetimeMs);
      clock.now += lifetimeMs ?? 1;
      expect(source.peek()).toBeUndefined();
    },
  );
});

describe("nonstandard token responses: random content", () => {
  const whole = body({ scope: "read write", extra: { a: [1, "b"] } });
  const headers = { "content-type": json };

  async function expectTokenOrError(response: Response): Promise<void> {
    try {
      const token = await requestToken(
        sampleRequest(),
        record(() => response),
      );
      expect(token.value).toMatch(/^[\x21-\x7e]+$/);
      expect(token.lifetimeMs ?? 0).toBeLessThanOrEqual(31_536_000_000);
    } catch (error) {
      expect(isOAuthClientsError(error), String(error)).toBe(true);
    }
    expect({}).not.toHaveProperty("polluted");
  }

  test("rule 71: a response with changed or missing bytes yields a valid token or an error of the library", async () => {
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(flips, fc.nat(whole.length), fc.constantFrom(200, 201, 400, 401, 500), async (places, end, status) => {
        const bytes = new TextEncoder().encode(whole);
        for (const [place, byte] of places) bytes[place] = byte;
        await expectTokenOrError(new Response(bytes.slice(0, end), { status, headers }));
      }),
      { numRuns: 400 },
    );
  });

  test("rule 71: any JSON response, also with __proto__ members, yields a valid token or an error of the library", async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom("bearer", "token-1", 3600, "__proto__"));
    const names = fc.constantFrom(
      "access_token",
      "token_type",
      "expires_in",
      "scope",
      "error",
      "error_description",
      "__proto__",
      "constructor",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, value)), async (members) => {
        const text = `{${[...members, ["__proto__", { polluted: true }]].map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`).join()}}`;
        await expectTokenOrError(new Response(text, { headers }));
      }),
      { numRuns: 400 },
    );
  });

  test("rule 77: any challenge in a 401 response yields a valid token or an error of the library", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[\x20-\x7e]*$/), async (challenge) => {
        await expectTokenOrError(new Response("", { status: 401, headers: { "www-authenticate": challenge } }));
      }),
    );
  });
});
