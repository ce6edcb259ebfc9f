import { describe, expectTypeOf, test } from "vitest";
import type { NotAllowed } from "../../src/core/values.js";
import type { ClientCredentials, OAuthClient, OAuthClientManager, TokenRequest } from "../../src/index.js";
import type * as surface from "../../src/ory/index.js";
import {
  createOryManager,
  type OryClient,
  type OryClientChanges,
  type OryClientInput,
  type OryCreateResult,
  type OryIntrospection,
  type OryManager,
  type OryOptions,
  oryOptionsFromEnv,
} from "../../src/ory/index.js";
import type { AnyIn } from "./any.js";

declare const ory: OryManager;
const jwks = { keys: [{ kty: "RSA" }] };
const jwksUri = "https://keys.test/jwks";

describe("an input does not compile", () => {
  test("without a name", () => {
    // @ts-expect-error name is required
    const input: OryClientInput = {};
    void input;
  });

  test("with private_key_jwt and no keys", () => {
    // @ts-expect-error jwks or jwksUri is required
    const input: OryClientInput = { name: "a", tokenEndpointAuthMethod: "private_key_jwt" };
    void input;
  });

  test("with jwks and jwksUri", () => {
    // @ts-expect-error one of the two
    const secret: OryClientInput = { name: "a", jwks, jwksUri };
    // @ts-expect-error one of the two
    const key: OryClientInput = { name: "a", tokenEndpointAuthMethod: "private_key_jwt", jwks, jwksUri };
    void [secret, key];
  });

  test("with the method none and a secret", () => {
    // @ts-expect-error a public client has no secret
    const input: OryClientInput = { name: "a", tokenEndpointAuthMethod: "none", clientSecret: "abcdef" };
    void input;
  });

  test("with the vendor's field names, or with another type", () => {
    // @ts-expect-error unknown field
    const spelling: OryClientInput = { name: "a", grant_types: ["client_credentials"] };
    // @ts-expect-error scopes are an array
    const scopes: OryClientInput = { name: "a", scopes: "read write" };
    // @ts-expect-error metadata is an object
    const metadata: OryClientInput = { name: "a", metadata: "{}" };
    // @ts-expect-error metadata is JSON
    const functions: OryClientInput = { name: "a", metadata: { a: () => 1 } };
    // @ts-expect-error lifespans are numbers
    const lifespans: OryClientInput = { name: "a", lifespans: { implicitGrantIdTokenMs: "1h" } };
    // @ts-expect-error there is no such lifespan
    const unknown: OryClientInput = { name: "a", lifespans: { accessTokenMs: 1 } };
    void [spelling, scopes, metadata, functions, lifespans, unknown];
  });
});

describe("the type of a field that is not allowed contains the remedy for the compile error", () => {
  test("for jwks and jwksUri together, with the names of both fields", () => {
    expectTypeOf<surface.OrySecretClientInput["jwksUri"]>().toEqualTypeOf<
      NotAllowed<"jwksUri cannot be combined with jwks: set one of them"> | undefined
    >();
    expectTypeOf<surface.OrySecretClientJwksUriInput["jwks"]>().toEqualTypeOf<
      NotAllowed<"jwks cannot be combined with jwksUri: set one of them"> | undefined
    >();
    expectTypeOf<surface.OryKeyClientInput["jwksUri"]>().toEqualTypeOf<surface.OrySecretClientInput["jwksUri"]>();
    expectTypeOf<surface.OryPublicClientInput["jwksUri"]>().toEqualTypeOf<surface.OrySecretClientInput["jwksUri"]>();
  });

  test("for a secret of a client with the method none", () => {
    expectTypeOf<surface.OryPublicClientInput["clientSecret"]>().toEqualTypeOf<
      NotAllowed<"a client with tokenEndpointAuthMethod none has no secret: remove clientSecret"> | undefined
    >();
  });

  test("and no value is assignable to it", () => {
    expectTypeOf<string>().not.toExtend<NotAllowed<string>>();
    expectTypeOf<object>().not.toExtend<NotAllowed<string>>();
  });
});

test("an input compiles with all valid combinations", () => {
  const inputs: readonly OryClientInput[] = [
    { name: "a" },
    { name: "a", clientId: "a", clientSecret: "abcdef", tokenEndpointAuthMethod: "client_secret_post", jwks },
    { name: "a", tokenEndpointAuthMethod: "private_key_jwt", jwks },
    { name: "a", tokenEndpointAuthMethod: "private_key_jwt", jwksUri, clientSecret: "abcdef" },
    { name: "a", tokenEndpointAuthMethod: "none", jwksUri },
    { name: "a", grantTypes: ["urn:of:tomorrow"], responseTypes: ["new"], accessTokenStrategy: "new" },
    { name: "a", metadata: { list: [1, null, { deep: true }] }, lifespans: { implicitGrantIdTokenMs: 1 } },
  ];
  void inputs;
});

describe("changes of a client", () => {
  test("do not compile with immutable fields", () => {
    // @ts-expect-error the id is immutable
    const id: OryClientChanges = { clientId: "b" };
    // @ts-expect-error rotateSecret changes secrets
    const secret: OryClientChanges = { clientSecret: "abcdef" };
    // @ts-expect-error a name is required
    const name: OryClientChanges = { name: null };
    // @ts-expect-error lifespans are cleared one by one
    const lifespans: OryClientChanges = { lifespans: null };
    void [id, secret, name, lifespans];
  });

  test("may clear any other field with null", () => {
    const changes: OryClientChanges = { owner: null, scopes: null, jwks: null, lifespans: { implicitGrantIdTokenMs: null } };
    void changes;
  });
});

describe("the result of create", () => {
  test("has credentials for a client with a secret, by default and for an explicit method", () => {
    expectTypeOf(ory.create({ name: "a" }))
      .resolves.toHaveProperty("credentials")
      .toEqualTypeOf<ClientCredentials>();
    expectTypeOf(ory.create({ name: "a", tokenEndpointAuthMethod: "client_secret_post" }))
      .resolves.toHaveProperty("credentials")
      .toEqualTypeOf<ClientCredentials>();
  });

  test("may have no credentials for other methods", () => {
    expectTypeOf(ory.create({ name: "a", tokenEndpointAuthMethod: "none" })).resolves.toEqualTypeOf<OryCreateResult>();
    expectTypeOf(
      ory.create({ name: "a", tokenEndpointAuthMethod: "private_key_jwt", jwks }),
    ).resolves.toEqualTypeOf<OryCreateResult>();
    expectTypeOf<OryCreateResult["credentials"]>().toEqualTypeOf<ClientCredentials | undefined>();
  });
});

describe("a client", () => {
  test("has no member for a secret", () => {
    expectTypeOf<
      Extract<keyof OryClient, "clientSecret" | "client_secret" | "registration" | "credentials">
    >().toEqualTypeOf<never>();
  });

  test("has lists and lifespans that are never undefined", () => {
    expectTypeOf<OryClient["scopes"]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<OryClient["redirectUris"]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<undefined>().not.toExtend<OryClient["grantTypes"] | OryClient["lifespans"]>();
    expectTypeOf<OryClient["createdAt"]>().toEqualTypeOf<Date | undefined>();
  });
});

describe("the manager", () => {
  test("is assignable to OAuthClientManager", () => {
    expectTypeOf(ory).toExtend<OAuthClientManager>();
    expectTypeOf<OryClient>().toExtend<OAuthClient>();
    expectTypeOf(ory.vendor).toEqualTypeOf<"ory">();
  });

  test("returns either value of previousSecret, because servers differ", () => {
    expectTypeOf(ory.rotateSecret("a")).resolves.toHaveProperty("previousSecret").toEqualTypeOf<"still-valid" | "revoked">();
    expectTypeOf(ory.rotateSecret("a")).resolves.toHaveProperty("credentials").toEqualTypeOf<ClientCredentials>();
    expectTypeOf(ory.deleteRotatedSecrets("a")).resolves.toEqualTypeOf<OryClient>();
  });

  test("creates token requests synchronously, and imports with or without a secret", () => {
    expectTypeOf(ory.tokenRequest({ clientId: "a", clientSecret: "b" })).toEqualTypeOf<TokenRequest>();
    expectTypeOf(ory.import("a")).resolves.toHaveProperty("client").toEqualTypeOf<OryClient>();
    expectTypeOf(ory.import({ id: "a", clientSecret: "b" }))
      .resolves.toHaveProperty("secretVerified")
      .toEqualTypeOf<boolean>();
  });

  test("lists with its own filters alone", () => {
    expectTypeOf(ory.list({ name: "a", owner: "b", pageSize: 5 })).toEqualTypeOf<AsyncIterable<OryClient>>();
    // @ts-expect-error unknown option
    ory.list({ page_size: 5 });
  });

  test("patches with three operations", () => {
    // @ts-expect-error Ory does not support move
    ory.patch("a", [{ op: "move", from: "/a", path: "/b" }]);
    // @ts-expect-error add needs a value
    ory.patch("a", [{ op: "add", path: "/a" }]);
    ory.patch("a", [{ op: "remove", path: "/a" }]);
  });

  test("returns no details of an inactive token", () => {
    const introspection = {} as OryIntrospection;
    // @ts-expect-error only for an active token
    void introspection.scopes;
    if (introspection.active) expectTypeOf(introspection.scopes).toEqualTypeOf<readonly string[]>();
  });
});

describe("options", () => {
  test("describe either a project or a server", () => {
    // @ts-expect-error a project requires its API key
    const keyless: OryOptions = { project: "a" };
    // @ts-expect-error a project and a server
    const both: OryOptions = { project: "a", apiKey: "b", adminUrl: "https://a.test" };
    // @ts-expect-error the slug of a project determines its URLs
    const url: OryOptions = { project: "a", apiKey: "b", publicUrl: "https://a.test" };
    // @ts-expect-error neither a project nor a server
    const none: OryOptions = { apiKey: "b" };
    const fine: readonly OryOptions[] = [
      { project: "a", apiKey: "b" },
      { adminUrl: "https://a.test", headers: { a: "b" } },
    ];
    void [keyless, both, url, none, fine];
  });

  test("are read from process.env", () => {
    expectTypeOf(oryOptionsFromEnv).toBeCallableWith(process.env);
    expectTypeOf(oryOptionsFromEnv({})).toEqualTypeOf<OryOptions>();
    expectTypeOf(createOryManager).parameter(0).toEqualTypeOf<OryOptions>();
    expectTypeOf(createOryManager).returns.toEqualTypeOf<OryManager>();
  });
});

describe("the entry point", () => {
  test("contains no any", () => {
    interface Types {
      functions: typeof surface;
      client: surface.OryClient;
      input: surface.OryClientInput;
      changes: surface.OryClientChanges;
      fields: surface.OryClientFields;
      created: surface.OryCreateResult;
      manager: surface.OryManager;
      options: surface.OryOptions;
      list: surface.OryListOptions;
      patch: surface.OryPatchOperation;
      introspection: surface.OryIntrospection;
      introspect: surface.OryIntrospectOptions;
      registration: surface.OryRegistration;
    }
    expectTypeOf<AnyIn<Types>>().toEqualTypeOf<never>();
    // biome-ignore lint/suspicious/noExplicitAny: the search must find it
    expectTypeOf<AnyIn<{ manager: { get: () => Promise<any> } }>>().toEqualTypeOf<".manager.get=>!">();
  });
});
