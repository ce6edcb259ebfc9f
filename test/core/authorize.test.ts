import { describe, expect, test, vi } from "vitest";
import { type Authorize, bearer, bearerFrom, restrictToOrigin } from "../../src/core/authorize.js";
import { ConfigurationError } from "../../src/core/errors.js";

const { signal } = new AbortController();
const to = (url: string) => ({ method: "GET", url, body: undefined });

describe("restrictToOrigin", () => {
  test.each([
    "https://api.acme.test.evil.test/x",
    "https://evil.test/https://api.acme.test",
    "http://api.acme.test/x",
    "https://api.acme.test:8443/x",
    "https://sub.api.acme.test/x",
    "https://api.acme.test@evil.test/x",
    "https://evil.test\\@api.acme.test/x",
    "data:text/plain,x",
  ])("restrictToOrigin rejects %s and does not authorize the request", (url) => {
    const authorize = vi.fn<Authorize>();
    const bound = restrictToOrigin("https://api.acme.test", authorize);
    expect(() => bound(to(url), signal)).toThrow(ConfigurationError);
    expect(authorize).not.toHaveBeenCalled();
  });

  test.each(["https://api.acme.test/x", "https://api.acme.test:443/y?z=1", "https://API.acme.test"])("authorizes %s", (url) => {
    const authorization = { headers: {}, secrets: [] };
    expect(restrictToOrigin("https://api.acme.test", () => authorization)(to(url), signal)).toBe(authorization);
  });
});

describe("bearer", () => {
  test("bearer returns the token as a header and as a secret", async () => {
    const authorization = await bearer("t0ken")(to("https://a.test"), signal);
    expect(authorization).toEqual({ headers: { authorization: "Bearer t0ken" }, secrets: ["t0ken"] });
    expect(authorization.onUnauthorized).toBeUndefined();
  });
});

describe("bearerFrom", () => {
  test("bearerFrom passes the signal on, and invalidates the token that was rejected", async () => {
    let number = 0;
    const tokens = { get: vi.fn(async () => ({ value: `t${++number}` })), invalidate: vi.fn() };
    const authorize = bearerFrom(tokens);
    const first = await authorize(to("https://a.test"), signal);
    const second = await authorize(to("https://a.test"), signal);
    expect(tokens.get).toHaveBeenCalledWith({ signal });
    expect(second).toMatchObject({ headers: { authorization: "Bearer t2" }, secrets: ["t2"] });
    expect(tokens.invalidate).not.toHaveBeenCalled();
    expect(first.onUnauthorized?.()).toBe(true);
    expect(tokens.invalidate.mock.calls).toEqual([["t1"]]);
  });

  test("bearerFrom returns the credentials of the token request as secrets too", async () => {
    const tokens = { get: async () => ({ value: "t0ken" }), invalidate: () => {} };
    expect(await bearerFrom(tokens, ["client-secret"])(to("https://a.test"), signal)).toMatchObject({
      headers: { authorization: "Bearer t0ken" },
      secrets: ["t0ken", "client-secret"],
    });
  });
});
