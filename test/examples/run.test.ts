import { describe, expect, test, vi } from "vitest";
import { readTree } from "../package/tree.js";
import { run } from "./program.js";

// Every test starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

// Modules of the programs.
const modules = ["provision/clients", "token/mcp-auth-provider", "token/observe-calls", "token/observe-tokens"];

const example = (...words: string[]) => run(["test/examples/run.ts", ...words]);

describe("npm run example", () => {
  test("lists every example when the name is unknown", async () => {
    const { code, errors } = await example("token/servic");
    const files = Object.keys(readTree("examples", ".ts")).map((path) => path.replace(/^examples\/|\.ts$/g, ""));
    expect(code).toBe(64);
    expect(errors.trim().split("\n").slice(3)).toEqual(files.filter((name) => !modules.includes(name)).sort());
  });

  test("runs an example on simulators, without variables of the caller", async () => {
    const { code, output, errors } = await example("ovh/guide");
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toContain("allowed call: 200");
  });
});
