import { describe, expect, test } from "vitest";
import buildOptions, { groups } from "../../tsup.config.js";
import { entrySources, type Manifest, manifest } from "./entries.js";
import { vendorsOf } from "./rules.js";
import { readTree, type Tree } from "./tree.js";

/** Where `package.json#exports` and the sources disagree. */
function exportFaults(exports: Manifest["exports"], tree: Tree): string[] {
  const entries = entrySources(exports);
  const indexes = Object.keys(tree).filter((path) => /(^|\/)(index|testing)\.ts$/.test(path));
  return [
    ...Object.entries(exports)
      .filter(([entry, target]) => entry.includes("*") || JSON.stringify(target).includes("*"))
      .map(([entry]) => `${entry} is a wildcard`),
    ...Object.entries(exports)
      .filter(([entry, target]) => typeof target === "string" && !entry.endsWith(".json"))
      .map(([entry]) => `${entry} has no types`),
    ...Object.entries(exports)
      .filter(([, target]) => typeof target === "object" && !isBuiltPair(target))
      .map(([entry]) => `${entry} is not first its types, then its code, both from one source`),
    ...Object.entries(entries)
      .filter(([, source]) => tree[source] === undefined)
      .map(([entry, source]) => `${entry} has no source ${source}`),
    ...indexes.filter((path) => !Object.values(entries).includes(path)).map((path) => `${path} is exported nowhere`),
    ...vendorsOf(tree)
      .filter((vendor) => entries[`./${vendor}`] !== `src/${vendor}/index.ts`)
      .map((vendor) => `${vendor} has no entry point`),
    ...vendorsOf(tree)
      .filter((vendor) => !(tree["src/testing.ts"] ?? "").includes(`./simulators/${vendor}/simulator.js`))
      .map((vendor) => `the simulator of ${vendor} is not in src/testing.ts`),
  ];
}

function isBuiltPair(target: { readonly types?: string; readonly default?: string }): boolean {
  return Object.keys(target).join() === "types,default" && target.types === target.default?.replace(/\.js$/, ".d.ts");
}

const pair = (name: string) => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` });

describe("the rules notice", () => {
  const tree = {
    "src/index.ts": "",
    "src/acme/index.ts": "",
    "src/testing.ts": 'export * from "./simulators/acme/simulator.js";',
  };
  const exports = { ".": pair("index"), "./acme": pair("acme/index"), "./testing": pair("testing") };

  test.each([
    ["a wildcard", { ...exports, "./*": pair("*/index") }, tree],
    ["an entry point without types", { ...exports, "./extra": "./dist/extra.js" }, tree],
    ["types that come second", { ...exports, ".": { default: "./dist/index.js", types: "./dist/index.d.ts" } }, tree],
    ["types of another file", { ...exports, ".": { types: "./dist/testing.d.ts", default: "./dist/index.js" } }, tree],
    ["an entry point without a source", { ...exports, "./extra": pair("extra/index") }, tree],
    ["a source without an entry point", exports, { ...tree, "src/token/index.ts": "" }],
    ["a vendor without an entry point", exports, { ...tree, "src/zenith/manager.ts": "" }],
    ["a simulator that is not gathered", exports, { ...tree, "src/testing.ts": "" }],
  ])("%s", (_, map, files) => {
    expect(exportFaults(map, files as Tree)).not.toEqual([]);
  });

  test("nothing where all agree", () => {
    expect(exportFaults({ ...exports, "./package.json": "./package.json" }, tree)).toEqual([]);
  });
});

describe("package.json#exports", () => {
  test("agrees with the sources", () => {
    expect(exportFaults(manifest.exports, readTree("src", ".ts"))).toEqual([]);
  });

  test("is what the build makes", () => {
    const { entry } = buildOptions as { entry: Record<string, string> };
    expect(Object.values(entry).sort()).toEqual(Object.values(entrySources(manifest.exports)).sort());
  });

  test("is built of groups that name sources", () => {
    const tree = readTree("src", ".ts");
    expect(Object.values(groups).flatMap((sources) => sources.filter((source) => tree[source] === undefined))).toEqual([]);
  });
});
