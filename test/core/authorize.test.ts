import { describe, expect, test, vi } from "vitest";
import { type Authorize, bearer, bearerFrom, restrictToOrigin, toManagerAuthError } from "../../src/core/authorize.js";
import { AuthenticationError, ConfigurationError, RateLimitError, TokenEndpointError } from "../../src/core/errors.js";

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

  test.each(["https://api.acme.test/x", "https://api.acme.test:443/y?z=1", "https://API.acme.test"])(
    "restrictToOrigin authorizes %s",
    (url) => {
      const authorization = { headers: {}, secrets: [] };
      expect(restrictToOrigin("https://api.acme.test", () => authorization)(to(url), signal)).toBe(authorization);
    },
  );
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

describe("toManagerAuthError", () => {
  const tokenError = (status: number, error: string) =>
    new TokenEndpointError({ message: "m", status, error, retryAfterMs: 5 });

  test.each([new TokenEndpointError({ message: "m", status: 503, error: "server_error" }), new RangeError("x"), undefined])(
    "toManagerAuthError returns other errors unchanged: %s",
    (error) => {
      expect(toManagerAuthError(error, "acme", "Check it")).toBe(error);
    },
  );

  test("toManagerAuthError converts status 429 to a RateLimitError, which is retried", () => {
    const error = toManagerAuthError(tokenError(429, "slow_down"), "acme", "Check it");
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ vendor: "acme", operation: "request token", status: 429, retryAfterMs: 5 });
    expect((error as Error).message).toBe("acme request token: slow_down (429)");
  });

  test.each([400, 401, 403])(
    "toManagerAuthError converts rejected credentials with status %d to an AuthenticationError",
    (status) => {
      const error = toManagerAuthError(tokenError(status, "invalid_client"), "acme", "Check it");
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ vendor: "acme", operation: "request token", status, vendorCode: "invalid_client" });
    },
  );
});
