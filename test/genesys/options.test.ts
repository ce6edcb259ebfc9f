import { inspect } from "node:util";
import { ConfigurationError } from "oauth-clients";
import { createGenesysManager, type GenesysOptions, genesysOptionsFromEnv } from "oauth-clients/genesys";
import { describe, expect, test } from "vitest";
import { readOptions } from "../../src/genesys/options.js";

const own = { clientId: "id", clientSecret: "canary-secret" };
const loopback = { apiUrl: "http://127.0.0.1:8099", loginUrl: "http://127.0.0.1:8099" };

function fault(act: () => unknown): ConfigurationError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    return error as ConfigurationError;
  }
  throw new Error("expected a ConfigurationError");
}

describe("createGenesysManager rejects invalid options by name", () => {
  test.each<[string, unknown, string[]]>([
    ["no credentials", {}, ["clientId", "clientSecret"]],
    ["no secret", { clientId: "id" }, ["clientSecret"]],
    ["no id", { clientSecret: "canary-secret" }, ["clientId"]],
    ["an empty secret", { clientId: "id", clientSecret: "" }, ["clientSecret"]],
    ["a secret with a line break", { clientId: "id", clientSecret: "canary\n" }, ["clientSecret"]],
    ["an id with a colon, which separates id and secret in Basic credentials", { ...own, clientId: "a:b" }, ["clientId"]],
    ["an access token and client credentials", { ...own, accessToken: "canary" }, ["clientId", "clientSecret"]],
    ["a token with white space", { accessToken: "canary canary" }, ["accessToken"]],
    ["an unknown region", { ...own, region: "us-east-9" }, ["region"]],
    ["a host as the region", { ...own, region: "api.mypurecloud.com" }, ["region"]],
    ["apiUrl alone without a region", { ...own, apiUrl: "https://api.acme.test" }, ["loginUrl"]],
    ["loginUrl alone without a region", { ...own, loginUrl: "https://login.acme.test" }, ["apiUrl"]],
    ["a URL without TLS", { ...own, ...loopback, apiUrl: "http://api.acme.test" }, ["apiUrl"]],
    ["a URL with a query", { ...own, ...loopback, loginUrl: "https://login.acme.test?a=b" }, ["loginUrl"]],
    ["a URL with a password", { ...own, ...loopback, apiUrl: "https://a:canary@acme.test" }, ["apiUrl"]],
    ["an unknown option", { ...own, environment: "mypurecloud.com" }, ["environment"]],
    ["a boolean as a string", { ...own, verifyRoles: "no" }, ["verifyRoles"]],
  ])("rejects %s", (_, options, paths) => {
    const error = fault(() => createGenesysManager(options as GenesysOptions));
    expect(error.issues.map(({ path }) => path)).toEqual(paths);
  });

  test("the error of an unknown region lists the known regions", () => {
    const { message } = fault(() => createGenesysManager({ ...own, region: "us-east-9" as "us-east-1" }));
    expect(message).toContain("eu-central-1 (mypurecloud.de)");
  });
});

describe("readOptions", () => {
  test.each([
    [undefined, "mypurecloud.com"],
    ["eu-central-1", "mypurecloud.de"],
    ["EU-CENTRAL-1" as "eu-central-1", "mypurecloud.de"],
    ["mypurecloud.com.au", "mypurecloud.com.au"],
  ] as const)("accepts the region %s", (region, domain) => {
    expect(readOptions({ ...own, ...(region ? { region } : {}) })).toEqual({
      ...own,
      apiUrl: `https://api.${domain}`,
      loginUrl: `https://login.${domain}`,
    });
  });

  test("accepts a region with one custom URL", () => {
    const settings = readOptions({ accessToken: "t", region: "eu-west-1", apiUrl: "https://gateway.acme.test/api/" });
    expect(settings).toMatchObject({ apiUrl: "https://gateway.acme.test/api", loginUrl: "https://login.mypurecloud.ie" });
  });

  test("accepts two custom URLs without a region", () => {
    expect(readOptions({ ...own, ...loopback })).toMatchObject(loopback);
  });
});

describe("genesysOptionsFromEnv rejects an invalid environment by the name of the variable", () => {
  test.each<[Record<string, string>, string]>([
    [{}, "GENESYSCLOUD_OAUTHCLIENT_ID"],
    [{ GENESYSCLOUD_OAUTHCLIENT_ID: " " }, "GENESYSCLOUD_OAUTHCLIENT_ID"],
    [{ GENESYSCLOUD_OAUTHCLIENT_ID: "id" }, "GENESYSCLOUD_OAUTHCLIENT_SECRET"],
    [{ GENESYSCLOUD_ACCESS_TOKEN: "canary", GENESYSCLOUD_REGION: "mars-1" }, "GENESYSCLOUD_REGION"],
  ])("rejects %o", (env, name) => {
    const error = fault(() => genesysOptionsFromEnv(env));
    expect(error.issues.map(({ path }) => path)).toEqual([name]);
    expect(error.message).toContain(name);
  });
});

describe("genesysOptionsFromEnv returns the options", () => {
  const env = { GENESYSCLOUD_OAUTHCLIENT_ID: "id", GENESYSCLOUD_OAUTHCLIENT_SECRET: " canary-secret " };

  test.each([
    [env, own],
    [
      { ...env, GENESYSCLOUD_REGION: "eu-west-2" },
      { ...own, region: "eu-west-2" },
    ],
    [
      { ...env, GENESYSCLOUD_REGION: "MyPureCloud.de" },
      { ...own, region: "mypurecloud.de" },
    ],
    [{ ...env, GENESYSCLOUD_REGION: "" }, own],
    [{ ...env, GENESYSCLOUD_ACCESS_TOKEN: "t" }, { accessToken: "t" }],
    [{ ...env, GENESYSCLOUD_GATEWAY_HOST: "127.0.0.1", GENESYSCLOUD_PROXY_HOST: "127.0.0.1" }, own],
  ])("of the environment in case %#", (given, options) => {
    expect(genesysOptionsFromEnv(given)).toEqual(options);
    expect(() => createGenesysManager(genesysOptionsFromEnv(given))).not.toThrow();
  });
});
