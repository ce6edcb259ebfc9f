import { describe, expect, test } from "vitest";
import { checkOptions } from "../../src/node/options.js";

describe("checkOptions", () => {
  test.each([
    ["switching TLS checks off", { rejectUnauthorized: false }, "rejectUnauthorized", "TLS checks stay on"],
    ["another check of names", { checkServerIdentity: () => undefined }, "checkServerIdentity", "TLS checks stay on"],
    ["an unknown option", { certificate: "canary" }, "certificate", "no such option"],
    ["a certificate without a key", { cert: "canary" }, "key", "missing beside cert"],
    ["a key without a certificate", { key: "canary" }, "cert", "missing beside key"],
    ["a certificate that is no text", { cert: 1, key: "canary" }, "cert", "expected PEM or a function"],
    ["a key that is no text", { cert: "canary", key: {} }, "key", "expected PEM or a function"],
    ["a passphrase for nothing", { passphrase: "canary" }, "passphrase", "is for a key"],
    ["no authorities, which would be those of Node", { ca: [] }, "ca", "expected PEM"],
    ["an empty authority", { ca: "" }, "ca", "expected PEM"],
    ["a name with a line break", { servername: "a\r\nb" }, "servername", "expected a host name"],
    ["half a connection", { maxConnections: 0.5 }, "maxConnections", "expected a whole number"],
    ["a delay that no timer takes", { idleTimeoutMs: 2 ** 31 }, "idleTimeoutMs", "expected a number above 0"],
    ["no time at all", { connectTimeoutMs: 0 }, "connectTimeoutMs", "expected a number above 0"],
  ])("refuses %s by name, without its value", (_, options, path, message) => {
    let error: unknown;
    try {
      checkOptions(options as object);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "invalid_configuration" });
    const { issues } = error as { issues: readonly unknown[] };
    expect(issues).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect(String(error)).not.toContain("canary");
  });

  test("takes what can work", () => {
    checkOptions({});
    checkOptions({ cert: "a", key: () => "b", passphrase: "", ca: ["c", new Uint8Array([1])], servername: "a.example" });
    checkOptions({ maxConnections: 1, idleTimeoutMs: 1, connectTimeoutMs: 1 });
  });
});
