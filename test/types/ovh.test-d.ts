import type {
  ClientCredentials,
  ClientImport,
  CreateResultWithSecret,
  OAuthClient,
  OAuthClientManager,
  SecretRotation,
  TokenParameters,
  TokenRequest,
  TokenRequests,
} from "oauth-clients";
import type {
  OvhAccessGrant,
  OvhAction,
  OvhAuthorizationResult,
  OvhClient,
  OvhClientChanges,
  OvhClientInput,
  OvhFlow,
  OvhGrantOptions,
  OvhManager,
  OvhOptions,
  OvhPermissionsGroup,
  OvhPolicy,
  OvhPolicyChanges,
  OvhPolicyFields,
  OvhResource,
} from "oauth-clients/ovh";
import { createOvhManager, ovhOptionsFromEnv } from "oauth-clients/ovh";
import { describe, expectTypeOf, test } from "vitest";
import type { NotAllowed } from "../../src/core/values.js";

declare const ovh: OvhManager;
const service = { flow: "client_credentials", name: "billing", description: "exporter" } as const;
const web = {
  flow: "authorization_code",
  name: "web",
  description: "shop",
  callbackUrls: ["https://shop.acme.test/cb"],
} as const;

test("a manager of OVHcloud has no rotation of secrets", () => {
  // @ts-expect-error no such method
  ovh.rotateSecret;
  expectTypeOf<OvhManager>().not.toExtend<SecretRotation>();
});

test("a manager of OVHcloud supports token requests and imports", () => {
  expectTypeOf<OvhManager>().toExtend<TokenRequests>();
  expectTypeOf<OvhManager>().toExtend<ClientImport<OvhClient>>();
  expectTypeOf<OvhManager>().toExtend<ClientImport<OAuthClient>>();
});

test("the result of create has credentials beside the client, not in it", async () => {
  const created = await ovh.create(service);
  expectTypeOf(created).toEqualTypeOf<CreateResultWithSecret<OvhClient>>();
  expectTypeOf(created.credentials).toEqualTypeOf<ClientCredentials>();
  // @ts-expect-error a client has no secret
  created.client.clientSecret;
});

describe("an input does not compile", () => {
  type Refused = (input: OvhClientInput) => void;
  const take: Refused = () => {};

  test("without a flow, or with an unknown one", () => {
    // @ts-expect-error
    take({ name: "a", description: "b" });
    // @ts-expect-error
    take({ ...service, flow: "CLIENT_CREDENTIALS" });
    // @ts-expect-error
    take({ ...service, flow: "implicit" });
  });

  test("without a name or a description", () => {
    // @ts-expect-error
    take({ flow: "client_credentials", name: "a" });
    // @ts-expect-error
    take({ flow: "client_credentials", description: "b" });
  });

  test("with callback URLs for a service account, and without one for authorization_code", () => {
    // @ts-expect-error
    take({ ...service, callbackUrls: ["https://shop.acme.test/cb"] });
    // @ts-expect-error
    take({ flow: "authorization_code", name: "a", description: "b" });
    // @ts-expect-error
    take({ ...web, callbackUrls: [] });
  });
});

test("callbackUrls of a service account show the remedy in the compile error", () => {
  expectTypeOf<Extract<OvhClientInput, { flow: "client_credentials" }>["callbackUrls"]>().toEqualTypeOf<
    NotAllowed<"callbackUrls require flow authorization_code: remove them, or change the flow"> | undefined
  >();
});

test("an input compiles for both flows", () => {
  expectTypeOf(service).toExtend<OvhClientInput>();
  expectTypeOf(web).toExtend<OvhClientInput>();
});

test("changes have no immutable fields", () => {
  expectTypeOf<OvhClientChanges>().not.toHaveProperty("flow");
  expectTypeOf<OvhClientChanges>().not.toHaveProperty("clientSecret");
  expectTypeOf<{ name: null }>().not.toExtend<OvhClientChanges>();
  expectTypeOf<{ callbackUrls: [] }>().not.toExtend<OvhClientChanges>();
});

test("the flow in a response may be unknown to the library", () => {
  expectTypeOf<string>().toExtend<OvhFlow>();
  expectTypeOf<OvhClient["identity"]>().toEqualTypeOf<string | undefined>();
});

describe("options do not compile", () => {
  type Refused = (options: OvhOptions) => void;
  const take: Refused = () => {};
  const account = { clientId: "EU.00aa", clientSecret: "s" } as const;
  const keys = { applicationKey: "a", applicationSecret: "b", consumerKey: "c" } as const;

  test("without credentials, with incomplete ones, or with two kinds", () => {
    // @ts-expect-error
    take({});
    // @ts-expect-error
    take({ region: "eu" });
    // @ts-expect-error
    take({ clientId: "EU.00aa" });
    // @ts-expect-error
    take({ applicationKey: "a", applicationSecret: "b" });
    // @ts-expect-error
    take({ ...account, ...keys });
    // @ts-expect-error
    take({ ...account, accessToken: "t" });
  });

  test("with a region and an apiUrl, or with tokenEndpoint alone", () => {
    // @ts-expect-error
    take({ ...account, region: "eu", apiUrl: "https://proxy.acme.test" });
    // @ts-expect-error
    take({ ...account, tokenEndpoint: "https://proxy.acme.test/token" });
    // @ts-expect-error
    take({ ...account, region: "ovh-eu" });
  });

  test("except with one kind of credentials, in a region or at a custom URL", () => {
    take(account);
    take({ ...keys, region: "ca" });
    take({ accessToken: "t", apiUrl: "https://proxy.acme.test" });
    take({ ...account, apiUrl: "https://proxy.acme.test", tokenEndpoint: "https://proxy.acme.test/token", timeoutMs: 5 });
  });
});

test("policy changes clear only optional fields with null", () => {
  expectTypeOf<{ description: null; conditions: null; expiresAt: null }>().toExtend<OvhPolicyChanges>();
  expectTypeOf<{ name: null }>().not.toExtend<OvhPolicyChanges>();
  expectTypeOf<{ allow: null }>().not.toExtend<OvhPolicyChanges>();
  expectTypeOf<OvhPolicy>().toExtend<OvhPolicyFields>();
});

test("the manager is assignable to OAuthClientManager, which cannot create", () => {
  expectTypeOf(ovh).toExtend<OAuthClientManager>();
  expectTypeOf<OAuthClientManager>().not.toExtend<OvhManager>();
  expectTypeOf(ovh.vendor).toEqualTypeOf<"ovh">();
  const bare: OAuthClientManager = ovh;
  // @ts-expect-error no input fits every vendor
  bare.create(service);
});

test("no exported type contains any", () => {
  expectTypeOf(createOvhManager).parameters.toEqualTypeOf<[options: OvhOptions]>();
  expectTypeOf(createOvhManager).returns.toEqualTypeOf<OvhManager>();
  expectTypeOf(ovhOptionsFromEnv).returns.toEqualTypeOf<OvhOptions>();
  expectTypeOf(ovh.tokenRequest).toEqualTypeOf<(credentials: ClientCredentials, wanted?: TokenParameters) => TokenRequest>();
  expectTypeOf(ovh.grantAccess).toEqualTypeOf<
    (client: Pick<OvhClient, "id" | "identity">, grant: OvhAccessGrant, options?: OvhGrantOptions) => Promise<OvhPolicy>
  >();
  expectTypeOf(ovh.listPermissionsGroups).returns.toEqualTypeOf<AsyncIterable<OvhPermissionsGroup>>();
  expectTypeOf(ovh.getPermissionsGroup).returns.resolves.toEqualTypeOf<OvhPermissionsGroup>();
  expectTypeOf(ovh.listResources).returns.toEqualTypeOf<AsyncIterable<OvhResource>>();
  expectTypeOf(ovh.checkAuthorization).returns.resolves.toEqualTypeOf<OvhAuthorizationResult>();
  expectTypeOf(ovh.createPolicy).returns.resolves.toEqualTypeOf<OvhPolicy>();
  expectTypeOf(ovh.listActions).returns.toEqualTypeOf<AsyncIterable<OvhAction>>();
  expectTypeOf(ovh.list).returns.toEqualTypeOf<AsyncIterable<OvhClient>>();
});
