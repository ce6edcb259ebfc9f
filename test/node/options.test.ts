import { Agent } from "node:https";
import { describe, expect, test } from "vitest";
import { validateOptions } from "../../src/node/options.js";

describe("validateOptions: options of nodeFetch", () => {
  test.each([
    [
      "an option that disables certificate verification",
      { rejectUnauthorized: false },
      "rejectUnauthorized",
      "certificate verification cannot be switched off",
    ],
    [
      "an option that replaces the verification of host names",
      { checkServerIdentity: () => undefined },
      "checkServerIdentity",
      "certificate verification cannot be switched off",
    ],
    ["an unknown option", { certificate: "canary" }, "certificate", "unknown name"],
    ["a certificate without a key", { cert: "canary" }, "key", "required with cert"],
    ["a key without a certificate", { key: "canary" }, "cert", "required with key"],
    ["a certificate that is not a string", { cert: 1, key: "canary" }, "cert", "expected PEM or a function"],
    ["a key that is not a string", { cert: "canary", key: {} }, "key", "expected PEM or a function"],
    ["a passphrase without a key", { passphrase: "canary" }, "passphrase", "requires key or pfx"],
    ["PKCS#12 data that is not a Uint8Array", { pfx: "canary" }, "pfx", "expected a Uint8Array or a function"],
    [
      "PKCS#12 data together with a certificate",
      { pfx: new Uint8Array(1), cert: "canary", key: "canary" },
      "pfx",
      "cannot be combined",
    ],
    ["an empty list of authorities", { ca: [] }, "ca", "expected PEM"],
    ["an empty authority", { ca: "" }, "ca", "expected PEM"],
    ["a server name with a line break", { servername: "a\r\nb" }, "servername", "expected a host name"],
    ["a fractional number of connections", { maxConnections: 0.5 }, "maxConnections", "expected an integer from 1"],
    ["a delay above the maximum of a timer", { idleTimeoutMs: 2 ** 31 }, "idleTimeoutMs", "expected a number above 0"],
    ["an agent that is not an agent", { agent: {} }, "agent", "expected an Agent of node:http"],
    [
      "an agent that does not verify certificates",
      { agent: new Agent({ rejectUnauthorized: false }) },
      "agent",
      "certificate verification cannot be switched off",
    ],
    ["an agent together with a certificate authority", { agent: new Agent(), ca: "canary" }, "agent", "cannot be combined"],
    ["a timeout of 0", { connectTimeoutMs: 0 }, "connectTimeoutMs", "expected a number above 0"],
  ])("validateOptions rejects %s with an error that names the option and omits its value", (_, options, path, message) => {
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

  test("validateOptions accepts valid options", () => {
    validateOptions({});
    validateOptions({ cert: "a", key: () => "b", passphrase: "", ca: ["c", new Uint8Array([1])], servername: "a.example" });
    validateOptions({ agent: new Agent({ keepAlive: true }) });
    validateOptions({ maxConnections: 1, idleTimeoutMs: 1, connectTimeoutMs: 1 });
  });
});
