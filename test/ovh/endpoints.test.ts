import { expect, test } from "vitest";
import { customEndpoints, regionAt, regions } from "../../src/ovh/endpoints.js";

test.each([
  "https://proxy.acme.test",
  "https://proxy.acme.test/",
  "https://proxy.acme.test/1.0",
  "https://proxy.acme.test/v1/",
  "https://proxy.acme.test/v2",
  " HTTPS://PROXY.acme.test:443/1.0 ",
])("the API at %j has no version in its address, which goes out in the parser's spelling", (url) => {
  expect(customEndpoints(url, undefined)).toEqual({ apiUrl: "https://proxy.acme.test" });
});

test("a path prefix stays, and so does what only looks like a version", () => {
  expect(customEndpoints("https://proxy.acme.test/ovh/1.0", undefined).apiUrl).toBe("https://proxy.acme.test/ovh");
  expect(customEndpoints("https://proxy.acme.test/v3", undefined).apiUrl).toBe("https://proxy.acme.test/v3");
});

test("the announced hosts are named by both addresses", () => {
  const tokenEndpoint = "https://auth.eu.ovhcloud.com/oauth2/token";
  expect(customEndpoints("https://api.eu.ovhcloud.com/1.0", tokenEndpoint)).toEqual({
    apiUrl: "https://api.eu.ovhcloud.com",
    tokenEndpoint,
  });
});

test("a region is known again by the address of its API", () => {
  expect(regionAt("https://ca.api.ovh.com/1.0")).toBe("ca");
  expect(regionAt("https://api.us.ovhcloud.com")).toBe("us");
  expect(regionAt("https://eu.api.kimsufi.com/1.0")).toBeUndefined();
});

test("each region has an API and a token endpoint of its own", () => {
  expect(regions).toEqual({
    eu: { apiUrl: "https://eu.api.ovh.com", tokenEndpoint: "https://www.ovh.com/auth/oauth2/token" },
    ca: { apiUrl: "https://ca.api.ovh.com", tokenEndpoint: "https://ca.ovh.com/auth/oauth2/token" },
    us: { apiUrl: "https://api.us.ovhcloud.com", tokenEndpoint: "https://us.ovhcloud.com/auth/oauth2/token" },
  });
});
