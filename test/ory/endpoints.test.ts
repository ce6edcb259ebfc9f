import { expect, test } from "vitest";
import { networkEndpoints, serverEndpoints, tokenEndpoint } from "../../src/ory/endpoints.js";

test.each([
  "https://hydra.test",
  "https://hydra.test/",
  "https://hydra.test//",
  "https://hydra.test/admin",
  "https://hydra.test/admin/",
  "https://hydra.test/admin//",
  " https://hydra.test/admin ",
  "HTTPS://HYDRA.test/admin",
])("the admin API at %j needs no second /admin", (url) => {
  expect(serverEndpoints(url, undefined)).toEqual({ adminUrl: "https://hydra.test" });
});

test("a path prefix stays, with and without /admin behind it", () => {
  expect(serverEndpoints("https://gateway.test/hydra/", undefined).adminUrl).toBe("https://gateway.test/hydra");
  expect(serverEndpoints("https://gateway.test/hydra/admin", undefined).adminUrl).toBe("https://gateway.test/hydra");
  expect(serverEndpoints("https://gateway.test/sysadmin", undefined).adminUrl).toBe("https://gateway.test/sysadmin");
});

test("the public API keeps its path, and a port", () => {
  expect(serverEndpoints("http://127.0.0.1:4445", "http://127.0.0.1:4444/")).toEqual({
    adminUrl: "http://127.0.0.1:4445",
    publicUrl: "http://127.0.0.1:4444",
  });
  expect(serverEndpoints("https://a.test", "https://b.test/admin/").publicUrl).toBe("https://b.test/admin");
});

test("a project has both APIs on one host", () => {
  const url = "https://vibrant-moore-abc123.projects.oryapis.com";
  expect(networkEndpoints("vibrant-moore-abc123")).toEqual({ adminUrl: url, publicUrl: url });
});

test("the token endpoint is below the public API", () => {
  expect(tokenEndpoint("https://gateway.test/hydra")).toBe("https://gateway.test/hydra/oauth2/token");
});
