import { describe, expect, test } from "vitest";
import { parseErrorResponse } from "../../src/ory/errors.js";

function read(body: unknown, headers: Record<string, string> = {}, status = 400) {
  return parseErrorResponse({ status, headers: new Headers(headers), text: "", body });
}

describe("an error body without a message", () => {
  test.each([
    [undefined],
    [null],
    [""],
    ["text"],
    [3],
    [[]],
    [{}],
    [{ error: {} }],
    [{ error: null }],
    [{ error: 7 }],
    [{ message: 7 }],
  ])("%j has no message, no code and no request id", (body) => {
    const { message, vendorCode, requestId } = read(body);
    expect([message, vendorCode, requestId]).toEqual([undefined, undefined, undefined]);
  });

  test("has the request id of the header", () => {
    expect(read(undefined, { "x-request-id": "request-1" }).requestId).toBe("request-1");
    expect(read({}, { "x-request-id": "request-1" }).requestId).toBe("request-1");
  });
});

describe("secrets in an error message", () => {
  test.each(["pat", "apikey", "wak", "at", "rt", "ac", "st", "lo"])("ory_%s_... is redacted in every format", (kind) => {
    const token = `ory_${kind}_AbC-12~3.4_5`;
    for (const body of [
      { error: "invalid_client", error_description: `token '${token}' is bad` },
      { error: `The key ${token} is bad` },
      { error: { message: `key ${token}`, reason: `because ${token}`, details: { feature: token } } },
      { message: `key ${token}`, reason: token },
    ]) {
      expect(read(body).message).toContain("[secret]");
      expect(read(body).message).not.toContain("AbC-12");
    }
  });

  test("a code in the form of a token is redacted too", () => {
    expect(read({ error: "ory_pat_abcdef123" }).vendorCode).toBe("[secret]");
  });
});

describe("the flat error format", () => {
  test("has a code and a description", () => {
    expect(read({ error: "invalid_client_metadata", error_description: "The scope is wrong." })).toEqual({
      message: "The scope is wrong.",
      vendorCode: "invalid_client_metadata",
      requestId: undefined,
    });
  });

  test("has a code alone", () => {
    expect(read({ error: "error" })).toMatchObject({ message: "error", vendorCode: "error" });
  });

  test("has a sentence instead of the code, which is not read as a code", () => {
    expect(read({ error: "Unable to locate the resource", error_description: "" })).toEqual({
      message: "Unable to locate the resource",
      vendorCode: undefined,
      requestId: undefined,
    });
  });

  test("has a sentence and a reason", () => {
    expect(read({ error: "The request was malformed", error_description: "bad page size" }).message).toBe(
      "The request was malformed: bad page size",
    );
  });

  test("has a description of another type, which is ignored", () => {
    expect(read({ error: "invalid_request", error_description: { a: 1 } }).message).toBe("invalid_request");
  });
});

const detail = {
  code: 401,
  status: "Unauthorized",
  request: "b7c1e0aa-1111-2222",
  reason: "No key.",
  message: "Bad credentials",
};

describe("the error format of the gateway", () => {
  test("has an object as error", () => {
    expect(read({ error: detail })).toEqual({
      message: "Bad credentials: No key.",
      vendorCode: undefined,
      requestId: "b7c1e0aa-1111-2222",
    });
  });

  test("has the members of the object at the top level", () => {
    expect(read(detail)).toEqual({
      message: "Bad credentials: No key.",
      vendorCode: undefined,
      requestId: "b7c1e0aa-1111-2222",
    });
  });

  test("names the feature that a plan does not include", () => {
    const body = {
      error: { id: "feature_not_available", message: "Not in your plan", details: { feature: "custom_domains" } },
    };
    expect(read(body)).toMatchObject({
      vendorCode: "feature_not_available",
      message: "Not in your plan: feature custom_domains",
    });
  });

  test("has a request id that takes precedence over the header", () => {
    expect(read({ error: detail }, { "x-request-id": "other" }).requestId).toBe("b7c1e0aa-1111-2222");
  });

  test("contains no key and no token in any member", () => {
    const key = "ory_pat_abcDEF123";
    const body = { error: { id: key, request: `request ${key}`, message: key, reason: key, details: { feature: key } } };
    expect(JSON.stringify(read(body))).not.toContain("abcDEF123");
    expect(JSON.stringify(read({}, { "x-request-id": key, "ory-error-id": key }))).not.toContain("abcDEF123");
    expect(JSON.stringify(read({ error: key, error_description: key }, { "x-request-id": key }))).not.toContain("abcDEF123");
  });

  test("may have its error id in a header", () => {
    expect(read({ error: detail }, { "ory-error-id": "session_inactive" }).vendorCode).toBe("session_inactive");
  });
});
