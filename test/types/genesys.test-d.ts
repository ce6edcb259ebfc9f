import { describe, expectTypeOf, test } from "vitest";
import type { NotAllowed } from "../../src/core/values.js";
import type * as surface from "../../src/genesys/index.js";
import {
  createGenesysManager,
  type GenesysAuthorizationCodeInput,
  type GenesysClient,
  type GenesysClientChanges,
  type GenesysClientCredentialsInput,
  type GenesysClientInput,
  type GenesysCreateResult,
  type GenesysDeleteResult,
  type GenesysGrantType,
  type GenesysManager,
  type GenesysOptions,
  type GenesysRoleById,
  type GenesysSecretOptions,
  type GenesysTokenOptions,
  genesysOptionsFromEnv,
} from "../../src/genesys/index.js";
import type {
  ClientCredentials,
  ClientImport,
  OAuthClientManager,
  SecretRotation,
  TokenRequest,
  TokenRequests,
} from "../../src/index.js";
import type { AnyIn } from "./any.js";

declare const genesys: GenesysManager;
const roles = [{ roleId: "r" }] as const;
const scopes = ["users"] as const;

describe("an input does not compile", () => {
  type Refused = (input: GenesysClientInput) => void;
  const take: Refused = () => {};

  test("without a name, and without a known grant type", () => {
    // @ts-expect-error name is required
    take({ grantType: "client_credentials", roles });
    // @ts-expect-error grantType is required
    take({ name: "a", scopes });
    // @ts-expect-error not a grant type of the library
    take({ grantType: "CLIENT-CREDENTIALS", name: "a", roles });
    // @ts-expect-error not a grant type of a client
    take({ grantType: "refresh_token", name: "a", scopes });
  });

  test("for client_credentials without roles, with scopes or with redirect URIs", () => {
    // @ts-expect-error roles are required
    take({ grantType: "client_credentials", name: "a" });
    // @ts-expect-error at least one role is required
    take({ grantType: "client_credentials", name: "a", roles: [] });
    // @ts-expect-error scopes are not allowed
    take({ grantType: "client_credentials", name: "a", roles, scopes });
    // @ts-expect-error redirect URIs are not allowed
    take({ grantType: "client_credentials", name: "a", roles, redirectUris: ["https://a.test"] });
  });

  test("for another grant type without scopes, or with roles", () => {
    // @ts-expect-error scopes are required
    take({ grantType: "authorization_code", name: "a" });
    // @ts-expect-error at least one scope is required
    take({ grantType: "password", name: "a", scopes: [] });
    // @ts-expect-error scopes are required
    take({ grantType: "urn:ietf:params:oauth:grant-type:saml2-bearer", name: "a" });
    // @ts-expect-error only for client_credentials
    take({ grantType: "implicit", name: "a", scopes, roles });
  });

  test("with a role that has neither an id nor a name, or both", () => {
    // @ts-expect-error an id or a name is required
    take({ grantType: "client_credentials", name: "a", roles: [{ divisionId: "*" }] });
    // @ts-expect-error one of the two
    take({ grantType: "client_credentials", name: "a", roles: [{ roleId: "r", roleName: "admin" }] });
  });

  test("with a secret or an id of the caller", () => {
    // @ts-expect-error the vendor generates the secret
    take({ grantType: "password", name: "a", scopes, clientSecret: "s" });
    // @ts-expect-error the vendor generates the id
    take({ grantType: "password", name: "a", scopes, clientId: "c" });
  });
});

test("a field that is not allowed has a type that names the field and the remedy", () => {
  type Text<Field> = Exclude<Field, undefined> extends NotAllowed<infer Reason> ? Reason : never;
  expectTypeOf<
    Text<GenesysAuthorizationCodeInput["roles"]>
  >().toEqualTypeOf<"roles: only client_credentials has roles; give scopes instead">();
  expectTypeOf<
    Text<GenesysClientCredentialsInput["scopes"]>
  >().toEqualTypeOf<"scopes: not allowed for client_credentials; give roles instead">();
  expectTypeOf<
    Text<GenesysRoleById["roleName"]>
  >().toEqualTypeOf<"roleName: cannot be combined with roleId; give one of the two">();
  expectTypeOf<
    Text<GenesysTokenOptions["clientId"]>
  >().toEqualTypeOf<"clientId: cannot be combined with accessToken; choose one authentication method">();
});

test("an input compiles for each of the five grant types", () => {
  expectTypeOf<GenesysClientInput["grantType"]>().toEqualTypeOf<
    "client_credentials" | "authorization_code" | "urn:ietf:params:oauth:grant-type:saml2-bearer" | "password" | "implicit"
  >();
  const inputs = [
    { grantType: "client_credentials", name: "a", roles: [{ roleName: "admin", divisionId: "*" }, ...roles] },
    { grantType: "authorization_code", name: "a", scopes, redirectUris: ["https://a.test"] },
    { grantType: "urn:ietf:params:oauth:grant-type:saml2-bearer", name: "a", scopes },
    { grantType: "password", name: "a", scopes, state: "inactive", additionalFields: { allowedIps: ["192.0.2.1"] } },
    { grantType: "implicit", name: "a", scopes },
  ] as const satisfies GenesysClientInput[];
  expectTypeOf<(typeof inputs)[number]>().toExtend<GenesysClientInput>();
});

describe("options do not compile", () => {
  test("without credentials, or with two kinds of credentials", () => {
    // @ts-expect-error credentials are required
    const none: GenesysOptions = { region: "eu-west-1" };
    // @ts-expect-error the secret is missing
    const half: GenesysOptions = { clientId: "a" };
    // @ts-expect-error one of the two
    const both: GenesysOptions = { clientId: "a", clientSecret: "b", accessToken: "c" };
    void [none, half, both];
  });

  test("with an unknown region", () => {
    // @ts-expect-error an unknown region
    const region: GenesysOptions = { accessToken: "a", region: "us-east-9" };
    // @ts-expect-error a host is not a region
    const host: GenesysOptions = { accessToken: "a", region: "api.mypurecloud.ie" };
    void [region, host];
    const fine: GenesysOptions[] = [
      { accessToken: "a", region: "eusc-de-east-1" },
      { accessToken: "a", region: "mypurecloud.ie" },
    ];
    void fine;
  });
});

describe("the result of create", () => {
  test("has credentials, except for the grant type implicit", () => {
    const made = genesys.create({ grantType: "client_credentials", name: "a", roles });
    expectTypeOf(made).resolves.toHaveProperty("credentials").toEqualTypeOf<ClientCredentials>();
    const implicit = genesys.create({ grantType: "implicit", name: "a", scopes });
    expectTypeOf(implicit).resolves.toEqualTypeOf<GenesysCreateResult>();
    expectTypeOf<GenesysCreateResult["credentials"]>().toEqualTypeOf<ClientCredentials | undefined>();
  });

  test("has a client without a secret", () => {
    expectTypeOf<GenesysClient>().not.toHaveProperty("clientSecret");
    expectTypeOf<GenesysClient>().not.toHaveProperty("secret");
  });
});

describe("changes of a client", () => {
  test("have no immutable fields", () => {
    expectTypeOf<GenesysClientChanges>().not.toHaveProperty("id");
    expectTypeOf<GenesysClientChanges>().not.toHaveProperty("clientSecret");
    expectTypeOf<{ name: null }>().not.toExtend<GenesysClientChanges>();
    expectTypeOf<{ roles: [] }>().toExtend<GenesysClientChanges>();
    expectTypeOf<{ description: null; accessTokenValidityMs: null }>().toExtend<GenesysClientChanges>();
  });
});

describe("the manager", () => {
  test("rotates to the previousSecret revoked", async () => {
    const { previousSecret, integrationCredentialId } = await genesys.rotateSecret("id");
    expectTypeOf(previousSecret).toEqualTypeOf<"revoked">();
    expectTypeOf(integrationCredentialId).toEqualTypeOf<string | undefined>();
    expectTypeOf<GenesysManager>().toExtend<SecretRotation<"revoked">>();
    expectTypeOf<GenesysManager>().not.toExtend<SecretRotation<"still-valid">>();
  });

  test("returns the time of a scheduled deletion", () => {
    expectTypeOf(genesys.delete("id")).resolves.toEqualTypeOf<GenesysDeleteResult>();
    expectTypeOf<GenesysDeleteResult["scheduledFor"]>().toEqualTypeOf<Date | undefined>();
  });

  test("requests tokens without scopes and audience", () => {
    expectTypeOf(genesys.tokenRequest).parameters.toEqualTypeOf<[credentials: ClientCredentials]>();
    expectTypeOf(genesys.tokenRequest).returns.toEqualTypeOf<TokenRequest>();
    expectTypeOf<GenesysManager>().toExtend<TokenRequests>();
    // @ts-expect-error no parameters
    genesys.tokenRequest({ clientId: "a", clientSecret: "b" }, { scopes: ["users"] });
  });

  test("lists without a page size", () => {
    // @ts-expect-error no page size
    genesys.list({ pageSize: 25 });
  });

  test("accepts an integration credential either by name or by id", () => {
    // @ts-expect-error one of the two
    const both: GenesysSecretOptions = { integrationCredential: { name: "a", id: "b" } };
    // @ts-expect-error one of the two
    const none: GenesysSecretOptions = { integrationCredential: {} };
    void [both, none];
  });

  test("is assignable to OAuthClientManager, which cannot create", () => {
    expectTypeOf(genesys).toExtend<OAuthClientManager>();
    expectTypeOf(genesys).toExtend<ClientImport<GenesysClient>>();
    expectTypeOf<OAuthClientManager>().not.toExtend<GenesysManager>();
    expectTypeOf(genesys.vendor).toEqualTypeOf<"genesys">();
    const bare: OAuthClientManager = genesys;
    // @ts-expect-error no input fits every vendor
    bare.create({ grantType: "password", name: "a", scopes });
  });
});

test("the grant type in a response may be unknown to the library", () => {
  expectTypeOf<string>().toExtend<GenesysGrantType>();
  expectTypeOf<GenesysClient["grantType"]>().toEqualTypeOf<GenesysGrantType | undefined>();
});

test("no exported type contains any", () => {
  expectTypeOf<AnyIn<typeof surface>>().toEqualTypeOf<never>();
  expectTypeOf<AnyIn<GenesysManager>>().toEqualTypeOf<never>();
  expectTypeOf<AnyIn<GenesysOptions>>().toEqualTypeOf<never>();
  expectTypeOf(createGenesysManager).parameters.toEqualTypeOf<[options: GenesysOptions]>();
  expectTypeOf(createGenesysManager).returns.toEqualTypeOf<GenesysManager>();
  expectTypeOf(genesysOptionsFromEnv).returns.toEqualTypeOf<GenesysOptions>();
});
