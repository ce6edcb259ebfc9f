import { describe, expect, test } from "vitest";
import { entrySources, manifest } from "./entries.js";
import { importCycleExceptions, longFunctionExceptions, shortFileExceptions } from "./exceptions.js";
import {
  badFileNames,
  forbiddenImports,
  forbiddenReach,
  strayIndexes,
  vendorExtras,
  vendorFiles,
  vendorNamesInSharedLayers,
  vendorsOf,
} from "./rules.js";
import { importCycles, irregularVendorFiles, longFunctions, unevenFiles, unexplained, upwardImports } from "./structure.js";
import { importsOf, readTree } from "./tree.js";

describe("importsOf", () => {
  test("distinguishes value, type and dynamic imports, and resolves paths", () => {
    const text = [
      'import { a } from "./a.js";',
      'import type { B } from "../b.js";',
      'export * from "./c.js";',
      'export type * from "./d.js";',
      'const e = await import("e");',
      'type F = import("./f.js").F;',
      'import "g";',
    ].join("\n");
    expect(importsOf("src/x/y.ts", text)).toEqual([
      { target: "src/x/a.ts", kind: "value" },
      { target: "src/b.ts", kind: "type" },
      { target: "src/x/c.ts", kind: "value" },
      { target: "src/x/d.ts", kind: "type" },
      { target: "e", kind: "dynamic" },
      { target: "src/x/f.ts", kind: "type" },
      { target: "g", kind: "value" },
    ]);
  });

  test("ignores comments and strings", () => {
    expect(importsOf("src/x.ts", '// import "ky";\nconst a = \'import "zod"\';')).toEqual([]);
  });
});

describe("the rules report", () => {
  test.each([
    ["an import of a vendor in core", "src/core/http/request.ts", 'import "../../acme/types.js";'],
    ["an import of the token layer in core", "src/core/http/request.ts", 'import type { A } from "../../token/types.js";'],
    ["an import of ky outside the transport", "src/core/pagination.ts", 'import type { KyInstance } from "ky";'],
    ["an import of zod outside the schemas", "src/core/http/request.ts", 'import * as z from "zod";'],
    ["an import of zod in the token layer", "src/token/request.ts", 'import * as z from "zod";'],
    [
      "an import of a simulator in the token layer",
      "src/token/request.ts",
      'import "../simulators/authorization-server/simulator.js";',
    ],
    [
      "an import of token types in a simulator",
      "src/simulators/authorization-server/a.ts",
      'import type { A } from "../../token/types.js";',
    ],
    ["an import of token types in the Node transport", "src/node/fetch.ts", 'import type { A } from "../token/types.js";'],
    ["a static import of a module of Node in the Node transport", "src/node/fetch.ts", 'import { request } from "node:http";'],
    ["an import of another vendor", "src/acme/manager.ts", 'import type { A } from "../zenith/types.js";'],
    ["an import of ky in a vendor", "src/acme/manager.ts", 'import ky from "ky";'],
    ["an import of the simulator in its client", "src/acme/manager.ts", 'import "../simulators/acme/simulator.js";'],
    ["an import of a part of the simulator in its client", "src/acme/wire.ts", 'import "../simulators/acme/clients.js";'],
    [
      "an import of client types in a part of a simulator",
      "src/simulators/acme/a.ts",
      'import type { A } from "../../acme/types.js";',
    ],
    ["an import of the client in its simulator", "src/simulators/acme/simulator.ts", 'import { a } from "../../acme/wire.js";'],
    [
      "an import of client types in a simulator",
      "src/simulators/acme/simulator.ts",
      'import type { A } from "../../acme/types.js";',
    ],
    ["an import of core in a simulator", "src/simulators/acme/simulator.ts", 'import type { A } from "../../core/manager.js";'],
    ["a static import of msw in the simulators", "src/simulators/core/simulator.ts", 'import { http } from "msw";'],
    [
      "an import of core in the shared simulator code",
      "src/simulators/core/simulator.ts",
      'import type { A } from "../../core/errors.js";',
    ],
    ["an import in generated types", "src/openapi/acme.ts", 'import type { A } from "../acme/types.js";'],
    [
      "an import of generated types outside the vendor",
      "src/core/http/request.ts",
      'import type { A } from "../../openapi/acme.js";',
    ],
    ["a value import of generated types", "src/acme/wire.ts", 'import { a } from "../openapi/acme.js";'],
    ["a vendor in the root entry point", "src/index.ts", 'export * from "./acme/index.js";'],
    ["client code in the testing entry point", "src/testing.ts", 'export * from "./acme/index.js";'],
    ["a package that is not in the table", "src/acme/convert.ts", 'import "lodash";'],
    ["a file outside the folders of the table", "src/extra.ts", ""],
  ])("%s", (_, path, text) => {
    expect(forbiddenImports({ [path]: text })).toHaveLength(1);
  });

  test("a forbidden package that is imported through other files", () => {
    const tree = {
      "src/token/index.ts": 'export * from "./source.js";',
      "src/token/source.ts": 'import type { A } from "../core/pagination.js";',
      "src/core/pagination.ts": 'import type { B } from "./http/request.js";',
      "src/core/http/request.ts": 'import ky from "ky";',
    };
    expect(forbiddenReach(tree, "src/token/index.ts", ["ky", "zod"])).toEqual([
      "src/token/index.ts -> src/token/source.ts -> src/core/pagination.ts -> src/core/http/request.ts -> ky",
    ]);
  });

  test("a forbidden package that is imported by a path inside it", () => {
    expect(forbiddenReach({ "src/a.ts": 'import "msw/node";' }, "src/a.ts", ["msw"])).toHaveLength(1);
  });

  test("a vendor name in identifiers and comments, and no word that only contains one", () => {
    expect(vendorNamesInSharedLayers({ "src/core/a.ts": "interface OryClient {}" })).toEqual(["src/core/a.ts:1 contains Ory"]);
    expect(vendorNamesInSharedLayers({ "src/token/a.ts": "// as TFE does\n" })).toEqual(["src/token/a.ts:1 contains TFE"]);
    expect(vendorNamesInSharedLayers({ "src/core/a.ts": "const a_ovh = 1", "src/acme/types.ts": "" })).toHaveLength(1);
    expect(vendorNamesInSharedLayers({ "src/core/a.ts": "the Acme way", "src/acme/types.ts": "" })).toHaveLength(1);
    expect(vendorNamesInSharedLayers({ "src/core/a.ts": "memory history directory factory" })).toEqual([]);
  });

  test("a vendor's folder without a standard file, or with an unlisted file", () => {
    const files = (...names: string[]) => Object.fromEntries(names.map((name) => [`src/acme/${name}`, ""]));
    const check = (tree: Record<string, string>) =>
      irregularVendorFiles(tree, ["acme"], ["types.ts", "wire.ts"], { acme: ["signature.ts"] });
    expect(check(files("types.ts", "wire.ts", "signature.ts"))).toEqual([]);
    expect(check(files("types.ts", "signature.ts"))).toEqual(["src/acme/wire.ts is missing"]);
    expect(check(files("types.ts", "wire.ts"))).toEqual(["src/acme/signature.ts is missing"]);
    expect(check(files("types.ts", "wire.ts", "signature.ts", "extra.ts"))).toEqual(["src/acme/extra.ts is not expected"]);
    expect(vendorsOf({ "src/core/a.ts": "", "src/index.ts": "", "src/acme/a.ts": "" })).toEqual(["acme"]);
  });

  test("an import cycle, types included, with all its files", () => {
    const cycle = {
      "src/a.ts": 'import "./b.js";',
      "src/b.ts": 'import type { C } from "./c.js"; import "./d.js";',
      "src/c.ts": 'import "./a.js";',
      "src/d.ts": "",
    };
    expect(importCycles(cycle)).toEqual([["src/a.ts", "src/b.ts", "src/c.ts"]]);
    expect(importCycles({ ...cycle, "src/c.ts": 'import "./d.js";' })).toEqual([]);
    expect(importCycles({ "src/a.ts": 'import "./a.js";' })).toEqual([["src/a.ts"]]);
  });

  test.each([
    ["src/core/a.ts", "src/token/b.ts"],
    ["src/token/source.ts", "src/token/store/b.ts"],
    ["src/token/store/a.ts", "src/provision/b.ts"],
    ["src/provision/a.ts", "src/acme/b.ts"],
    ["src/acme/a.ts", "src/cli/b.ts"],
    ["src/cli/a.ts", "src/index.ts"],
    ["src/simulators/core/a.ts", "src/simulators/acme/b.ts"],
  ])("an import of a higher layer: %s -> %s", (from, to) => {
    const specifier = (target: string) => `import "${"../".repeat(target.split("/").length)}${target.replace(".ts", ".js")}";`;
    expect(upwardImports({ [from]: specifier(to), [to]: "" })).toEqual([`${from} -> ${to}`]);
    expect(upwardImports({ [from]: "", [to]: specifier(from) })).toEqual([]);
  });

  test("a function of 61 lines, by name, and none of 60", () => {
    const body = (lines: number) => `{\n${"  run();\n".repeat(lines - 2)}}`;
    const long = [`function a() ${body(61)}`, `const b = () => ${body(61)};`, `const c = { d() ${body(61)} };`].join("\n");
    expect(longFunctions({ "src/x.ts": long })).toEqual(["src/x.ts a", "src/x.ts b", "src/x.ts d"]);
    expect(longFunctions({ "src/x.ts": `function a() ${body(60)}` })).toEqual([]);
  });

  test("a finding without an exception, and an exception without a finding", () => {
    expect(unexplained(["a"], { a: "a reason" })).toEqual([]);
    expect(unexplained(["a"], {})).toEqual(["a"]);
    expect(unexplained([], { a: "a reason" })).toEqual(['the exception "a" is no longer needed']);
  });

  test("file names that are too general", () => {
    for (const name of ["utils", "helper", "common", "token-utils", "Manager", "manager_types", "acme-types", "data"]) {
      expect(badFileNames({ [`src/acme/${name}.ts`]: "" }), name).toHaveLength(1);
    }
    expect(badFileNames({ "src/acme/signature.ts": "", "src/token/client-assertion.ts": "", "src/index.ts": "" })).toEqual([]);
  });

  test("an index that is not an entry point", () => {
    const tree = { "src/index.ts": "", "src/core/index.ts": "" };
    expect(strayIndexes(tree, ["src/index.ts"])).toEqual(["src/core/index.ts"]);
  });

  test("a file of 501 lines, and none of 500", () => {
    expect(unevenFiles({ "src/a.ts": "a\n".repeat(501) }, [])).toEqual(["src/a.ts has 501 lines"]);
    expect(unevenFiles({ "src/a.ts": "a\n".repeat(500), "src/openapi/b.ts": "a\n".repeat(501) }, [])).toEqual([]);
  });

  test("a file of 19 lines that is not listed as an entry point or a standard file of a vendor", () => {
    const short = { "src/core/a.ts": "a\n".repeat(19), "src/index.ts": "a\n", "src/acme/pagination.ts": "a\n" };
    expect(unevenFiles(short, ["src/index.ts", "src/acme/pagination.ts"])).toEqual(["src/core/a.ts has 19 lines"]);
    expect(unevenFiles({ "src/core/a.ts": "a\n".repeat(20) }, [])).toEqual([]);
  });
});

describe("the sources", () => {
  const tree = readTree("src", ".ts");
  const entries = entrySources(manifest.exports);

  test("import only what the import table allows", () => {
    expect(Object.keys(tree)).not.toHaveLength(0);
    expect(forbiddenImports(tree)).toEqual([]);
  });

  test("do not load ky, zod or msw in the token entry point, types included", () => {
    expect(entries["./token"]).toBe("src/token/index.ts");
    expect(forbiddenReach(tree, "src/token/index.ts", ["ky", "zod", "msw"])).toEqual([]);
  });

  test("do not load ky, zod or msw in the entry points below it", () => {
    const beside = Object.values(entries).filter((source) => /^src\/(token\/.+|node)\/index\.ts$/.test(source));
    expect(beside.length).toBeGreaterThan(5);
    for (const source of beside) {
      expect(tree[source]).toBeDefined();
      expect(forbiddenReach(tree, source, ["ky", "zod", "msw"])).toEqual([]);
    }
  });

  test("do not load ky or zod in the testing entry point", () => {
    expect(forbiddenReach(tree, "src/testing.ts", ["ky", "zod"])).toEqual([]);
  });

  test.each(Object.entries(entries).filter(([entry]) => entry !== "./testing"))("do not load msw in %s", (_, source) => {
    expect(tree[source]).toBeDefined();
    expect(forbiddenReach(tree, source, ["msw"])).toEqual([]);
  });

  test("name no vendor in the shared layers", () => {
    expect(vendorNamesInSharedLayers(tree)).toEqual([]);
  });

  test("have the standard files, the listed extras and no other files in every vendor's folder", () => {
    expect(vendorsOf(tree)).not.toHaveLength(0);
    expect(irregularVendorFiles(tree, vendorsOf(tree), vendorFiles, vendorExtras)).toEqual([]);
  });

  test("have no import cycle, types included", () => {
    const cycles = importCycles(tree).map((files) => files.join(" "));
    expect(unexplained(cycles, importCycleExceptions)).toEqual([]);
  });

  test("import no higher layer", () => {
    expect(upwardImports(tree)).toEqual([]);
  });

  test("have no function of more than 60 lines", () => {
    expect(unexplained(longFunctions(tree), longFunctionExceptions)).toEqual([]);
  });

  test("have specific file names", () => {
    expect(badFileNames(tree)).toEqual([]);
  });

  test("have an index only where an entry point is", () => {
    expect(strayIndexes(tree, Object.values(entries))).toEqual([]);
  });

  test("have at most 500 lines, and at least 20 unless they are entry points or standard files of a vendor", () => {
    const standard = vendorsOf(tree).flatMap((vendor) => vendorFiles.map((file) => `src/${vendor}/${file}`));
    const uneven = unevenFiles(tree, [...Object.values(entries), ...standard]).map((finding) => finding.split(" ")[0] ?? "");
    expect(unexplained(uneven, shortFileExceptions)).toEqual([]);
  });
});
