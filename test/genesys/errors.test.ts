import {
  AuthenticationError,
  NetworkError,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  TokenEndpointError,
} from "oauth-clients";
import { describe, expect, test } from "vitest";
import { parseErrorResponse, parseLoginError } from "../../src/genesys/errors.js";

const read = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  parseErrorResponse({ status, headers: new Headers(headers), text: "", body });

describe("an error body without a message", () => {
  test.each([undefined, null, "text", 7, [], {}, { message: "", code: 7, details: "x", errors: {} }])(
    "has no message and no code: %o",
    (body) => {
      expect(read(502, body)).toMatchObject({ requestId: undefined });
      expect(read(502, body).message).toBeUndefined();
      expect(read(502, body).vendorCode).toBeUndefined();
    },
  );

  test("is parsed with the correlation id of the header", () => {
    expect(read(502, undefined, { "ININ-Correlation-Id": "c0ffee" })).toEqual({ requestId: "c0ffee" });
  });
});

describe("an error of the API", () => {
  test("has its code, message and correlation id", () => {
    const body = {
      message: "Client roles are missing.",
      code: "missing.client.roles",
      status: 400,
      contextId: "c1",
      details: [],
    };
    expect(read(400, body, { "inin-correlation-id": "c2" })).toEqual({
      message: "Client roles are missing.",
      vendorCode: "missing.client.roles",
      requestId: "c1",
    });
    expect(read(400, { message: "a" }, { "inin-correlation-id": "c2" }).requestId).toBe("c2");
  });

  test("names its fields, inner errors and limit", () => {
    const body = {
      message: "bad",
      details: [{ fieldName: "name", errorCode: "too.long" }, { errorCode: "odd" }, { fieldName: "scope" }, {}, null],
      errors: [{ message: "inner" }, { code: "inner.code" }, 7],
      limit: { key: "client.count", namespace: "oauth", value: 50 },
    };
    expect(read(400, body).message).toBe("bad; name: too.long; odd; scope; inner; inner.code; limit client.count is 50");
    expect(read(400, { limit: { key: "a" } }).message).toBe("limit a");
  });

  test("with the text of a rate limit is not a rate limit of the login host", () => {
    expect(read(400, { message: "rate limit exceeded; slow down", code: "bad.request" }).status).toBeUndefined();
  });
});

describe("an error of the login host", () => {
  test.each([
    [{ error: "invalid_client", error_description: "client not found: abc", description: "x" }, "client not found: abc"],
    [{ error: "invalid_client", description: "authentication failed" }, "authentication failed"],
    [{ error: "invalid_client" }, "invalid_client"],
  ])("has its code and description: %o", (body, message) => {
    expect(read(400, body, { "inin-correlation-id": "c" })).toEqual({ message, vendorCode: "invalid_client", requestId: "c" });
  });

  test.each([
    { error: "invalid_request", error_description: "rate limit exceeded; try later" },
    { error: "invalid_request", description: "Rate limit exceeded" },
  ])("is a rate limit with the status 429: %o", (body) => {
    expect(read(400, body)).toMatchObject({ status: 429, vendorCode: "invalid_request" });
  });

  test("is no rate limit with another status or description", () => {
    expect(read(503, { error: "x", error_description: "rate limit exceeded;" }).status).toBeUndefined();
    expect(read(400, { error: "x", error_description: "the rate limit exceeded;" }).status).toBeUndefined();
  });
});

describe("a failed token request", () => {
  const token = (status: number, errorDescription: string) =>
    new TokenEndpointError({ message: "m", status, error: "invalid_request", errorDescription, retryAfterMs: 7 });

  test("other errors of a token request are returned unchanged", () => {
    const errors = [
      token(400, "client not found"),
      token(503, "rate limit exceeded;"),
      new NetworkError({ message: "m" }),
      new ResponseError({ message: "m", status: 400 }),
      new ResponseError({ message: "m", status: 422, vendorCode: "x" }),
      new PermissionDeniedError({ message: "m", status: 403, vendorCode: "x" }),
      new RateLimitError({ message: "m", status: 400, vendorCode: "invalid_request" }),
      "thrown by other code",
    ];
    for (const error of errors) expect(parseLoginError(error)).toBe(error);
  });

  test("a rate limit of a token request is a RateLimitError", () => {
    const error = parseLoginError(token(400, "rate limit exceeded; try later"));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({
      message: "m",
      vendor: "genesys",
      status: 400,
      vendorCode: "invalid_request",
      retryAfterMs: 7,
      outcome: "not_applied",
    });
  });

  test("rejected credentials are a TokenEndpointError with status 400 and with 401", () => {
    for (const [status, Kind] of [
      [400, ResponseError],
      [401, AuthenticationError],
    ] as const) {
      const error = parseLoginError(new Kind({ message: "m", vendor: "genesys", status, vendorCode: "invalid_client" }));
      expect(error).toBeInstanceOf(TokenEndpointError);
      expect(error).toMatchObject({ message: "m", vendor: "genesys", status, error: "invalid_client" });
    }
  });
});
