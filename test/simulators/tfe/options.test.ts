import { describe, expect, test } from "vitest";
import { baseUrlOf } from "../../../src/simulators/tfe/options.js";
import { simulateTfe, type TfeSimulatorOptions } from "../../../src/simulators/tfe/simulator.js";

describe("invalid options", () => {
  test.each([
    ["baseUrl", { baseUrl: "tfe.acme.test" }],
    ["baseUrl", { baseUrl: "ftp://tfe.acme.test" }],
    ["baseUrl", { baseUrl: "https://tfe.acme.test?x=1" }],
    ["baseUrl", { baseUrl: "https://user@tfe.acme.test" }],
    ["organizations", { organizations: [] }],
    ["organizations", { organizations: [{ name: "a/b" }] }],
    ["organizations", { organizations: [{ name: "a" }, { name: "a" }] }],
    ["tokens", { tokens: [{ token: "" }] }],
    ["tokens", { tokens: [{ token: "with space" }] }],
    ['unknown organization "nowhere"', { tokens: [{ token: "t", organizations: ["acme", "nowhere"] }] }],
    ["pageSize", { pageSize: 0 }],
    ["maximumPageSize", { maximumPageSize: 1.5 }],
    ["rateLimit.perSecond", { rateLimit: { perSecond: 0 } }],
    ["rateLimit.tokenDeletionsPerMinute", { rateLimit: { tokenDeletionsPerMinute: Number.NaN } }],
  ] satisfies [string, TfeSimulatorOptions][])("are named in the error: %s", (name, options) => {
    expect(() => simulateTfe(options)).toThrow(TypeError);
    expect(() => simulateTfe(options)).toThrow(name);
  });

  test("are reported without the token", () => {
    expect(() => simulateTfe({ tokens: [{ token: "secret token" }] })).not.toThrow("secret token");
  });
});

describe("the base URL", () => {
  test.each([
    [undefined, "https://app.terraform.io"],
    ["https://tfe.acme.test", "https://tfe.acme.test"],
    ["https://tfe.acme.test/", "https://tfe.acme.test"],
    ["https://tfe.acme.test/api/v2", "https://tfe.acme.test"],
    ["http://127.0.0.1:18080/api/v2/", "http://127.0.0.1:18080"],
    ["https://proxy.acme.test/terraform", "https://proxy.acme.test/terraform"],
  ])("%s has the host %s", (baseUrl, host) => {
    expect(baseUrlOf(baseUrl === undefined ? {} : { baseUrl })).toBe(host);
    expect(simulateTfe(baseUrl === undefined ? {} : { baseUrl }).urls).toEqual({ host });
  });
});
