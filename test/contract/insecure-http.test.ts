import { createGenesysManager, genesysOptionsFromEnv } from "oauth-clients/genesys";
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
import { createOvhManager, ovhOptionsFromEnv } from "oauth-clients/ovh";
import { createTfeManager, tfeOptionsFromEnv } from "oauth-clients/tfe";
import { requestToken } from "oauth-clients/token";
import { describe, expect, test } from "vitest";

type Env = Readonly<Record<string, string>>;
interface Account {
  readonly account: () => Promise<string>;
}

const token = { access_token: "token", token_type: "bearer", expires_in: 60 };
const nichandle = { nichandle: "ab1234-ovh" };
const organization = { id: "11111111-0000-4000-8000-000000000000", name: "acme" };
const variable = "OAUTH_CLIENTS_ALLOW_INSECURE_HTTP";

/** For each vendor: variables with URLs on the host `vendor.internal`, and how a manager is created from them. */
const vendors: readonly (readonly [string, Env, (env: Env, fetch?: typeof globalThis.fetch) => Account])[] = [
  [
    "ory",
    { ORY_ADMIN_URL: "http://vendor.internal:4445", ORY_PUBLIC_URL: "http://vendor.internal:4444" },
    (env, fetch = globalThis.fetch) => createOryManager({ ...oryOptionsFromEnv(env), fetch }),
  ],
  [
    "ovh",
    {
      OVH_ENDPOINT: "http://vendor.internal/api",
      OVH_TOKEN_ENDPOINT: "http://vendor.internal/token",
      OVH_CLIENT_ID: "EU.0123456789abcdef",
      OVH_CLIENT_SECRET: "secret",
    },
    (env, fetch = globalThis.fetch) => createOvhManager({ ...ovhOptionsFromEnv(env), fetch }),
  ],
  [
    "genesys",
    {
      GENESYSCLOUD_API_URL: "http://vendor.internal/api",
      GENESYSCLOUD_LOGIN_URL: "http://vendor.internal/login",
      GENESYSCLOUD_OAUTHCLIENT_ID: "id",
      GENESYSCLOUD_OAUTHCLIENT_SECRET: "secret",
    },
    (env, fetch = globalThis.fetch) => createGenesysManager({ ...genesysOptionsFromEnv(env), fetch }),
  ],
  [
    "tfe",
    { TFE_ADDRESS: "http://vendor.internal", TFE_ORGANIZATION: "acme", TFE_TOKEN: "token" },
    (env, fetch = globalThis.fetch) => createTfeManager({ ...tfeOptionsFromEnv(env), fetch }),
  ],
];

describe.each(vendors)("%s: allowInsecureHttp", (vendor, env, create) => {
  test("an http: URL of another host is refused with the name of the option", () => {
    expect(() => create(env)).toThrow("the hosts of allowInsecureHttp");
    expect(() => create({ ...env, [variable]: "other.internal, vendor.internal.evil" })).toThrow("allowInsecureHttp");
  });

  test.each(["http://vendor.internal", "*", "vendor.internal:4445", "Vendor.internal", "vendor.internal,"])(
    "the value %s is refused",
    (value) => {
      expect(() => create({ ...env, [variable]: value })).toThrow("allowInsecureHttp: expected an array of host names");
    },
  );

  test("the manager sends its requests and its token requests to a host that the option names", async () => {
    const hosts = new Set<string>();
    const manager = create({ ...env, [variable]: "other.internal,vendor.internal" }, async (input) => {
      const url = new URL(String(input));
      hosts.add(`${url.protocol}//${url.hostname}`);
      if (/token$/.test(url.pathname)) return Response.json(token);
      return Response.json({ ...nichandle, ...organization, data: { id: "acme", type: "organizations" } });
    });
    await manager.account().catch(() => undefined);
    expect([...hosts]).toEqual(vendor === "ory" ? [] : ["http://vendor.internal"]);
  });
});

test("a token request of a manager needs the option of the token request too", async () => {
  const allowInsecureHttp = ["vendor.internal"];
  const ory = createOryManager({
    adminUrl: "http://vendor.internal:4445",
    publicUrl: "http://vendor.internal:4444",
    allowInsecureHttp,
  });
  const request = ory.tokenRequest({ clientId: "a", clientSecret: "secret" });
  const fetch = async () => Response.json(token);
  await expect(requestToken(request, { fetch })).rejects.toThrow("the hosts of allowInsecureHttp");
  expect((await requestToken(request, { fetch, allowInsecureHttp })).value).toBe("token");
});
