import { describe, expect, test } from "vitest";
import { domainOf, domains, endpointsOf, tokenEndpoint } from "../../src/genesys/endpoints.js";

describe("domainOf for an unknown region", () => {
  test.each([
    "",
    "us-east-3",
    "api.mypurecloud.com",
    "mypurecloud.com.evil.test",
    "https://mypurecloud.com",
    "__proto__",
    "constructor",
  ])("returns undefined: %j", (region) => {
    expect(domainOf(region)).toBeUndefined();
  });
});

describe("domainOf for a known region", () => {
  // From Genesys' own SDKs and Terraform provider.
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
  ])("%s returns the domain %s, by either name and in any case", (region, domain) => {
    for (const name of [region, region.toUpperCase(), domain, ` ${domain.toUpperCase()} `]) expect(domainOf(name)).toBe(domain);
    expect(Object.keys(domains)).toContain(region);
  });

  test("there are twenty regions", () => {
    expect(new Set(Object.values(domains)).size).toBe(20);
  });
});

test("a domain has two hosts, and a URL can replace each of them", () => {
  const own = { apiUrl: "https://api.mypurecloud.ie", loginUrl: "https://login.mypurecloud.ie" };
  expect(endpointsOf("mypurecloud.ie", {})).toEqual(own);
  expect(endpointsOf("mypurecloud.ie", { apiUrl: " http://127.0.0.1:8099/gateway/api// " })).toEqual({
    ...own,
    apiUrl: "http://127.0.0.1:8099/gateway/api",
  });
  expect(endpointsOf("mypurecloud.ie", { loginUrl: "https://login.acme.test" }).loginUrl).toBe("https://login.acme.test");
  expect(tokenEndpoint(own.loginUrl)).toBe("https://login.mypurecloud.ie/oauth/token");
});
