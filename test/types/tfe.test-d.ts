import type {
  CallOptions,
  ClientImport,
  CreateResult,
  OAuthClient,
  OAuthClientManager,
  SecretRotation,
  TokenRequests,
} from "oauth-clients";
import type {
  TfeBitbucketServerClientInput,
  TfeClient,
  TfeClientChanges,
  TfeClientInput,
  TfeHostedClientInput,
  TfeManager,
  TfeOAuthToken,
  TfeOAuthTokenChanges,
  TfeOptions,
  TfeServiceProvider,
} from "oauth-clients/tfe";
import { createTfeManager, tfeOptionsFromEnv } from "oauth-clients/tfe";
import { describe, expectTypeOf, test } from "vitest";
import type { NotAllowed } from "../../src/core/values.js";

declare const tfe: TfeManager;
const own = { httpUrl: "https://vcs.acme.test", apiUrl: "https://vcs.acme.test/api" } as const;
const token = { oauthTokenString: "pat" } as const;

describe("a manager of Terraform Enterprise", () => {
  test("has no rotation, no token requests and no import", () => {
    // @ts-expect-error no such method
    tfe.rotateSecret;
    // @ts-expect-error no such method
    tfe.tokenRequest;
    // @ts-expect-error no such method
    tfe.import;
    expectTypeOf<TfeManager>().not.toExtend<SecretRotation>();
    expectTypeOf<TfeManager>().not.toExtend<TokenRequests>();
    expectTypeOf<TfeManager>().not.toExtend<ClientImport<OAuthClient>>();
  });

  test("creates clients without credentials", async () => {
    const created = await tfe.create({ serviceProvider: "github", ...token });
    expectTypeOf(created).toEqualTypeOf<CreateResult<TfeClient>>();
    // @ts-expect-error no credentials
    created.credentials;
    // @ts-expect-error no secret
    created.client.secret;
    // @ts-expect-error no token
    created.client.oauthTokenString;
  });
});

describe("an input does not compile", () => {
  type Refused = (input: TfeClientInput) => void;
  const take: Refused = () => {};

  test("without a token, except for two kinds of Bitbucket", () => {
    // @ts-expect-error
    take({ serviceProvider: "github" });
    // @ts-expect-error
    take({ serviceProvider: "gitlab_enterprise_edition", ...own });
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_hosted", key: "k", secret: "s" });
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_server_legacy", ...own });
    // @ts-expect-error
    take({ serviceProvider: "ado_server", ...own, privateKey: "pem" });
    // @ts-expect-error
    take({ serviceProvider: "ado_services" });
  });

  test("with a private key for a provider other than Azure DevOps Server, and for that one without", () => {
    // @ts-expect-error
    take({ serviceProvider: "ado_server", ...own, ...token });
    // @ts-expect-error
    take({ serviceProvider: "ado_services", ...token, privateKey: "pem" });
    // @ts-expect-error
    take({ serviceProvider: "github", ...token, privateKey: "pem" });
  });

  test("with one of two fields that belong together", () => {
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_server", ...own, rsaPublicKey: "pem" });
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_server", ...own, key: "k", rsaPublicKey: "pem" });
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_data_center", ...own, secret: "pem" });
    // @ts-expect-error
    take({ serviceProvider: "github", ...token, httpUrl: own.httpUrl });
    // @ts-expect-error
    take({ serviceProvider: "gitlab_hosted", ...token, apiUrl: own.apiUrl });
  });

  test("with a secret for a provider that has none", () => {
    // @ts-expect-error
    take({ serviceProvider: "github", ...token, key: "k", secret: "s" });
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_hosted", ...token, key: "k", secret: "s", rsaPublicKey: "pem" });
  });

  test("without the URLs of a self-hosted provider", () => {
    // @ts-expect-error
    take({ serviceProvider: "github_enterprise", ...token });
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_data_center" });
  });

  test("for an unknown provider, or with the organization of another provider", () => {
    // @ts-expect-error
    take({ serviceProvider: "gitea", ...own, ...token });
    // @ts-expect-error
    take({ serviceProvider: "github", ...token, adoOrganizationName: "acme" });
  });
});

describe("the type of a field that a service provider does not allow names the field and the remedy", () => {
  type Text<Field> = Exclude<Field, undefined> extends NotAllowed<infer Reason> ? Reason : never;

  test("for one of two URLs, with the name of the other one", () => {
    expectTypeOf<Text<TfeHostedClientInput["httpUrl"]>>().toEqualTypeOf<"httpUrl: give apiUrl too, or omit both">();
    expectTypeOf<Text<TfeHostedClientInput["apiUrl"]>>().toEqualTypeOf<"apiUrl: give httpUrl too, or omit both">();
  });

  test("for a restricted field, with the service providers that allow it", () => {
    expectTypeOf<Text<TfeHostedClientInput["privateKey"]>>().toEqualTypeOf<"privateKey: only for ado_server">();
    expectTypeOf<
      Text<TfeHostedClientInput["adoOrganizationName"]>
    >().toEqualTypeOf<"adoOrganizationName: only for ado_services">();
    expectTypeOf<
      Text<TfeHostedClientInput["secret"]>
    >().toEqualTypeOf<"secret: only for bitbucket_hosted, bitbucket_data_center and bitbucket_server">();
  });

  test("for a secret without a key, with the name of the key", () => {
    expectTypeOf<Text<TfeBitbucketServerClientInput["secret"]>>().toEqualTypeOf<"secret: requires key">();
    expectTypeOf<
      Text<TfeBitbucketServerClientInput["rsaPublicKey"]>
    >().toEqualTypeOf<"rsaPublicKey: requires key and secret">();
  });
});

test("an input compiles for each of the eleven service providers", () => {
  expectTypeOf<TfeClientInput["serviceProvider"]>().toEqualTypeOf<
    | "github"
    | "github_enterprise"
    | "gitlab_hosted"
    | "gitlab_community_edition"
    | "gitlab_enterprise_edition"
    | "bitbucket_hosted"
    | "bitbucket_data_center"
    | "bitbucket_server"
    | "bitbucket_server_legacy"
    | "ado_server"
    | "ado_services"
  >();
  const inputs = [
    { serviceProvider: "github", ...token, ...own },
    { serviceProvider: "github_enterprise", ...token, ...own },
    { serviceProvider: "gitlab_hosted", ...token },
    { serviceProvider: "bitbucket_hosted", ...token, key: "k", secret: "s" },
    { serviceProvider: "bitbucket_data_center", ...own },
    { serviceProvider: "bitbucket_server", ...own, key: "k", secret: "s", rsaPublicKey: "pem", ...token },
    { serviceProvider: "bitbucket_server_legacy", ...own, ...token },
    { serviceProvider: "ado_server", ...own, ...token, privateKey: "pem" },
    { serviceProvider: "ado_services", ...token, adoOrganizationName: "acme" },
  ] as const satisfies TfeClientInput[];
  expectTypeOf<(typeof inputs)[number]>().toExtend<TfeClientInput>();
});

test("changes have no immutable fields", () => {
  expectTypeOf<TfeClientChanges>().not.toHaveProperty("serviceProvider");
  expectTypeOf<TfeClientChanges>().not.toHaveProperty("httpUrl");
  expectTypeOf<TfeClientChanges>().not.toHaveProperty("apiUrl");
  expectTypeOf<TfeClientChanges>().not.toHaveProperty("privateKey");
  expectTypeOf<{ oauthTokenString: null }>().not.toExtend<TfeClientChanges>();
  expectTypeOf<{ name: null; projectIds: readonly string[] }>().toExtend<TfeClientChanges>();
});

test("the service provider in a response may be unknown to the library", () => {
  expectTypeOf<string>().toExtend<TfeServiceProvider>();
  expectTypeOf<TfeClient["serviceProvider"]>().toEqualTypeOf<TfeServiceProvider>();
  expectTypeOf<TfeClient["oauthTokenId"]>().toEqualTypeOf<string | undefined>();
});

test("the manager is assignable to OAuthClientManager, which cannot create", () => {
  expectTypeOf(tfe).toExtend<OAuthClientManager>();
  expectTypeOf<OAuthClientManager>().not.toExtend<TfeManager>();
  expectTypeOf(tfe.vendor).toEqualTypeOf<"tfe">();
  const bare: OAuthClientManager = tfe;
  // @ts-expect-error no input fits every vendor
  bare.create({ serviceProvider: "github", ...token });
});

test("no exported type contains any", () => {
  expectTypeOf(createTfeManager).parameters.toEqualTypeOf<[options: TfeOptions]>();
  expectTypeOf(createTfeManager).returns.toEqualTypeOf<TfeManager>();
  expectTypeOf(tfeOptionsFromEnv).returns.toEqualTypeOf<TfeOptions>();
  expectTypeOf(tfe.updateOAuthToken).parameters.toEqualTypeOf<
    [id: string, changes: TfeOAuthTokenChanges, options?: CallOptions]
  >();
  expectTypeOf(tfe.getOAuthToken).returns.resolves.toEqualTypeOf<TfeOAuthToken>();
  expectTypeOf(tfe.listOAuthTokens).returns.toEqualTypeOf<AsyncIterable<TfeOAuthToken>>();
});
