import { describe, expect, test } from "vitest";
import { type OrySimulatorOptions, simulateOry } from "../../../src/simulators/ory/simulator.js";
import { apiKey, project } from "./calls.js";

describe("options", () => {
  test.each([
    ["adminUrl", { adminUrl: "not a url" }],
    ["publicUrl", { publicUrl: "ftp://hydra.test" }],
    ["publicUrl", { publicUrl: "https://hydra.test?x=1" }],
    ["network.project", { network: { project: "a.b/c", apiKey } }],
    ["API key", { network: { project, apiKey: "" } }],
    ["API key", { adminApiKey: "" }],
  ] satisfies [string, OrySimulatorOptions][])("%s is named in the error for an invalid value", (name, options) => {
    expect(() => simulateOry(options)).toThrow(new RegExp(`^simulateOry: .*${name}`));
  });
});
