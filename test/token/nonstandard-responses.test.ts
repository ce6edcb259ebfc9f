import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOAuthClientsError } from "../../src/core/errors.js";
import { requestToken } from "../../src/token/request.js";
import { createTokenSource } from "../../src/token/source.js";
import { grant, record, rejection, sampleRequest } from "./recorder.js";

const json = "application/json";
const body = (changes: Record<string, unknown> = {}) => JSON.stringify(grant(changes));
const without = (name: string) => body({ [name]: undefined });
const answer = (text: string | null, status = 200, headers: Record<string, string> = { "content-type": json }) => {
  return () => new Response(text, { status, headers });
};

/** What other libraries take for a token, or keep for ever. */
const refused: [string, () => Response][] = [
  ["no token_type", answer(without("token_type"))],
  ["token_type null", answer(body({ token_type: null }))],
  ["token_type mac", answer(body({ token_type: "mac" }))],
  ["token_type DPoP, which nobody asked for", answer(body({ token_type: "DPoP" }))],
  ["token_type N_A", answer(body({ token_type: "N_A" }))],
  ["token_type as a list", answer(body({ token_type: ["Bearer"] }))],
  ['expires_in "abc"', answer(body({ expires_in: "abc" }))],
  ["expires_in -5", answer(body({ expires_in: -5 }))],
  ['expires_in "-5"', answer(body({ expires_in: "-5" }))],
  ["expires_in 1e999", answer(body().replace("3600", "1e999"))],
  ['expires_in "Infinity"', answer(body({ expires_in: "Infinity" }))],
  ["expires_in as an object", answer(body({ expires_in: {} }))],
  ["expires_in as a list", answer(body({ expires_in: [3600] }))],
  ["expires_in true", answer(body({ expires_in: true }))],
  ['expires_in ""', answer(body({ expires_in: "" }))],
  ["no access_token", answer(without("access_token"))],
  ['access_token ""', answer(body({ access_token: "" }))],
  ["access_token 123", answer(body({ access_token: 123 }))],
  ["access_token with CR LF", answer(body({ access_token: "a\r\nx: y" }))],
  ["access_token with a space", answer(body({ access_token: "a b" }))],
  ["access_token with NUL", answer(body({ access_token: "a\0" }))],
  ["access_token beyond ASCII", answer(body({ access_token: "tökén" }))],
  ["access_token as an object", answer(body({ access_token: { value: "a" } }))],
  ["200 with an error alone", answer('{"error":"invalid_client"}')],
  ["200 with an error beside a token", answer(body({ error: "invalid_scope" }))],
  ["200 with an error that is no text", answer(body({ error: { code: 1 } }))],
  ["201", answer(body(), 201)],
  ["202", answer(body(), 202)],
  ["204", answer(null, 204)],
  ["203", answer(body(), 203)],
  ["text/plain", answer(body(), 200, { "content-type": "text/plain" })],
  ["no content type", () => Object.assign(new Response(new TextEncoder().encode(body())))],
  ["text/html", answer("<html>sign in</html>", 200, { "content-type": "text/html" })],
  ["scope as a list", answer(body({ scope: ["read"] }))],
  ["scope as a number", answer(body({ scope: 1 }))],
  ["302", answer(null, 302, { location: "https://evil.example/" })],
  ["307", answer(null, 307, { location: "https://evil.example/" })],
  ["a list of tokens", answer(`[${body()}]`)],
  ["null", answer("null")],
  ["a text", answer('"token"')],
  ["nothing", answer("")],
  ["half of it", answer(body().slice(0, 40))],
  ["two of them", answer(body() + body())],
  ["a 400 with a token", answer(body(), 400)],
  ["a 500 with a token", answer(body(), 500)],
];

/** What is a token all the same; how long it may be kept is what matters. */
const accepted: [string, () => Response, number | undefined][] = [
  ["without expires_in", answer(without("expires_in")), undefined],
  ["with expires_in null", answer(body({ expires_in: null })), undefined],
  ["with expires_in 0", answer(body({ expires_in: 0 })), 0],
  ['with expires_in "3600"', answer(body({ expires_in: "3600" })), 3_600_000],
  ["with expires_in 1e308", answer(body({ expires_in: 1e308 })), 31_536_000_000],
  ["behind a byte order mark", answer(`\uFEFF${body()}`), 3_600_000],
];

describe("an answer that is no token is refused by name", () => {
  test.each(refused)("rules 60 to 72: %s", async (_, make) => {
    const error = await rejection(requestToken(sampleRequest(), record(make)));
    expect(["unexpected_response", "token_endpoint_error", "server_error"]).toContain((error as { code: string }).code);
  });

  test("in 45 cases at least", () => {
    expect(refused.length).toBeGreaterThanOrEqual(45);
  });
});

describe("a token", () => {
  test.each(accepted)("rules 61 to 66: %s is taken, and lives no longer than it says", async (_, make, lifetimeMs) => {
    const clock = { now: 0 };
    const source = createTokenSource(sampleRequest(), { ...record(make), now: () => clock.now });
    expect((await source.get()).lifetimeMs).toBe(lifetimeMs);
    clock.now += lifetimeMs ?? 1;
    expect(source.peek()).toBeUndefined();
  });
});

describe("noise", () => {
  const whole = body({ scope: "read write", extra: { a: [1, "b"] } });
  const headers = { "content-type": json };

  async function endsWell(answer: Response): Promise<void> {
    try {
      const token = await requestToken(
        sampleRequest(),
        record(() => answer),
      );
      expect(token.value).toMatch(/^[\x21-\x7e]+$/);
      expect(token.lifetimeMs ?? 0).toBeLessThanOrEqual(31_536_000_000);
    } catch (error) {
      expect(isOAuthClientsError(error), String(error)).toBe(true);
    }
    expect({}).not.toHaveProperty("polluted");
  }

  test("rule 71: of flipped and missing bytes ends in a sound token or in an error of this library", async () => {
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(flips, fc.nat(whole.length), fc.constantFrom(200, 201, 400, 401, 500), async (places, end, status) => {
        const bytes = new TextEncoder().encode(whole);
        for (const [place, byte] of places) bytes[place] = byte;
        await endsWell(new Response(bytes.slice(0, end), { status, headers }));
      }),
      { numRuns: 400 },
    );
  });

  test("rule 71: of any JSON, prototypes in it included, does the same", async () => {
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
        await endsWell(new Response(text, { headers }));
      }),
      { numRuns: 400 },
    );
  });

  test("rule 77: in a challenge does the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[\x20-\x7e]*$/), async (challenge) => {
        await endsWell(new Response("", { status: 401, headers: { "www-authenticate": challenge } }));
      }),
    );
  });
});
