import { apply, type DeclaredClient, fromEnv, plan } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import type { genesysProvider } from "../../src/genesys/provider.js";
import type { oryProvider } from "../../src/ory/provider.js";
import type { ovhProvider } from "../../src/ovh/provider.js";
import type { tfeProvider } from "../../src/tfe/provider.js";
import { memoryStore } from "./memory.js";
import { setup, tokenCanary, type World } from "./worlds.js";

type Input = Readonly<Record<string, unknown>>;
type AnyProvider = ReturnType<typeof oryProvider | typeof ovhProvider | typeof genesysProvider | typeof tfeProvider> & {
  readonly client: (input: Input, policy: object) => DeclaredClient;
};

/** The clients of the vendors' documentation, with invented values. */
const documented: Readonly<Record<World["vendor"], readonly Input[]>> = {
  ory: [
    {
      name: "API Service",
      grantTypes: ["client_credentials"],
      tokenEndpointAuthMethod: "client_secret_post",
      scopes: ["read", "write", "admin"],
    },
    {
      name: "Web Application",
      grantTypes: ["authorization_code", "refresh_token"],
      responseTypes: ["code"],
      redirectUris: ["https://app.example.com/callback", "https://app.example.com/auth/callback"],
      postLogoutRedirectUris: ["https://app.example.com/logout"],
      tokenEndpointAuthMethod: "client_secret_basic",
      scopes: ["openid", "profile", "email", "offline_access"],
    },
    {
      name: "Single Page App",
      grantTypes: ["authorization_code", "refresh_token"],
      responseTypes: ["code"],
      redirectUris: ["https://spa.example.com/callback", "http://localhost:3000/callback"],
      tokenEndpointAuthMethod: "none",
      scopes: ["openid", "profile", "email"],
    },
  ],
  ovh: [
    {
      flow: "authorization_code",
      name: "Web login",
      description: "Logins of people at app.example.com",
      callbackUrls: ["https://app.example.com/callback"],
    },
    { flow: "client_credentials", name: "Backups", description: "Nightly backups" },
    {
      flow: "client_credentials",
      name: "Web hosting",
      description: "Reads the web hosting plan",
      access: [
        {
          name: "web-hosting",
          resources: ["urn:v1:eu:resource:webHosting:example.cluster001.hosting.ovh.net"],
          actions: ["webHosting:*", "webHosting:apiovh:get"],
        },
      ],
    },
  ],
  genesys: [
    {
      grantType: "authorization_code",
      name: "Agent desktop",
      description: "Logins of agents",
      accessTokenValidityMs: 600_000,
      redirectUris: ["https://example.com/auth"],
      scopes: ["users"],
      state: "active",
    },
    {
      grantType: "client_credentials",
      name: "Reports",
      description: "Nightly reports",
      accessTokenValidityMs: 600_000,
      roles: [{ roleName: "employee" }],
      state: "active",
    },
  ],
  tfe: [
    {
      serviceProvider: "github",
      httpUrl: "https://github.com",
      apiUrl: "https://api.github.com",
      oauthTokenString: fromEnv("GITHUB_PAT", { env: { GITHUB_PAT: tokenCanary } }),
    },
  ],
};

const reversed = (input: Input): Input =>
  Object.fromEntries(
    Object.entries(input)
      .reverse()
      // The order of callbacks is one that counts at OVHcloud.
      .map(([field, value]) => [field, Array.isArray(value) && field !== "callbackUrls" ? [...value].reverse() : value]),
  );

describe.each(["ory", "ovh", "genesys", "tfe"] as const)("the clients of %s's documentation", (vendor) => {
  test("are created as declared, and planned again nothing changes, in any order of their lists", async () => {
    const { world, configure } = await setup(vendor);
    const provider = world.provider as unknown as AnyProvider;
    const stores = new Map<number, ReturnType<typeof memoryStore>>();
    const declare = (inputs: readonly Input[]) =>
      Object.fromEntries(
        inputs.map((input, index) => {
          const store = stores.get(index) ?? memoryStore(`store ${index}`);
          stores.set(index, store);
          const isPublic = vendor === "tfe" || input.tokenEndpointAuthMethod === "none";
          return [`client-${index}`, provider.client(input, isPublic ? {} : { secretStore: store })];
        }),
      );
    const inputs = documented[vendor];
    const configuration = await configure(declare(inputs));
    const result = await apply(configuration);
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(inputs.length);
    for (const again of [configuration, await configure(declare(inputs.map(reversed)))])
      expect((await plan(again)).actions.map(({ action, key }) => `${key} ${action}`)).toEqual(
        inputs.map((_, index) => `client-${index} none`),
      );
  });
});
