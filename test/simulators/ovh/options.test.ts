import { describe, expect, test } from "vitest";
import { type OvhRegion, type OvhSimulatorOptions, simulateOvh } from "../../../src/simulators/ovh/simulator.js";
import { api, clientsPath, keys, signed } from "./calls.js";

const serviceAccount = { clientId: "EU.0123456789abcdef", clientSecret: "secret" };

describe("options", () => {
  test.each([
    ["region", { region: "asia" as OvhRegion }],
    ["apiUrl", { apiUrl: "not a url" }],
    ["apiUrl", { apiUrl: "ftp://ovh.test" }],
    ["apiUrl", { apiUrl: "https://ovh.test?x=1" }],
    ["apiUrl has a version", { apiUrl: "https://ovh.test/1.0" }],
    ["apiUrl has a version", { apiUrl: "https://ovh.test/api/v2/" }],
    ["tokenEndpoint", { tokenEndpoint: "https://user@ovh.test/token" }],
    ["tokenEndpoint is the same as apiUrl", { apiUrl: "https://ovh.test", tokenEndpoint: "https://ovh.test/" }],
    ["account", { account: "a/b" }],
    ["account", { account: "" }],
    ["serviceAccount.clientId", { serviceAccount: { ...serviceAccount, clientId: "" } }],
    ["serviceAccount.clientSecret", { serviceAccount: { ...serviceAccount, clientSecret: "" } }],
    ["accessTokens[0].accessToken", { accessTokens: [{ accessToken: "" }] }],
    ["applicationKeys[0].applicationKey", { applicationKeys: [{ ...keys, applicationKey: "" }] }],
    ["applicationKeys[0].applicationSecret", { applicationKeys: [{ ...keys, applicationSecret: "" }] }],
    ["applicationKeys[0].consumerKey", { applicationKeys: [{ ...keys, consumerKey: "" }] }],
    ["applicationKeys[1].consumerKey", { applicationKeys: [keys, keys] }],
    [
      "applicationKeys[1].applicationSecret",
      { applicationKeys: [keys, { ...keys, consumerKey: "2", applicationSecret: "other" }] },
    ],
    ["permissionsGroups[0].urn", { permissionsGroups: [{ urn: "x" }] }],
    ["timestampToleranceMs", { timestampToleranceMs: 0 }],
    ["accessTokenLifespanMs", { accessTokenLifespanMs: Number.NaN }],
    ["pageSize", { pageSize: 1.5 }],
    ["largestPageSize", { largestPageSize: -1 }],
    ["clockSkewMs", { clockSkewMs: Number.POSITIVE_INFINITY }],
  ] satisfies [string, OvhSimulatorOptions][])("%s is named in the error for an invalid value", (name, options) => {
    expect(() => simulateOvh(options)).toThrow(TypeError);
    expect(() => simulateOvh(options)).toThrow(`simulateOvh: ${name}`);
  });

  test("have one default application key when they contain no other credentials", async () => {
    const status = async (options: OvhSimulatorOptions) => {
      const ovh = simulateOvh(options);
      const timestamp = Math.floor(Date.now() / 1000);
      const address = `${ovh.urls.api}${clientsPath}`;
      const given = { method: "GET", address, timestamp, secret: "application-secret", consumerKey: "consumer-key" };
      const headers = { ...signed(given), "x-ovh-application": "application-key" };
      return (await api(ovh, "GET", clientsPath, undefined, headers)).status;
    };
    expect(await status({})).toBe(200);
    expect(await status({ serviceAccount })).toBe(403);
    expect(await status({ accessTokens: [{ accessToken: "x" }] })).toBe(403);
    expect(await status({ applicationKeys: [keys] })).toBe(403);
  });
});
