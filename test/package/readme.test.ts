import { readFileSync } from "node:fs";
import * as neutral from "oauth-clients";
import {
  type CreateResult,
  canImport,
  canRequestTokens,
  canRotateSecret,
  type OAuthClient,
  type OAuthClientManager,
} from "oauth-clients";
import { createGenesysManager } from "oauth-clients/genesys";
import { createOryManager } from "oauth-clients/ory";
import { createOvhManager } from "oauth-clients/ovh";
import { createTfeManager } from "oauth-clients/tfe";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Capability, capabilityFaults } from "./docs.js";
import { between, blocksOf, tablesOf } from "./markdown.js";
import { type BenchmarkResults, benchmarkRows } from "./pictures/benchmark.js";
import { vendorsOf } from "./rules.js";
import { readTree, root } from "./tree.js";

// Compiling takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

type Manager = OAuthClientManager<OAuthClient, never, never, CreateResult<OAuthClient>>;

/** One manager of every vendor, with options that reach nothing. */
const nowhere = "http://127.0.0.1:9";
const managers: Record<string, Manager> = {
  ory: createOryManager({ adminUrl: nowhere }),
  ovh: createOvhManager({ apiUrl: nowhere, accessToken: "none" }),
  genesys: createGenesysManager({ apiUrl: nowhere, loginUrl: nowhere, accessToken: "none" }),
  tfe: createTfeManager({ address: nowhere, organization: "none", token: "none" }),
};

const verbs = ["account", "create", "get", "list", "update", "delete"] as const;
const capabilities: readonly Capability<Manager>[] = [
  { row: /\bcreate\b/i, has: (manager) => verbs.every((verb) => typeof manager[verb] === "function") },
  { row: /\brotat/i, has: canRotateSecret },
  { row: /\btoken/i, has: canRequestTokens },
  { row: /\bimport/i, has: canImport },
  { row: /\bof its own\b/i, has: (manager) => verbsOf(manager).length > 0 },
];

/** The methods of a manager that neither every manager has nor a guard covers. */
function verbsOf(manager: Manager): string[] {
  const shared: readonly string[] = [...verbs, "rotateSecret", "tokenRequest", "import"];
  const functions = Object.entries(manager).filter(([, member]) => typeof member === "function");
  return functions.map(([name]) => name).filter((name) => !shared.includes(name));
}

describe("README.md", () => {
  const sources = readTree("src", ".ts");
  let readme = "";

  beforeAll(() => {
    readme = readFileSync(`${root}README.md`, "utf8");
  });

  test("has fewer than 200 lines", () => {
    expect(readme.split("\n").length).toBeLessThan(200);
  });

  test("has the result of every guard for every vendor", () => {
    expect(Object.keys(managers).sort()).toEqual(vendorsOf(sources));
    expect(capabilityFaults(between(readme, "capabilities") ?? "", managers, capabilities)).toEqual([]);
  });

  test("names every method that only one vendor has", () => {
    const [table] = tablesOf(between(readme, "capabilities") ?? "");
    const row = table?.rows.find(([name = ""]) => /of its own/.test(name)) ?? [];
    const told = (table?.columns ?? []).slice(1).map((column, index) => {
      const names = [...(row[index + 1] ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
      return [column.toLowerCase(), names.sort()];
    });
    const real = Object.entries(managers).map(([vendor, manager]) => [vendor, verbsOf(manager).sort()]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(real));
  });

  test("has a row for every guard", () => {
    const guards = Object.keys(neutral).filter((name) => /^can[A-Z]/.test(name));
    expect(guards.sort()).toEqual(["canImport", "canRequestTokens", "canRotateSecret"]);
  });

  test("has the saved results of the benchmark", () => {
    const results = JSON.parse(readFileSync(`${root}bench/results.json`, "utf8")) as BenchmarkResults;
    const [table] = tablesOf(between(readme, "benchmark") ?? "");
    expect(table?.rows).toEqual(benchmarkRows(results));
  });

  test("starts with code for a vendor that the tests run unchanged", () => {
    const [first] = blocksOf(readme).filter(({ language }) => /^ts\b/.test(language));
    expect(first?.language).toBe("ts run");
    expect(first?.text).toContain("OptionsFromEnv(process.env)");
  });
});
