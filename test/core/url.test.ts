import { describe, expect, test } from "vitest";
import { validateUrl } from "../../src/core/url.js";

describe("urlFault", () => {
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
  ])("refuses %s", (value) => {
    expect(validateUrl(value)).toBeTypeOf("string");
  });

  test("does not repeat the address, which may hold a password", () => {
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
  ])("accepts %s", (value) => {
    expect(validateUrl(value)).toBeUndefined();
  });
});
