import { describe, expectTypeOf, test } from "vitest";
import {
  type AnyOAuthClientsError,
  type ErrorCode,
  isOAuthClientsError,
  NotFoundError,
  OAuthClientsError,
  type Outcome,
  type RateLimitError,
  ResponseError,
  type TokenEndpointError,
} from "../../src/index.js";

declare const caught: unknown;
declare const error: AnyOAuthClientsError;

describe("the union of errors", () => {
  test("has all codes, each with one class", () => {
    expectTypeOf<ErrorCode>().toEqualTypeOf<
      | "invalid_configuration"
      | "invalid_input"
      | "network"
      | "timeout"
      | "aborted"
      | "unexpected_response"
      | "token_endpoint_error"
      | "secret_storage_failed"
      | "error_response"
      | "authentication"
      | "permission"
      | "not_found"
      | "conflict"
      | "rate_limited"
      | "server_error"
    >();
    expectTypeOf<Extract<AnyOAuthClientsError, { code: "not_found" }>>().toEqualTypeOf<NotFoundError>();
  });

  test("is narrowed in every case of an exhaustive switch over the code", () => {
    const read = (error: AnyOAuthClientsError): unknown => {
      switch (error.code) {
        case "invalid_configuration":
        case "invalid_input":
          return error.issues;
        case "network":
        case "timeout":
        case "aborted":
          return error.outcome;
        case "unexpected_response":
          return error.status;
        case "token_endpoint_error":
          expectTypeOf(error).toEqualTypeOf<TokenEndpointError>();
          return error.errorDescription;
        case "secret_storage_failed":
          return error.clientId;
        case "error_response":
        case "authentication":
        case "permission":
        case "not_found":
        case "conflict":
          expectTypeOf(error).toExtend<ResponseError>();
          return error.requestId;
        case "rate_limited":
          expectTypeOf(error).toEqualTypeOf<RateLimitError>();
          return error.retryAfterMs;
        case "server_error":
          return error.retryAfterMs;
        default:
          return error satisfies never;
      }
    };
    void read;
  });

  test("reports a missing case of such a switch", () => {
    const forgetful = (error: AnyOAuthClientsError): unknown => {
      if (error.code !== "conflict") return undefined;
      // @ts-expect-error the case conflict is missing
      return error satisfies never;
    };
    void forgetful;
  });

  test("has no other codes", () => {
    // @ts-expect-error no such code
    void (error.code === "not-found");
  });
});

test("isOAuthClientsError narrows an unknown value", () => {
  if (isOAuthClientsError(caught)) {
    expectTypeOf(caught).toEqualTypeOf<AnyOAuthClientsError>();
    expectTypeOf(caught.outcome).toEqualTypeOf<Outcome>();
  }
});

test("instanceof narrows to a class and its base classes", () => {
  if (caught instanceof NotFoundError) expectTypeOf(caught.status).toEqualTypeOf<number>();
  expectTypeOf<NotFoundError>().toExtend<ResponseError>();
  expectTypeOf<ResponseError>().toExtend<OAuthClientsError>();
  // @ts-expect-error the root is abstract
  void new OAuthClientsError({ message: "x" });
});

test("the union contains every error class", () => {
  expectTypeOf(new ResponseError({ message: "x", status: 400 })).toExtend<OAuthClientsError>();
  expectTypeOf<AnyOAuthClientsError>().toExtend<OAuthClientsError>();
});
