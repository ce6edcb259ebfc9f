import { describe, expectTypeOf, test } from "vitest";
import {
  type ClientImport,
  type CreateResult,
  type CreateResultWithSecret,
  canImport,
  canRequestTokens,
  canRotateSecret,
  type OAuthClient,
  type OAuthClientManager,
  type PreviousSecret,
  type RotateSecretResult,
  type SecretRotation,
  type TokenRequests,
} from "../../src/index.js";

interface AcmeClient extends OAuthClient {
  readonly vendor: "acme";
  readonly flow: "one" | "two";
}
interface AcmeInput {
  readonly name: string;
  readonly flow: "one" | "two";
}
interface AcmeManager
  extends OAuthClientManager<AcmeClient, AcmeInput, Partial<AcmeInput>, CreateResultWithSecret<AcmeClient>>,
    SecretRotation<"revoked">,
    TokenRequests,
    ClientImport<AcmeClient> {}

interface ZenithClient extends OAuthClient {
  readonly vendor: "zenith";
  readonly host: string;
}
interface ZenithManager
  extends OAuthClientManager<
    ZenithClient,
    { readonly host: string },
    { readonly host?: string },
    CreateResult<ZenithClient>,
    { readonly goneAt?: Date }
  > {}

declare const acme: AcmeManager;
declare const zenith: ZenithManager;
declare const bare: OAuthClientManager;
declare const either: AcmeManager | ZenithManager;

describe("the manager of a vendor", () => {
  test("is assignable to OAuthClientManager, alone and in an array", () => {
    expectTypeOf(acme).toExtend<OAuthClientManager>();
    expectTypeOf(zenith).toExtend<OAuthClientManager>();
    const all: readonly OAuthClientManager[] = [acme, zenith];
    expectTypeOf(all[0]!.list()).toEqualTypeOf<AsyncIterable<OAuthClient>>();
  });

  test("is assignable neither from OAuthClientManager nor from another vendor's manager", () => {
    // @ts-expect-error OAuthClientManager has no input for create
    const wrong: AcmeManager = bare;
    // @ts-expect-error another vendor
    const other: AcmeManager = zenith;
    void [wrong, other];
    expectTypeOf(bare).not.toExtend<ZenithManager>();
  });

  test("creates its own client, with credentials when the vendor issues them", () => {
    expectTypeOf(acme.create({ name: "a", flow: "one" })).resolves.toEqualTypeOf<CreateResultWithSecret<AcmeClient>>();
    expectTypeOf(zenith.create({ host: "h" })).resolves.toEqualTypeOf<CreateResult<ZenithClient>>();
    // @ts-expect-error flow is missing
    void acme.create({ name: "a" });
    void zenith.create({ host: "h" }).then((made) => {
      // @ts-expect-error this vendor issues none
      void made.credentials;
    });
  });

  test("returns the delete result of the vendor", () => {
    expectTypeOf(zenith.delete("id")).resolves.toEqualTypeOf<{ readonly goneAt?: Date }>();
  });

  test("accepts a wider input where a narrower one is required, but not the reverse", () => {
    type Taking<Input> = OAuthClientManager<AcmeClient, Input>;
    expectTypeOf<Taking<{ name: string }>>().toExtend<Taking<{ name: string; more: number }>>();
    expectTypeOf<Taking<{ name: string; more: number }>>().not.toExtend<Taking<{ name: string }>>();
    expectTypeOf<OAuthClientManager<AcmeClient>>().toExtend<OAuthClientManager<OAuthClient>>();
    expectTypeOf<OAuthClientManager<OAuthClient>>().not.toExtend<OAuthClientManager<AcmeClient>>();
  });
});

describe("OAuthClientManager", () => {
  test("reads and deletes", () => {
    expectTypeOf(bare.get("id")).resolves.toEqualTypeOf<OAuthClient>();
    expectTypeOf(bare.delete("id")).resolves.toEqualTypeOf<unknown>();
    expectTypeOf(bare.vendor).toEqualTypeOf<string>();
  });

  test("neither creates nor updates", () => {
    // @ts-expect-error no input fits every vendor
    void bare.create({ name: "a" });
    // @ts-expect-error no changes fit every vendor
    void bare.update("id", { name: "a" });
  });
});

describe("a union of managers", () => {
  test("is narrowed by vendor to each complete manager", () => {
    switch (either.vendor) {
      case "acme":
        expectTypeOf(either).toEqualTypeOf<AcmeManager>();
        void either.create({ name: "a", flow: "two" });
        void either.rotateSecret("id");
        break;
      case "zenith":
        expectTypeOf(either).toEqualTypeOf<ZenithManager>();
        void either.create({ host: "h" });
        break;
      default:
        expectTypeOf(either).toEqualTypeOf<never>();
    }
  });

  test("cannot create before it is narrowed", () => {
    // @ts-expect-error the input of one vendor only
    void either.create({ host: "h" });
  });
});

describe("a capability that a vendor does not have", () => {
  test("has no method", () => {
    // @ts-expect-error no rotation
    void zenith.rotateSecret("id");
    // @ts-expect-error no tokens
    void zenith.tokenRequest({ clientId: "c", clientSecret: "s" });
    // @ts-expect-error no import
    void zenith.import("id");
    // @ts-expect-error not on the bare manager either
    void bare.rotateSecret("id");
  });

  test("is narrowed by its type guard", () => {
    if (canRotateSecret(bare))
      expectTypeOf(bare.rotateSecret("id")).resolves.toEqualTypeOf<RotateSecretResult<PreviousSecret>>();
    if (canRequestTokens(bare)) expectTypeOf(bare.tokenRequest).toEqualTypeOf<TokenRequests["tokenRequest"]>();
    if (canImport(bare)) expectTypeOf(bare.import("id")).resolves.toHaveProperty("secretVerified").toEqualTypeOf<boolean>();
  });

  test("declares what happens to the previous secret", () => {
    expectTypeOf(acme.rotateSecret("id")).resolves.toHaveProperty("previousSecret").toEqualTypeOf<"revoked">();
    expectTypeOf<SecretRotation<"revoked">>().toExtend<SecretRotation>();
    expectTypeOf<SecretRotation>().not.toExtend<SecretRotation<"revoked">>();
    // @ts-expect-error an unknown value of previousSecret
    void (acme satisfies SecretRotation<"forgotten">);
  });
});

test("a client has no member for a secret", () => {
  expectTypeOf<OAuthClient>().not.toHaveProperty("credentials");
  expectTypeOf<keyof OAuthClient>().toEqualTypeOf<"vendor" | "id" | "name" | "createdAt">();
});
