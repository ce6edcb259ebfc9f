import { ConfigurationError } from "oauth-clients";
import { createOvhManager, type OvhOptions, ovhOptionsFromEnv } from "oauth-clients/ovh";
import { describe, expect, test } from "vitest";
import { readOptions } from "../../src/ovh/options.js";

const keys = { applicationKey: "ak-canary", applicationSecret: "as-canary", consumerKey: "ck-canary" };
const account = { clientId: "EU.00aa", clientSecret: "cs-canary" };
const token = { accessToken: "at-canary" };
const apiUrl = "https://proxy.acme.test";
const tokenEndpoint = "https://proxy.acme.test/token";

function refusal(act: () => unknown): ConfigurationError {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("expected a ConfigurationError");
}

describe("createOvhManager rejects invalid options and names the fields", () => {
  test.each<[string[], object]>([
    [["clientId"], {}],
    [["clientId"], { region: "ca" }],
    [["clientSecret"], { clientId: "EU.00aa" }],
    [["clientId"], { clientSecret: "cs-canary" }],
    [["clientId"], { ...account, clientId: "" }],
    [["clientSecret"], { ...account, clientSecret: "line\nbreak canary" }],
    [["applicationSecret", "consumerKey"], { applicationKey: "ak-canary" }],
    [["applicationKey"], { ...keys, applicationKey: undefined }],
    [["consumerKey"], { ...keys, consumerKey: "two canary words" }],
    [["applicationSecret"], { ...keys, applicationSecret: "" }],
    [["accessToken"], { accessToken: "Bearer at-canary" }],
    [["clientId", "clientSecret"], { ...keys, ...account }],
    [["accessToken"], { ...account, ...token }],
    [["accessToken"], { ...keys, ...token }],
    [["region"], { ...token, region: "EU" }],
    [["region"], { ...token, region: "ovh-eu" }],
    [["region"], { ...token, region: "eu", apiUrl }],
    [["apiUrl"], { ...token, apiUrl: "proxy.acme.test" }],
    [["apiUrl"], { ...token, apiUrl: "http://proxy.acme.test" }],
    [["apiUrl"], { ...token, apiUrl: "https://proxy.acme.test?x" }],
    [["tokenEndpoint"], { ...token, tokenEndpoint }],
    [["tokenEndpoint"], { ...account, apiUrl }],
    [["tokenEndpoint"], { ...account, apiUrl, tokenEndpoint: "http://proxy.acme.test/token" }],
    [["timeoutMs"], { ...token, timeoutMs: 0 }],
    [["fetch"], { ...token, fetch: "curl" }],
    [["endpoint"], { ...token, endpoint: "ovh-eu" }],
  ])("fields %j: %o", (paths, options) => {
    const error = refusal(() => createOvhManager(options as OvhOptions));
    expect(error).toMatchObject({ code: "invalid_configuration", vendor: "ovh", operation: "createOvhManager" });
    expect(error.issues.map(({ path }) => path)).toEqual(paths);
    expect(JSON.stringify(error)).not.toContain("canary");
  });
});

describe("readOptions", () => {
  test("uses the region eu by default", () => {
    expect(readOptions({ ...account })).toMatchObject({
      apiUrl: "https://eu.api.ovh.com",
      tokenEndpoint: "https://www.ovh.com/auth/oauth2/token",
      access: { kind: "account", ...account },
    });
  });

  test.each<[OvhOptions, object]>([
    [
      { ...keys, region: "ca" },
      { apiUrl: "https://ca.api.ovh.com", access: { kind: "key", ...keys } },
    ],
    [
      { ...token, region: "us" },
      { apiUrl: "https://api.us.ovhcloud.com", access: { kind: "token", ...token } },
    ],
    [
      { ...account, apiUrl: "https://api.eu.ovhcloud.com/1.0", tokenEndpoint: "https://auth.eu.ovhcloud.com/oauth2/token" },
      { apiUrl: "https://api.eu.ovhcloud.com", tokenEndpoint: "https://auth.eu.ovhcloud.com/oauth2/token" },
    ],
    [{ ...token, apiUrl: "http://127.0.0.1:8081/1.0" }, { apiUrl: "http://127.0.0.1:8081" }],
  ])("accepts %o", (options, expected) => {
    expect(readOptions(options)).toMatchObject(expected);
  });

  test("returns no token endpoint for a custom apiUrl alone", () => {
    expect(readOptions({ ...token, apiUrl })).not.toHaveProperty("tokenEndpoint");
  });
});

describe("ovhOptionsFromEnv rejects invalid variables and names the variable", () => {
  const known = { OVH_CLIENT_ID: "EU.00aa", OVH_CLIENT_SECRET: "cs-canary" };
  test.each<[string, Record<string, string | undefined>]>([
    ["OVH_CLIENT_ID", {}],
    ["OVH_CLIENT_ID", { OVH_CLIENT_ID: " ", OVH_ACCESS_TOKEN: "" }],
    ["OVH_CLIENT_SECRET", { OVH_CLIENT_ID: "EU.00aa" }],
    ["OVH_CLIENT_ID", { OVH_CLIENT_SECRET: "cs-canary" }],
    ["OVH_APPLICATION_SECRET", { OVH_APPLICATION_KEY: "ak-canary", OVH_CONSUMER_KEY: "ck-canary" }],
    ["OVH_CONSUMER_KEY", { OVH_APPLICATION_KEY: "ak-canary", OVH_APPLICATION_SECRET: "as-canary" }],
    ["OVH_CLIENT_ID", { ...known, OVH_APPLICATION_KEY: "ak-canary" }],
    ["OVH_ACCESS_TOKEN", { ...known, OVH_ACCESS_TOKEN: "at-canary" }],
    ["OVH_ENDPOINT", { ...known, OVH_ENDPOINT: "eu" }],
    ["OVH_ENDPOINT", { ...known, OVH_ENDPOINT: "kimsufi-eu" }],
    ["OVH_CLIENT_ID", { ...known, OVH_ENDPOINT: "https://proxy.acme.test/1.0" }],
  ])("%s: %o", (path, env) => {
    const error = refusal(() => ovhOptionsFromEnv(env));
    expect(error).toMatchObject({ vendor: "ovh", operation: "ovhOptionsFromEnv" });
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(error.message).toContain(path);
    expect(JSON.stringify(error)).not.toContain("canary");
  });
});

describe("ovhOptionsFromEnv", () => {
  test.each<[Record<string, string>, OvhOptions]>([
    [
      { OVH_CLIENT_ID: " EU.00aa ", OVH_CLIENT_SECRET: "cs-canary" },
      { region: "eu", ...account },
    ],
    [
      { OVH_ENDPOINT: "ovh-us", OVH_CLIENT_ID: "EU.00aa", OVH_CLIENT_SECRET: "cs-canary", OVH_CONSUMER_KEY: " " },
      { region: "us", ...account },
    ],
    [
      { OVH_ENDPOINT: "https://ca.api.ovh.com/1.0", OVH_CLIENT_ID: "EU.00aa", OVH_CLIENT_SECRET: "cs-canary" },
      { region: "ca", ...account },
    ],
    [
      {
        OVH_ENDPOINT: "ovh-ca",
        OVH_APPLICATION_KEY: "ak-canary",
        OVH_APPLICATION_SECRET: "as-canary",
        OVH_CONSUMER_KEY: "ck-canary",
      },
      { region: "ca", ...keys },
    ],
    [
      { OVH_ENDPOINT: "http://127.0.0.1:8081/1.0", OVH_ACCESS_TOKEN: "at-canary" },
      { apiUrl: "http://127.0.0.1:8081/1.0", ...token },
    ],
  ])("accepts %o", (env, expected) => {
    const options = ovhOptionsFromEnv(env);
    expect(options).toEqual(expected);
    expect(() => createOvhManager(options)).not.toThrow();
  });
});

describe("the new hosts of OVHcloud", () => {
  const account = { OVH_CLIENT_ID: "EU.00aa", OVH_CLIENT_SECRET: "secret-canary" };

  test.each([
    ["eu", "https://api.eu.ovhcloud.com", "https://auth.eu.ovhcloud.com/oauth2/token"],
    ["ca", "https://api.ca.ovhcloud.com/1.0", "https://auth.ca.ovhcloud.com/oauth2/token"],
    ["us", "https://api.us.ovhcloud.com/v1", "https://us.ovhcloud.com/auth/oauth2/token"],
  ])("OVH_ENDPOINT accepts the URL of %s with a service account", (region, url, tokenEndpoint) => {
    const options = ovhOptionsFromEnv({ ...account, OVH_ENDPOINT: url });
    const apiUrl = url.replace(/\/(1\.0|v1)$/, "");
    expect(readOptions(options)).toMatchObject({ apiUrl, tokenEndpoint, location: region });
  });

  test("OVH_ENDPOINT rejects another URL with a service account, because the token endpoint is unknown", () => {
    expect(() => ovhOptionsFromEnv({ ...account, OVH_ENDPOINT: "https://proxy.acme.test/1.0" })).toThrow("OVH_CLIENT_ID");
  });
});
