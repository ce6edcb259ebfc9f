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
])("serverEndpoints removes /admin and slashes from the admin URL %j", (url) => {
  expect(serverEndpoints(url, undefined)).toEqual({ adminUrl: "https://hydra.test" });
});

test("serverEndpoints keeps a path prefix, with and without /admin at its end", () => {
  expect(serverEndpoints("https://gateway.test/hydra/", undefined).adminUrl).toBe("https://gateway.test/hydra");
  expect(serverEndpoints("https://gateway.test/hydra/admin", undefined).adminUrl).toBe("https://gateway.test/hydra");
  expect(serverEndpoints("https://gateway.test/sysadmin", undefined).adminUrl).toBe("https://gateway.test/sysadmin");
});

test("serverEndpoints keeps the path and the port of the public URL", () => {
  expect(serverEndpoints("http://127.0.0.1:4445", "http://127.0.0.1:4444/")).toEqual({
    adminUrl: "http://127.0.0.1:4445",
    publicUrl: "http://127.0.0.1:4444",
  });
  expect(serverEndpoints("https://a.test", "https://b.test/admin/").publicUrl).toBe("https://b.test/admin");
});

test("networkEndpoints uses one host for both APIs of a project", () => {
  const url = "https://vibrant-moore-abc123.projects.oryapis.com";
  expect(networkEndpoints("vibrant-moore-abc123")).toEqual({ adminUrl: url, publicUrl: url });
});

test("tokenEndpoint is below the public URL", () => {
  expect(tokenEndpoint("https://gateway.test/hydra")).toBe("https://gateway.test/hydra/oauth2/token");
});
