import { describe, expect, test } from "vitest";
import { insecureHostsProblem, normalizeBaseUrl, validateUrl } from "../../src/core/url.js";

describe("validateUrl", () => {
  test.each([
    undefined,
    42,
    "",
    "not a url",
    "/relative",
    "ftp://x.test",
    "http://x.test",
    "http://localhost.evil.test",
    "http://127.0.0.1.nip.test",
    "http://0.0.0.0",
    "http://2130706433",
    "http://0x7f.1",
    "http://127.1",
    "http://[::ffff:127.0.0.1]",
    "http://10.0.0.1",
    "http://127.0.0.1@evil.test",
    "http://127.0.0.1:80@evil.test",
    "https://user@x.test",
    "https://:pass@x.test",
    "https://x.test/#part",
    "https://x.test/#",
    "javascript:alert(1)",
  ])("validateUrl rejects %s", (value) => {
    expect(validateUrl(value)).toBeTypeOf("string");
  });

  test("validateUrl does not include the URL, which may contain a password", () => {
    expect(validateUrl("https://user:hunter2@x.test")).not.toContain("hunter2");
  });

  test.each([
    "https://x.test",
    "https://x.test:8443/base?tenant=1",
    "http://localhost",
    "http://LOCALHOST:4445/",
    "http://127.0.0.1:1",
    "http://127.9.8.7/token?x=1",
    "http://[::1]:4444",
    "http://localhost?x",
  ])("validateUrl accepts %s", (value) => {
    expect(validateUrl(value)).toBeUndefined();
  });
});

test.each([
  ["https://x.test", "https://x.test"],
  ["https://x.test//", "https://x.test"],
  ["https://x.test/a/b/", "https://x.test/a/b"],
  ["  HTTPS://X.test:443/a \n", "https://x.test/a"],
  ["https://x.test/a/../b c", "https://x.test/b%20c"],
])("normalizeBaseUrl normalizes %j to %s", (url, address) => {
  expect(normalizeBaseUrl(url)).toBe(address);
});

describe("allowInsecureHttp", () => {
  test.each([
    ["a host that is not named", "http://other.internal/"],
    ["a subdomain of a named host", "http://a.hydra.internal/"],
    ["a host with a named prefix", "http://hydra.internal.evil.example/"],
    ["another scheme", "ftp://hydra.internal/"],
    ["user info", "http://user:canary@hydra.internal/"],
    ["a fragment", "http://hydra.internal/#a"],
  ])("allowInsecureHttp rejects %s", (_, url) => {
    expect(validateUrl(url, ["hydra.internal"])).toBeTypeOf("string");
  });

  test("allowInsecureHttp is named by the message about an http URL", () => {
    expect(validateUrl("http://hydra.internal/")).toContain("allowInsecureHttp");
  });

  test("allowInsecureHttp allows http for the named hosts, on any port", () => {
    expect(validateUrl("http://hydra.internal:4445/admin", ["other", "hydra.internal"])).toBeUndefined();
    expect(validateUrl("http://[fd00::1]/", ["[fd00::1]"])).toBeUndefined();
  });

  test.each([
    true,
    "hydra.internal",
    ["http://hydra.internal"],
    ["hydra.internal:80"],
    ["*"],
    [".internal"],
    ["HYDRA"],
    [1],
    [""],
  ])("allowInsecureHttp rejects %j as a list of hosts", (value) => {
    expect(insecureHostsProblem(value)).toContain("expected an array of host names");
  });

  test("allowInsecureHttp accepts a list of host names, or none", () => {
    for (const value of [
      undefined,
      [],
      ["hydra"],
      ["hydra-admin.auth.svc.cluster.local", "10.0.0.1", "[fd00::1]"],
      ["my_keycloak"],
    ]) {
      expect(insecureHostsProblem(value)).toBeUndefined();
    }
  });
});
