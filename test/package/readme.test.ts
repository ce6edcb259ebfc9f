import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Capability, capabilityFaults, compilerFaults, optionFaults, unknownEnvironment } from "./docs.js";
import { entrySources, manifest } from "./entries.js";
import { between, blocksOf, programsOf, tablesOf } from "./markdown.js";
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

/** What a manager can do that neither all vendors' can nor a guard tells of. */
function verbsOf(manager: Manager): string[] {
  const shared: readonly string[] = [...verbs, "rotateSecret", "tokenRequest", "import"];
  const functions = Object.entries(manager).filter(([, member]) => typeof member === "function");
  return functions.map(([name]) => name).filter((name) => !shared.includes(name));
}

describe("README.md", () => {
  const sources = readTree("src", ".ts");
  const entries = Object.values(entrySources(manifest.exports)).map((file) => root + file);
  let readme = "";
  let folder = "";

  beforeAll(() => {
    readme = readFileSync(`${root}README.md`, "utf8");
    folder = mkdtempSync(join(tmpdir(), "readme-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("can be read in one sitting", () => {
    expect(readme.split("\n").length).toBeLessThan(300);
  });

  test("shows code that compiles", () => {
    const programs = programsOf("README.md", readme);
    expect(Object.keys(programs)).not.toHaveLength(0);
    expect(compilerFaults(programs)).toEqual([]);
  });

  test("tells every option of every vendor's manager, and none that does not exist", () => {
    const wanted = vendorsOf(sources).map((vendor) => `${vendor[0]?.toUpperCase()}${vendor.slice(1)}Options`);
    expect(wanted).not.toHaveLength(0);
    expect(optionFaults(readme, wanted, entries)).toEqual([]);
  });

  test("names only environment variables that something reads", () => {
    const readers = { ...sources, ...readTree("examples", ".ts"), ...readTree("test/live", ".ts") };
    expect(unknownEnvironment(readme, readers)).toEqual([]);
  });

  test("says of every vendor what the guards say", () => {
    expect(Object.keys(managers).sort()).toEqual(vendorsOf(sources));
    expect(capabilityFaults(between(readme, "capabilities") ?? "", managers, capabilities)).toEqual([]);
  });

  test("names every verb that one vendor alone has", () => {
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

  test("opens with code that runs as it stands", () => {
    const [first] = blocksOf(readme).filter(({ language }) => /^ts\b/.test(language));
    expect(first?.language, "the first block of TypeScript is marked `ts run`").toBe("ts run");
    const file = join(folder, "quickstart.mts");
    writeFileSync(file, first?.text ?? "");
    const tsx = [`${root}node_modules/tsx/dist/cli.mjs`, "--tsconfig", `${root}tsconfig.json`];
    const settings = { cwd: root, encoding: "utf8", timeout: 50_000, stdio: "pipe" } as const;
    expect(() => execFileSync(process.execPath, [...tsx, file], settings)).not.toThrow();
  });
});
