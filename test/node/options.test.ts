import { describe, expect, test } from "vitest";
import { validateOptions } from "../../src/node/options.js";

describe("validateOptions", () => {
  test.each([
    [
      "switching TLS checks off",
      { rejectUnauthorized: false },
      "rejectUnauthorized",
      "certificate verification cannot be switched off",
    ],
    [
      "another check of names",
      { checkServerIdentity: () => undefined },
      "checkServerIdentity",
      "certificate verification cannot be switched off",
    ],
    ["an unknown option", { certificate: "canary" }, "certificate", "unknown name"],
    ["a certificate without a key", { cert: "canary" }, "key", "required with cert"],
    ["a key without a certificate", { key: "canary" }, "cert", "required with key"],
    ["a certificate that is no text", { cert: 1, key: "canary" }, "cert", "expected PEM or a function"],
    ["a key that is no text", { cert: "canary", key: {} }, "key", "expected PEM or a function"],
    ["a passphrase for nothing", { passphrase: "canary" }, "passphrase", "requires key or pfx"],
    ["PKCS#12 that is no bytes", { pfx: "canary" }, "pfx", "expected a Uint8Array or a function"],
    ["PKCS#12 beside a certificate", { pfx: new Uint8Array(1), cert: "canary", key: "canary" }, "pfx", "cannot be combined"],
    ["no authorities, which would be those of Node", { ca: [] }, "ca", "expected PEM"],
    ["an empty authority", { ca: "" }, "ca", "expected PEM"],
    ["a name with a line break", { servername: "a\r\nb" }, "servername", "expected a host name"],
    ["half a connection", { maxConnections: 0.5 }, "maxConnections", "expected an integer from 1"],
    ["a delay that no timer takes", { idleTimeoutMs: 2 ** 31 }, "idleTimeoutMs", "expected a number above 0"],
    ["no time at all", { connectTimeoutMs: 0 }, "connectTimeoutMs", "expected a number above 0"],
  ])("refuses %s by name, without its value", (_, options, path, message) => {
    let error: unknown;
    try {
      validateOptions(options as object);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "invalid_configuration" });
    const { issues } = error as { issues: readonly unknown[] };
    expect(issues).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect(String(error)).not.toContain("canary");
  });

  test("takes what can work", () => {
    validateOptions({});
    validateOptions({ cert: "a", key: () => "b", passphrase: "", ca: ["c", new Uint8Array([1])], servername: "a.example" });
    validateOptions({ maxConnections: 1, idleTimeoutMs: 1, connectTimeoutMs: 1 });
  });
});
