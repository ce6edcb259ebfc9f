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

describe("what Terraform Enterprise lacks does not exist", () => {
  test("no rotation, no token, no import", () => {
    // @ts-expect-error its clients have no secret
    tfe.rotateSecret;
    // @ts-expect-error its clients get no tokens
    tfe.tokenRequest;
    // @ts-expect-error there is no secret to join a client with
    tfe.import;
    expectTypeOf<TfeManager>().not.toExtend<SecretRotation>();
    expectTypeOf<TfeManager>().not.toExtend<TokenRequests>();
    expectTypeOf<TfeManager>().not.toExtend<ClientImport<OAuthClient>>();
  });

  test("no credentials", async () => {
    const created = await tfe.create({ serviceProvider: "github", ...token });
    expectTypeOf(created).toEqualTypeOf<CreateResult<TfeClient>>();
    // @ts-expect-error a client gives no credentials
    created.credentials;
    // @ts-expect-error nor is there a secret on it
    created.client.secret;
    // @ts-expect-error nor the token
    created.client.oauthTokenString;
  });
});

describe("an input is refused", () => {
  type Refused = (input: TfeClientInput) => void;
  const take: Refused = () => {};

  test("without a token, but for two kinds of Bitbucket", () => {
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

  test("with a private key elsewhere than at Azure DevOps Server, and there without", () => {
    // @ts-expect-error
    take({ serviceProvider: "ado_server", ...own, ...token });
    // @ts-expect-error
    take({ serviceProvider: "ado_services", ...token, privateKey: "pem" });
    // @ts-expect-error
    take({ serviceProvider: "github", ...token, privateKey: "pem" });
  });

  test("with half of what belongs together", () => {
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

  test("with a secret where none belongs", () => {
    // @ts-expect-error
    take({ serviceProvider: "github", ...token, key: "k", secret: "s" });
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_hosted", ...token, key: "k", secret: "s", rsaPublicKey: "pem" });
  });

  test("without the addresses of a server of one's own", () => {
    // @ts-expect-error
    take({ serviceProvider: "github_enterprise", ...token });
    // @ts-expect-error
    take({ serviceProvider: "bitbucket_data_center" });
  });

  test("of an unknown kind, or with an organization of another's", () => {
    // @ts-expect-error
    take({ serviceProvider: "gitea", ...own, ...token });
    // @ts-expect-error
    take({ serviceProvider: "github", ...token, adoOrganizationName: "acme" });
  });
});

describe("a field that a service provider does not allow has a type that names the field and the remedy", () => {
  type Text<Field> = Exclude<Field, undefined> extends NotAllowed<infer Reason> ? Reason : never;

  test("a hosted client refuses one URL of two, and names the other one", () => {
    expectTypeOf<Text<TfeHostedClientInput["httpUrl"]>>().toEqualTypeOf<"httpUrl: give apiUrl too, or omit both">();
    expectTypeOf<Text<TfeHostedClientInput["apiUrl"]>>().toEqualTypeOf<"apiUrl: give httpUrl too, or omit both">();
  });

  test("a restricted field names the service providers that allow it", () => {
    expectTypeOf<Text<TfeHostedClientInput["privateKey"]>>().toEqualTypeOf<"privateKey: only for ado_server">();
    expectTypeOf<
      Text<TfeHostedClientInput["adoOrganizationName"]>
    >().toEqualTypeOf<"adoOrganizationName: only for ado_services">();
    expectTypeOf<
      Text<TfeHostedClientInput["secret"]>
    >().toEqualTypeOf<"secret: only for bitbucket_hosted, bitbucket_data_center and bitbucket_server">();
  });

  test("a secret without a key names the key", () => {
    expectTypeOf<Text<TfeBitbucketServerClientInput["secret"]>>().toEqualTypeOf<"secret: requires key">();
    expectTypeOf<
      Text<TfeBitbucketServerClientInput["rsaPublicKey"]>
    >().toEqualTypeOf<"rsaPublicKey: requires key and secret">();
  });
});

test("an input is taken for each of the eleven kinds", () => {
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

test("changes leave out what cannot change", () => {
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

test("the manager is a bare manager too, which cannot create", () => {
  expectTypeOf(tfe).toExtend<OAuthClientManager>();
  expectTypeOf<OAuthClientManager>().not.toExtend<TfeManager>();
  expectTypeOf(tfe.vendor).toEqualTypeOf<"tfe">();
  const bare: OAuthClientManager = tfe;
  // @ts-expect-error no input fits every vendor
  bare.create({ serviceProvider: "github", ...token });
});

test("nothing of the surface is any", () => {
  expectTypeOf(createTfeManager).parameters.toEqualTypeOf<[options: TfeOptions]>();
  expectTypeOf(createTfeManager).returns.toEqualTypeOf<TfeManager>();
  expectTypeOf(tfeOptionsFromEnv).returns.toEqualTypeOf<TfeOptions>();
  expectTypeOf(tfe.updateOAuthToken).parameters.toEqualTypeOf<
    [id: string, changes: TfeOAuthTokenChanges, options?: CallOptions]
  >();
  expectTypeOf(tfe.getOAuthToken).returns.resolves.toEqualTypeOf<TfeOAuthToken>();
  expectTypeOf(tfe.listOAuthTokens).returns.toEqualTypeOf<AsyncIterable<TfeOAuthToken>>();
});
