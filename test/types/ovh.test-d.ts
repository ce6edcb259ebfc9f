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

test("what OVHcloud lacks does not exist: no rotation", () => {
  // @ts-expect-error a secret cannot be replaced
  ovh.rotateSecret;
  expectTypeOf<OvhManager>().not.toExtend<SecretRotation>();
});

test("what it has does: tokens and import", () => {
  expectTypeOf<OvhManager>().toExtend<TokenRequests>();
  expectTypeOf<OvhManager>().toExtend<ClientImport<OvhClient>>();
  expectTypeOf<OvhManager>().toExtend<ClientImport<OAuthClient>>();
});

test("credentials stand beside the client, never on it", async () => {
  const created = await ovh.create(service);
  expectTypeOf(created).toEqualTypeOf<CreateResultWithSecret<OvhClient>>();
  expectTypeOf(created.credentials).toEqualTypeOf<ClientCredentials>();
  // @ts-expect-error a client shows no secret
  created.client.clientSecret;
});

describe("an input is refused", () => {
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

  test("with callbacks for a service account, and without one for people", () => {
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

test("an input is taken for either flow", () => {
  expectTypeOf(service).toExtend<OvhClientInput>();
  expectTypeOf(web).toExtend<OvhClientInput>();
});

test("changes leave out what cannot change", () => {
  expectTypeOf<OvhClientChanges>().not.toHaveProperty("flow");
  expectTypeOf<OvhClientChanges>().not.toHaveProperty("clientSecret");
  expectTypeOf<{ name: null }>().not.toExtend<OvhClientChanges>();
  expectTypeOf<{ callbackUrls: [] }>().not.toExtend<OvhClientChanges>();
});

test("the flow in a response may be unknown to the library", () => {
  expectTypeOf<string>().toExtend<OvhFlow>();
  expectTypeOf<OvhClient["identity"]>().toEqualTypeOf<string | undefined>();
});

describe("options are refused", () => {
  type Refused = (options: OvhOptions) => void;
  const take: Refused = () => {};
  const account = { clientId: "EU.00aa", clientSecret: "s" } as const;
  const keys = { applicationKey: "a", applicationSecret: "b", consumerKey: "c" } as const;

  test("without a way in, with half of one, or with two", () => {
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

  test("with a region and an address, or an address of tokens alone", () => {
    // @ts-expect-error
    take({ ...account, region: "eu", apiUrl: "https://proxy.acme.test" });
    // @ts-expect-error
    take({ ...account, tokenEndpoint: "https://proxy.acme.test/token" });
    // @ts-expect-error
    take({ ...account, region: "ovh-eu" });
  });

  test("and taken for each way in, in a region or elsewhere", () => {
    take(account);
    take({ ...keys, region: "ca" });
    take({ accessToken: "t", apiUrl: "https://proxy.acme.test" });
    take({ ...account, apiUrl: "https://proxy.acme.test", tokenEndpoint: "https://proxy.acme.test/token", timeoutMs: 5 });
  });
});

test("policies clear with null what can be absent, and nothing else", () => {
  expectTypeOf<{ description: null; conditions: null; expiresAt: null }>().toExtend<OvhPolicyChanges>();
  expectTypeOf<{ name: null }>().not.toExtend<OvhPolicyChanges>();
  expectTypeOf<{ allow: null }>().not.toExtend<OvhPolicyChanges>();
  expectTypeOf<OvhPolicy>().toExtend<OvhPolicyFields>();
});

test("the manager is a bare manager too, which cannot create", () => {
  expectTypeOf(ovh).toExtend<OAuthClientManager>();
  expectTypeOf<OAuthClientManager>().not.toExtend<OvhManager>();
  expectTypeOf(ovh.vendor).toEqualTypeOf<"ovh">();
  const bare: OAuthClientManager = ovh;
  // @ts-expect-error no input fits every vendor
  bare.create(service);
});

test("nothing of the surface is any", () => {
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
