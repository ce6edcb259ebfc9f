import { describe, expectTypeOf, test } from "vitest";
import {
  type AnyOAuthManagerError,
  type ErrorCode,
  isOAuthManagerError,
  NotFoundError,
  OAuthManagerError,
  type Outcome,
  type RateLimitError,
  ResponseError,
  type TokenError,
} from "../../src/index.js";

declare const caught: unknown;
declare const error: AnyOAuthManagerError;

describe("code", () => {
  test("is a union of all codes, each of one class", () => {
    expectTypeOf<ErrorCode>().toEqualTypeOf<
      | "invalid_configuration"
      | "invalid_input"
      | "network"
      | "timeout"
      | "unexpected_response"
      | "token_refused"
      | "delivery"
      | "refused"
      | "authentication"
      | "permission"
      | "not_found"
      | "conflict"
      | "rate_limited"
      | "vendor_fault"
    >();
    expectTypeOf<Extract<AnyOAuthManagerError, { code: "not_found" }>>().toEqualTypeOf<NotFoundError>();
  });

  test("makes a switch over it exhaustive, and narrows in every case", () => {
    const read = (error: AnyOAuthManagerError): unknown => {
      switch (error.code) {
        case "invalid_configuration":
        case "invalid_input":
          return error.issues;
        case "network":
        case "timeout":
          return error.outcome;
        case "unexpected_response":
          return error.status;
        case "token_refused":
          expectTypeOf(error).toEqualTypeOf<TokenError>();
          return error.errorDescription;
        case "delivery":
          return error.clientId;
        case "refused":
        case "authentication":
        case "permission":
        case "not_found":
        case "conflict":
          expectTypeOf(error).toExtend<ResponseError>();
          return error.requestId;
        case "rate_limited":
          expectTypeOf(error).toEqualTypeOf<RateLimitError>();
          return error.retryAfterMs;
        case "vendor_fault":
          return error.retryAfterMs;
        default:
          return error satisfies never;
      }
    };
    void read;
  });

  test("notices a switch that forgets one", () => {
    const forgetful = (error: AnyOAuthManagerError): unknown => {
      if (error.code !== "conflict") return undefined;
      // @ts-expect-error a conflict is left
      return error satisfies never;
    };
    void forgetful;
  });

  test("has no other values", () => {
    // @ts-expect-error no such code
    void (error.code === "not-found");
  });
});

test("the guard narrows what was caught", () => {
  if (isOAuthManagerError(caught)) {
    expectTypeOf(caught).toEqualTypeOf<AnyOAuthManagerError>();
    expectTypeOf(caught.outcome).toEqualTypeOf<Outcome>();
  }
});

test("instanceof narrows to a class and its parents", () => {
  if (caught instanceof NotFoundError) expectTypeOf(caught.status).toEqualTypeOf<number>();
  expectTypeOf<NotFoundError>().toExtend<ResponseError>();
  expectTypeOf<ResponseError>().toExtend<OAuthManagerError>();
  // @ts-expect-error the root is abstract
  void new OAuthManagerError({ message: "x" });
});

test("every error that exists is in the union", () => {
  expectTypeOf(new ResponseError({ message: "x", status: 400 })).toExtend<OAuthManagerError>();
  expectTypeOf<AnyOAuthManagerError>().toExtend<OAuthManagerError>();
});
