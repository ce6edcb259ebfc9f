import { describe, expectTypeOf, test } from "vitest";
import type * as surface from "../../src/index.js";

type IsAny<T> = 0 extends 1 & T ? true : false;

// Types of the platform are not checked, because some of them contain any.
type Foreign = AbortSignal | Date | typeof fetch;

/** The paths inside of a type at which it is `any`; `never` when there are none. */
type AnyIn<T, Path extends string = "", Depth extends 0[] = []> =
  IsAny<T> extends true
    ? Path
    : [T] extends [never]
      ? never
      : Depth["length"] extends 7
        ? never
        : T extends Foreign
          ? never
          : T extends abstract new (
                ...args: infer A
              ) => infer I
            ? AnyIn<A, `${Path}(new)`, [...Depth, 0]> | AnyIn<I, `${Path}{}`, [...Depth, 0]>
            : T extends (...args: infer A) => infer R
              ? AnyIn<A, `${Path}()`, [...Depth, 0]> | AnyIn<R, `${Path}=>`, [...Depth, 0]>
              : T extends PromiseLike<infer V>
                ? AnyIn<V, `${Path}!`, [...Depth, 0]>
                : T extends AsyncIterable<infer V>
                  ? AnyIn<V, `${Path}*`, [...Depth, 0]>
                  : T extends readonly (infer V)[]
                    ? AnyIn<V, `${Path}[]`, [...Depth, 0]>
                    : T extends object
                      ? { [K in keyof T & string]-?: AnyIn<T[K], `${Path}.${K}`, [...Depth, 0]> }[keyof T & string]
                      : never;

describe("AnyIn", () => {
  interface Bad {
    readonly fine: string;
    // biome-ignore lint/suspicious/noExplicitAny: the search must find it
    readonly deep: (input: { readonly list: readonly any[] }) => Promise<{ readonly response: any }>;
  }

  test("finds any in arguments, results, lists and members", () => {
    expectTypeOf<AnyIn<Bad>>().toEqualTypeOf<".deep()[].list[]" | ".deep=>!.response">();
    // biome-ignore lint/suspicious/noExplicitAny: the search must find it
    expectTypeOf<AnyIn<{ new (input: any): { readonly x: any } }>>().toEqualTypeOf<"(new)[]" | "{}.x">();
  });

  test("is never for types without any", () => {
    expectTypeOf<AnyIn<{ a: unknown; b: never; c: string[]; signal: AbortSignal }>>().toEqualTypeOf<never>();
  });
});

describe("the root entry point", () => {
  test("has no any in its functions and classes", () => {
    expectTypeOf<AnyIn<typeof surface>>().toEqualTypeOf<never>();
  });

  test("has no any in its types", () => {
    interface Types {
      AnyOAuthClientsError: surface.AnyOAuthClientsError;
      ClientAuthenticationParameters: surface.ClientAuthenticationParameters;
      AuthenticationContext: surface.AuthenticationContext;
      CallOptions: surface.CallOptions;
      ClientAuthentication: surface.ClientAuthentication;
      ClientCredentials: surface.ClientCredentials;
      ClientImport: surface.ClientImport<surface.OAuthClient>;
      ClientReference: surface.ClientReference;
      ErrorCode: surface.ErrorCode;
      ErrorFacts: surface.ErrorFacts;
      ImportResult: surface.ImportResult<surface.OAuthClient>;
      ImportOptions: surface.ImportOptions;
      ValidationIssue: surface.ValidationIssue;
      CreateResultWithSecret: surface.CreateResultWithSecret<surface.OAuthClient>;
      Limits: surface.Limits;
      OAuthClient: surface.OAuthClient;
      OAuthClientManager: surface.OAuthClientManager;
      Outcome: surface.Outcome;
      SecretSink: surface.SecretSink;
      SecretSinkContext: surface.SecretSinkContext;
      SecretOptions: surface.SecretOptions;
      PreviousSecret: surface.PreviousSecret;
      CreateResult: surface.CreateResult<surface.OAuthClient>;
      ResponseErrorCode: surface.ResponseErrorCode;
      ResponseFacts: surface.ResponseFacts;
      RetryOptions: surface.RetryOptions;
      RotateSecretResult: surface.RotateSecretResult;
      SecretAuthMethod: surface.SecretAuthMethod;
      SecretRotation: surface.SecretRotation;
      TokenRequests: surface.TokenRequests;
      TokenRequest: surface.TokenRequest;
      TokenParameters: surface.TokenParameters;
      TransportOptions: surface.TransportOptions;
    }
    expectTypeOf<AnyIn<Types>>().toEqualTypeOf<never>();
  });
});
