import { describe, expect, test } from "vitest";
import { type GenesysSimulatorOptions, simulateGenesys } from "../../../src/simulators/genesys/simulator.js";
import { home } from "./calls.js";

describe("options", () => {
  test.each([
    ["rateLimit.perMinute", { rateLimit: { perMinute: 0 } }],
    ["loginRateLimit.perMinute", { loginRateLimit: { perMinute: 1.5 } }],
    ["maximumClients", { maximumClients: -1 }],
    ["replicationLagMs", { replicationLagMs: -1 }],
    ["replicationLagMs", { replicationLagMs: Number.NaN }],
    ["idleTimeoutMs", { idleTimeoutMs: 0 }],
    ["administrator.clientId", { administrator: { clientId: "a:b" } }],
    ["administrator.clientId", { administrator: { clientId: "" } }],
    ["administrator.clientSecret", { administrator: { clientSecret: "" } }],
    ["administrator.grants", { administrator: { grants: [{ role: "unknown", division: "*" }] } }],
    ["administrator.grants", { administrator: { grants: [{ role: "admin", division: "Atlantis" }] } }],
    ["roles", { roles: [home, home] }],
    ["divisions", { homeDivision: home, divisions: [home] }],
  ] satisfies [string, GenesysSimulatorOptions][])("%s is named in the error for an invalid value", (name, options) => {
    expect(() => simulateGenesys(options)).toThrow(new RegExp(`^simulateGenesys: ${name}`));
  });

  test("accepts all options at once", () => {
    expect(() =>
      simulateGenesys({
        rateLimit: {},
        loginRateLimit: { perMinute: 1 },
        maximumClients: 1,
        replicationLagMs: 0,
        idleTimeoutMs: 1,
        administrator: { clientId: "me", clientSecret: "a:b", grants: [{ role: "admin", division: "Home" }] },
      }),
    ).not.toThrow();
  });
});
