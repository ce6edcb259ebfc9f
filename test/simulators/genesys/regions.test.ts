import { describe, expect, test } from "vitest";
import { simulateGenesys } from "../../../src/simulators/genesys/simulator.js";

describe("regions", () => {
  test.each(["", "eu", "us-east-9", "https://mypurecloud.com", "constructor"])("rejects the unknown region %j", (region) => {
    expect(() => simulateGenesys({ region })).toThrow(/^simulateGenesys: region/);
  });

  test.each([
    ["apiUrl", { apiUrl: "api" }],
    ["apiUrl", { apiUrl: "ftp://api.test" }],
    ["loginUrl", { loginUrl: "https://login.test?x=1" }],
    ["loginUrl", { loginUrl: "https://user@login.test" }],
  ])("rejects an invalid %s", (name, options) => {
    expect(() => simulateGenesys(options)).toThrow(new RegExp(`^simulateGenesys: ${name}`));
  });

  test.each([
    ["us-east-1", "mypurecloud.com"],
    ["us-east-2", "use2.us-gov-pure.cloud"],
    ["us-west-2", "usw2.pure.cloud"],
    ["ca-central-1", "cac1.pure.cloud"],
    ["sa-east-1", "sae1.pure.cloud"],
    ["mx-central-1", "mxc1.pure.cloud"],
    ["eu-west-1", "mypurecloud.ie"],
    ["eu-west-2", "euw2.pure.cloud"],
    ["eu-central-1", "mypurecloud.de"],
    ["eu-central-2", "euc2.pure.cloud"],
    ["eusc-de-east-1", "edee1.eusc-pure.cloud"],
    ["me-central-1", "mec1.pure.cloud"],
    ["ap-south-1", "aps1.pure.cloud"],
    ["ap-southeast-1", "apse1.pure.cloud"],
    ["ap-southeast-2", "mypurecloud.com.au"],
    ["ap-northeast-1", "mypurecloud.jp"],
    ["ap-northeast-2", "apne2.pure.cloud"],
    ["ap-northeast-3", "apne3.pure.cloud"],
    ["dca", "inindca.com"],
    ["tca", "inintca.com"],
  ])("serves %s at %s, by its key in any case and by its domain", (key, domain) => {
    const urls = { api: `https://api.${domain}`, login: `https://login.${domain}` };
    for (const region of [key, key.toUpperCase(), domain]) expect(simulateGenesys({ region }).urls).toEqual(urls);
  });

  test("serves us-east-1 by default", () => {
    expect(simulateGenesys().urls.api).toBe("https://api.mypurecloud.com");
  });

  test("accepts a base URL for one host alone", () => {
    const { urls } = simulateGenesys({ region: "eu-west-1", apiUrl: "http://127.0.0.1:8099/api/" });
    expect(urls).toEqual({ api: "http://127.0.0.1:8099/api", login: "https://login.mypurecloud.ie" });
  });
});
