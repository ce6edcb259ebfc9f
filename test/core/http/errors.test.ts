import { describe, expect, test } from "vitest";
import * as errors from "../../../src/core/errors.js";
import { type ErrorDetails, isRedirect, toResponseError } from "../../../src/core/http/errors.js";

const context = {
  vendor: "acme",
  operation: "create client",
  outcome: "unknown",
  retryAfterMs: 7_000,
  secrets: ["hunter22"],
} as const;
const refuse = (status: number, failure: ErrorDetails = {}, more: object = {}, text = "") =>
  toResponseError({ status, headers: new Headers(), text, body: undefined }, failure, { ...context, ...more });

describe("toResponseError", () => {
  test.each([
    [0, errors.ResponseError],
    [302, errors.ResponseError],
    [400, errors.ResponseError],
    [401, errors.AuthenticationError],
    [402, errors.ResponseError],
    [403, errors.PermissionDeniedError],
    [404, errors.NotFoundError],
    [409, errors.ConflictError],
    [410, errors.ResponseError],
    [429, errors.RateLimitError],
    [500, errors.ServerError],
    [503, errors.ServerError],
    [999, errors.ServerError],
  ])("toResponseError creates the class of status %i", (status, kind) => {
    const error = refuse(status);
    expect(error.constructor).toBe(kind);
    expect(error).toMatchObject({ status, vendor: "acme", operation: "create client", outcome: "unknown" });
  });

  test("toResponseError uses the class of the corrected status, and shows the received one", () => {
    const error = refuse(500, { status: 404 });
    expect(error).toBeInstanceOf(errors.NotFoundError);
    expect(error.status).toBe(500);
    expect(error.message).toContain("(500)");
  });

  test("toResponseError has the retry delay only in classes with that field", () => {
    expect(refuse(429)).toHaveProperty("retryAfterMs", 7_000);
    expect(refuse(503)).toHaveProperty("retryAfterMs", 7_000);
    expect(refuse(404)).not.toHaveProperty("retryAfterMs");
  });

  test.each([undefined, "", "  ", "\u0000\n"])(
    "states that the response has no error message when the message is %j",
    (message) => {
      expect(refuse(404, { message }).message).toBe(
        "acme create client: the response has no error message (404). The change may have been applied. Read the current state before you retry.",
      );
    },
  );

  test.each([7, { deep: true }, ["a"], null, true])("toResponseError ignores details that are not strings: %j", (odd) => {
    const error = refuse(404, { message: odd, vendorCode: odd, requestId: odd } as never);
    expect(error.message).toBe(
      "acme create client: the response has no error message (404). The change may have been applied. Read the current state before you retry.",
    );
    expect(error).not.toHaveProperty("vendorCode");
    expect(error).not.toHaveProperty("requestId");
  });

  test("toResponseError shows the text of a page that is not JSON, without its markup, redacted and cut", () => {
    const page =
      "<!doctype html><html><head><title>x</title><style>p{}</style></head><body><h1>Bad gateway</h1>hunter22 <b>down</b>";
    expect(refuse(502, {}, {}, page).message).toBe(
      "acme create client: Bad gateway [secret] down (502). The change may have been applied. The server asks to wait 7 s. Read the current state before you retry.",
    );
    expect(refuse(502, {}, {}, `${page}${"y".repeat(9_000)}`).message.length).toBeLessThan(400);
  });

  test("toResponseError reads a large hostile page in linear time", { timeout: 5_000 }, () => {
    expect(refuse(502, {}, {}, "<script".repeat(500_000)).message).toContain("(502)");
  });

  test("toResponseError does not show the body of a redirect", () => {
    expect(refuse(302, { message: "moved to https://evil.test" }).message).toBe(
      "acme create client: redirects are not followed (302). The change may have been applied. Read the current state before you retry.",
    );
  });

  test("toResponseError redacts and cuts every text of the vendor", () => {
    const long = `hunter22 ${"x".repeat(2_000)}`;
    const error = refuse(400, { message: long, vendorCode: long, requestId: long });
    for (const text of [error.message, error.vendorCode!, error.requestId!]) {
      expect(text).toContain("[secret]");
      expect(text).not.toContain("hunter22");
      expect(text.length).toBeLessThan(1_200);
    }
  });

  test("toResponseError keeps the credentials that the vendor may have stored", () => {
    const credentials = { clientId: "c", clientSecret: "s" };
    expect(refuse(500, {}, { credentials }).unsavedCredentials()).toEqual(credentials);
    expect(refuse(500).unsavedCredentials()).toBeUndefined();
  });

  test("toResponseError has the vendor's message, its code and its id of the request", () => {
    const error = refuse(403, { message: "not granted", vendorCode: "E-7", requestId: "r-1" });
    expect(error.message).toBe(
      "acme create client: not granted (403, request r-1). The change may have been applied. Read the current state before you retry.",
    );
    expect(error).toMatchObject({ vendorCode: "E-7", requestId: "r-1" });
  });
});

test("isRedirect is true for 3xx, and for 0 in runtimes that hide redirects", () => {
  expect([0, 300, 301, 304, 308, 399].every(isRedirect)).toBe(true);
  expect([200, 299, 400, 500, 100].some(isRedirect)).toBe(false);
});
