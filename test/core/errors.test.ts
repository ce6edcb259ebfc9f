import { inspect, types } from "node:util";
import { describe, expect, test, vi } from "vitest";
import * as errors from "../../src/core/errors.js";

const credentials = { clientId: "c1", clientSecret: "canary-secret" };
const facts = { message: "went wrong", vendor: "acme", operation: "create client", outcome: "unknown", credentials } as const;
const response = { ...facts, status: 418, vendorCode: "v-1", requestId: "r-1" };
const issues = [{ path: "name", message: "required" }];

const made: readonly (readonly [name: string, code: string, parent: unknown, error: errors.OAuthClientsError])[] = [
  [
    "ConfigurationError",
    "invalid_configuration",
    errors.OAuthClientsError,
    new errors.ConfigurationError({ ...facts, issues }),
  ],
  ["ValidationError", "invalid_input", errors.OAuthClientsError, new errors.ValidationError({ ...facts, issues })],
  ["NetworkError", "network", errors.OAuthClientsError, new errors.NetworkError(facts)],
  ["TimeoutError", "timeout", errors.OAuthClientsError, new errors.TimeoutError(facts)],
  ["AbortedError", "aborted", errors.OAuthClientsError, new errors.AbortedError({ ...facts, cause: undefined })],
  [
    "UnexpectedResponseError",
    "unexpected_response",
    errors.OAuthClientsError,
    new errors.UnexpectedResponseError({ ...facts, issues, status: 201 }),
  ],
  [
    "TokenEndpointError",
    "token_endpoint_error",
    errors.OAuthClientsError,
    new errors.TokenEndpointError({ ...facts, status: 401, error: "invalid_client", errorDescription: "no", retryAfterMs: 5 }),
  ],
  [
    "SecretStorageError",
    "secret_storage_failed",
    errors.OAuthClientsError,
    new errors.SecretStorageError({ ...facts, clientId: "c1" }),
  ],
  ["ResponseError", "error_response", errors.OAuthClientsError, new errors.ResponseError(response)],
  ["AuthenticationError", "authentication", errors.ResponseError, new errors.AuthenticationError(response)],
  ["PermissionDeniedError", "permission", errors.ResponseError, new errors.PermissionDeniedError(response)],
  ["NotFoundError", "not_found", errors.ResponseError, new errors.NotFoundError(response)],
  ["ConflictError", "conflict", errors.ResponseError, new errors.ConflictError(response)],
  ["RateLimitError", "rate_limited", errors.ResponseError, new errors.RateLimitError({ ...response, retryAfterMs: 7 })],
  ["ServerError", "server_error", errors.ResponseError, new errors.ServerError({ ...response, retryAfterMs: 7 })],
];

test("an AbortedError has the reason of the signal as its cause, also when it is cloned, and JSON does not contain it", () => {
  const cause = new Error("enough");
  const error = new errors.AbortedError({ ...facts, cause });
  expect(errors.cloneError(error, { outcome: "unknown" }).cause).toBe(cause);
  expect(JSON.stringify(error)).not.toContain("cause");
});

test("the list above contains every error class", () => {
  const classes = Object.entries(errors).filter(([, value]) => typeof value === "function" && value.prototype instanceof Error);
  expect(
    made
      .map(([name]) => name)
      .concat("OAuthClientsError")
      .sort(),
  ).toEqual(classes.map(([name]) => name).sort());
  expect(new Set(made.map(([, code]) => code)).size).toBe(made.length);
});

describe.each(made)("%s", (name, code, parent, error) => {
  test("has its facts, its name and its code", () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(parent);
    expect(error).toMatchObject({
      name,
      code,
      message: "went wrong",
      vendor: "acme",
      operation: "create client",
      outcome: "unknown",
    });
    expect(error.stack).toMatch(new RegExp(`^${name}: went wrong\\n`));
    expect(`${error}`).toBe(`${name}: went wrong`);
    expect(error.cause).toBeUndefined();
    expect(errors.isOAuthClientsError(error)).toBe(true);
  });

  test("serializes name, message and fields, and no stack", () => {
    const json = JSON.parse(JSON.stringify(error));
    expect(json).toMatchObject({
      name,
      code,
      message: "went wrong",
      vendor: "acme",
      operation: "create client",
      outcome: "unknown",
    });
    expect(json).not.toHaveProperty("stack");
  });

  test("returns the credentials from unsavedCredentials and shows them nowhere else", () => {
    expect(error.unsavedCredentials()).toEqual(credentials);
    const places = [
      inspect(error, { depth: null, showHidden: true, getters: true }),
      JSON.stringify(error),
      JSON.stringify(Object.getOwnPropertyDescriptors(error)),
      JSON.stringify(structuredClone({ ...error })),
      Reflect.ownKeys(error).map(String).join(),
      String(error.stack),
    ];
    for (const place of places) expect(place).not.toMatch(/canary|credential|clientSecret/);
  });

  test("omits facts that are not given", () => {
    const Kind = error.constructor as new (facts: object) => errors.OAuthClientsError;
    const bare = new Kind({ message: "", status: 400, error: "x", issues: [] });
    expect(bare.outcome).toBe("not_applied");
    expect(bare.unsavedCredentials()).toBeUndefined();
    for (const field of ["vendor", "operation", "vendorCode", "requestId", "retryAfterMs", "errorDescription"])
      expect(field in bare).toBe(false);
  });
});

test("has the facts of its own class", () => {
  const of = (wanted: string) => made.find(([name]) => name === wanted)?.[3];
  expect(of("ValidationError")).toMatchObject({ issues });
  expect(of("UnexpectedResponseError")).toMatchObject({ issues, status: 201 });
  expect(of("TokenEndpointError")).toMatchObject({
    status: 401,
    error: "invalid_client",
    errorDescription: "no",
    retryAfterMs: 5,
  });
  expect(of("SecretStorageError")).toMatchObject({ clientId: "c1" });
  expect(of("ResponseError")).toMatchObject({ status: 418, vendorCode: "v-1", requestId: "r-1" });
  expect(of("RateLimitError")).toMatchObject({ retryAfterMs: 7 });
  expect(of("ServerError")).toMatchObject({ retryAfterMs: 7 });
});

describe("isOAuthClientsError", () => {
  test.each([undefined, null, "error", 7, {}, new Error("x"), new DOMException("x", "TimeoutError"), () => undefined])(
    "is false for %s",
    (value) => {
      expect(errors.isOAuthClientsError(value)).toBe(false);
    },
  );

  test("isOAuthClientsError is true for errors of another copy of the package, unlike instanceof", async () => {
    vi.resetModules();
    const other = await import("../../src/core/errors.js");
    const foreign = new other.NotFoundError(response);
    expect(foreign).not.toBeInstanceOf(errors.NotFoundError);
    expect(errors.isOAuthClientsError(foreign)).toBe(true);
    expect(other.isOAuthClientsError(new errors.NotFoundError(response))).toBe(true);
  });
});

describe("cloneError", () => {
  test.each(made)("cloneError clones a %s with all its facts, and does not change the original", (name, code, _, error) => {
    const mine = { clientId: "c2", clientSecret: "another-secret" };
    const copy = errors.cloneError(error, { outcome: "not_applied", credentials: mine });
    expect(copy).not.toBe(error);
    expect(copy.constructor).toBe(error.constructor);
    expect(copy).toMatchObject({ name, code, outcome: "not_applied" });
    expect({ ...copy, outcome: "unknown" }).toEqual({ ...error });
    expect(copy.stack).toBe(error.stack);
    expect(copy.unsavedCredentials()).toEqual(mine);
    expect(error.outcome).toBe("unknown");
    expect(error.unsavedCredentials()).toEqual(credentials);
  });

  test("cloneError removes the credentials of another call", () => {
    expect(
      errors.cloneError(new errors.NetworkError(facts), { outcome: "unknown", credentials: undefined }).unsavedCredentials(),
    ).toBeUndefined();
  });
});

describe("cloneError with other facts", () => {
  test("creates a native error of the same class without a call of its constructor", () => {
    class Strict extends errors.NetworkError {
      constructor(facts: { readonly message: string; readonly required: string }) {
        super({ message: `${facts.message} ${facts.required.length}` });
      }
    }
    const clone = errors.cloneError(new Strict({ message: "went wrong", required: "x" }), { outcome: "unknown" });
    expect(clone).toBeInstanceOf(Strict);
    expect(types.isNativeError(clone)).toBe(true);
    expect(errors.isOAuthClientsError(clone)).toBe(true);
    expect(clone).toMatchObject({ message: "went wrong 1", code: "network", outcome: "unknown" });
  });

  test("changes the message and the stack, also with special characters of replacement patterns", () => {
    const error = errors.cloneError(new errors.NetworkError({ message: "went wrong ($&)" }), { message: "replaced: $& $1" });
    expect(error.message).toBe("replaced: $& $1");
    expect(error.stack).toMatch(/^NetworkError: replaced: \$& \$1\n\s+at /);
    expect(inspect(error)).not.toContain("went wrong");
    expect(JSON.parse(JSON.stringify(error)).message).toBe("replaced: $& $1");
    expect(Object.keys(error)).not.toContain("message");
    expect(Object.keys(error)).not.toContain("stack");
  });

  test("changes the outcome and keeps the other facts and the credentials", () => {
    const error = new errors.NetworkError({ message: "went wrong", vendor: "acme" });
    const clone = errors.cloneError(error, { outcome: "unknown", credentials });
    expect(clone).toMatchObject({ message: "went wrong", vendor: "acme", outcome: "unknown" });
    expect(clone.unsavedCredentials()).toEqual(credentials);
    expect(JSON.stringify(clone)).toContain('"outcome":"unknown"');
    expect(inspect(clone, { depth: null, showHidden: true })).not.toContain("canary");
    const second = errors.cloneError(clone, {});
    expect(second.outcome).toBe("unknown");
    expect(second.unsavedCredentials()).toEqual(credentials);
    expect(error.outcome).toBe("not_applied");
  });
});
