import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { forbiddenImports, vendorExtras, vendorFiles } from "./rules.js";
import { irregularVendorFiles, longFunctions, unevenFiles } from "./structure.js";
import { readTree, root, type Tree } from "./tree.js";
import { retiredWordsIn } from "./vocabulary.js";

// No declarations are made for the scripts.
const script = (await import(`${root}scripts/new-vendor.js`)) as {
  nameProblem: (vendor: string | undefined, folders: readonly string[]) => string | undefined;
  stubFiles: (vendor: string) => Tree;
};

describe("npm run new-vendor", () => {
  test.each([
    ["no name", undefined],
    ["capitals", "Acme"],
    ["a path", "../acme"],
    ["a hyphen", "acme-cloud"],
    ["a digit at the start", "1acme"],
    ["an existing folder", "core"],
  ])("rejects %s", (_, name) => {
    expect(script.nameProblem(name, ["core", "ory"])).toEqual(expect.any(String));
  });

  test("prints one line and writes no file when the vendor exists", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/new-vendor.js", "ory"], {
      cwd: root,
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: "src/ory exists\n" });
  });

  test("accepts a name of lower-case letters and digits", () => {
    expect(script.nameProblem("acme2", ["core", "ory"])).toBeUndefined();
  });

  test("writes the standard files, a simulator, a description and tests, with the name of the vendor", () => {
    const stub = script.stubFiles("zenith");
    expect(irregularVendorFiles(stub, ["zenith"], vendorFiles, { zenith: ["tokens.ts"] })).toEqual([]);
    expect(Object.keys(stub)).toEqual(
      expect.arrayContaining([
        "openapi/zenith.yaml",
        "src/simulators/zenith/simulator.ts",
        "test/zenith/cancellation.test.ts",
        "test/zenith/contract.test.ts",
      ]),
    );
    expect(JSON.stringify(stub)).not.toMatch(/acme/i);
    expect(stub["src/zenith/manager.ts"]).toContain("export function createZenithManager");
    expect(stub["src/zenith/options.ts"]).toContain("ZENITH_TOKEN");
  });

  test("writes sources that obey the rules", () => {
    const stub = script.stubFiles("zenith");
    const sources = Object.fromEntries(Object.entries(stub).filter(([path]) => path.startsWith("src/")));
    expect(forbiddenImports(sources)).toEqual([]);
    expect(longFunctions(sources)).toEqual([]);
    expect(
      unevenFiles(
        sources,
        vendorFiles.map((file) => `src/zenith/${file}`),
      ),
    ).toEqual([]);
    expect(retiredWordsIn(stub)).toEqual([]);
  });
});

test("the extras of vendors name vendors that exist", () => {
  const sources = Object.keys(readTree("src", ".ts"));
  for (const vendor of Object.keys(vendorExtras)) expect(sources).toContain(`src/${vendor}/index.ts`);
});
