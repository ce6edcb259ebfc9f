import { expect, test } from "vitest";
import { customEndpoints, regionAt, regions } from "../../src/ovh/endpoints.js";

test.each([
  "https://proxy.acme.test",
  "https://proxy.acme.test/",
  "https://proxy.acme.test/1.0",
  "https://proxy.acme.test/v1/",
  "https://proxy.acme.test/v2",
  " HTTPS://PROXY.acme.test:443/1.0 ",
])("customEndpoints removes the version from the API URL %j and normalizes the URL", (url) => {
  expect(customEndpoints(url, undefined)).toEqual({ apiUrl: "https://proxy.acme.test" });
});

test("customEndpoints keeps a path prefix and an unknown version", () => {
  expect(customEndpoints("https://proxy.acme.test/ovh/1.0", undefined).apiUrl).toBe("https://proxy.acme.test/ovh");
  expect(customEndpoints("https://proxy.acme.test/v3", undefined).apiUrl).toBe("https://proxy.acme.test/v3");
});

test("customEndpoints accepts the hosts that OVHcloud announced", () => {
  const tokenEndpoint = "https://auth.eu.ovhcloud.com/oauth2/token";
  expect(customEndpoints("https://api.eu.ovhcloud.com/1.0", tokenEndpoint)).toEqual({
    apiUrl: "https://api.eu.ovhcloud.com",
    tokenEndpoint,
  });
});

test("regionAt returns the region of an API URL", () => {
  expect(regionAt("https://ca.api.ovh.com/1.0")).toBe("ca");
  expect(regionAt("https://api.us.ovhcloud.com")).toBe("us");
  expect(regionAt("https://eu.api.kimsufi.com/1.0")).toBeUndefined();
});

test("each region has its own API and token endpoint", () => {
  expect(regions).toEqual({
    eu: { apiUrl: "https://eu.api.ovh.com", tokenEndpoint: "https://www.ovh.com/auth/oauth2/token" },
    ca: { apiUrl: "https://ca.api.ovh.com", tokenEndpoint: "https://ca.ovh.com/auth/oauth2/token" },
    us: { apiUrl: "https://api.us.ovhcloud.com", tokenEndpoint: "https://us.ovhcloud.com/auth/oauth2/token" },
  });
});
