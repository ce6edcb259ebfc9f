import { describe, expect, test } from "vitest";
import { entrySources, manifest } from "./entries.js";
import {
  badFileNames,
  forbiddenImports,
  forbiddenReach,
  longFiles,
  missingVendorFiles,
  strayIndexes,
  vendorFiles,
  vendorsOf,
  vendorWordsBelow,
} from "./rules.js";
import { importsOf, readTree } from "./tree.js";

describe("reading imports", () => {
  test("tells values, types and dynamic imports apart, and resolves paths", () => {
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

  test("is not misled by comments and strings", () => {
    expect(importsOf("src/x.ts", '// import "ky";\nconst a = \'import "zod"\';')).toEqual([]);
  });
});

describe("the rules notice", () => {
  test.each([
    ["core that knows a vendor", "src/core/http/request.ts", 'import "../../acme/types.js";'],
    ["core that knows the token layer", "src/core/http/request.ts", 'import type { A } from "../../token/types.js";'],
    ["ky outside the transport", "src/core/pagination.ts", 'import type { KyInstance } from "ky";'],
    ["zod loaded outside the schemas", "src/core/http/request.ts", 'import * as z from "zod";'],
    ["a layer of tokens that loads zod", "src/token/request.ts", 'import * as z from "zod";'],
    [
      "a layer of tokens that leans on its simulator",
      "src/token/request.ts",
      'import "../simulators/authorization-server/simulator.js";',
    ],
    [
      "a simulator that reads the words of tokens",
      "src/simulators/authorization-server/a.ts",
      'import type { A } from "../../token/types.js";',
    ],
    ["a transport that knows tokens", "src/node/fetch.ts", 'import type { A } from "../token/types.js";'],
    ["a transport that loads Node's modules at once", "src/node/fetch.ts", 'import { request } from "node:http";'],
    ["a vendor that hears another", "src/acme/manager.ts", 'import type { A } from "../zenith/types.js";'],
    ["a vendor that calls ky", "src/acme/manager.ts", 'import ky from "ky";'],
    ["a vendor that leans on its simulator", "src/acme/manager.ts", 'import "../simulators/acme/simulator.js";'],
    ["a vendor that leans on a part of its simulator", "src/acme/wire.ts", 'import "../simulators/acme/clients.js";'],
    [
      "a part of a simulator that reads the client's words",
      "src/simulators/acme/a.ts",
      'import type { A } from "../../acme/types.js";',
    ],
    ["a simulator that reads the client's wire", "src/simulators/acme/simulator.ts", 'import { a } from "../../acme/wire.js";'],
    [
      "a simulator that reads the client's types",
      "src/simulators/acme/simulator.ts",
      'import type { A } from "../../acme/types.js";',
    ],
    ["a simulator that knows core", "src/simulators/acme/simulator.ts", 'import type { A } from "../../core/manager.js";'],
    ["a simulation that loads msw at once", "src/simulators/core/simulator.ts", 'import { http } from "msw";'],
    ["a simulation that knows core", "src/simulators/core/simulator.ts", 'import type { A } from "../../core/errors.js";'],
    ["generated types that import", "src/openapi/acme.ts", 'import type { A } from "../acme/types.js";'],
    [
      "generated types that another folder reads",
      "src/core/http/request.ts",
      'import type { A } from "../../openapi/acme.js";',
    ],
    ["generated types taken for values", "src/acme/wire.ts", 'import { a } from "../openapi/acme.js";'],
    ["a root entry point with a vendor in it", "src/index.ts", 'export * from "./acme/index.js";'],
    ["a testing entry point with client code in it", "src/testing.ts", 'export * from "./acme/index.js";'],
    ["a package nobody agreed on", "src/acme/convert.ts", 'import "lodash";'],
    ["a file that belongs nowhere", "src/extra.ts", ""],
  ])("%s", (_, path, text) => {
    expect(forbiddenImports({ [path]: text })).toHaveLength(1);
  });

  test("a package that is reached through other files", () => {
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

  test("a package that is reached by a path inside it", () => {
    expect(forbiddenReach({ "src/a.ts": 'import "msw/node";' }, "src/a.ts", ["msw"])).toHaveLength(1);
  });

  test("a vendor's word in names and comments, and no word that only contains one", () => {
    expect(vendorWordsBelow({ "src/core/a.ts": "interface OryClient {}" })).toEqual(["src/core/a.ts:1 says Ory"]);
    expect(vendorWordsBelow({ "src/token/a.ts": "// as TFE does\n" })).toEqual(["src/token/a.ts:1 says TFE"]);
    expect(vendorWordsBelow({ "src/core/a.ts": "const a_ovh = 1", "src/acme/types.ts": "" })).toHaveLength(1);
    expect(vendorWordsBelow({ "src/core/a.ts": "the Acme way", "src/acme/types.ts": "" })).toHaveLength(1);
    expect(vendorWordsBelow({ "src/core/a.ts": "memory history directory factory" })).toEqual([]);
  });

  test("a vendor whose folder lacks a file", () => {
    const whole = Object.fromEntries(vendorFiles.map((file) => [`src/acme/${file}`, ""]));
    const { "src/acme/wire.ts": _, ...broken } = whole;
    expect(missingVendorFiles(broken)).toEqual(["src/acme/wire.ts"]);
    expect(missingVendorFiles({ ...whole, "src/acme/signature.ts": "" })).toEqual([]);
    expect(vendorsOf({ "src/core/a.ts": "", "src/index.ts": "", "src/acme/a.ts": "" })).toEqual(["acme"]);
  });

  test("names that say nothing", () => {
    for (const name of ["utils", "helper", "common", "token-utils", "Manager", "manager_types", "acme-types", "data"]) {
      expect(badFileNames({ [`src/acme/${name}.ts`]: "" }), name).toHaveLength(1);
    }
    expect(badFileNames({ "src/acme/signature.ts": "", "src/token/client-assertion.ts": "", "src/index.ts": "" })).toEqual([]);
  });

  test("an index that is no entry point", () => {
    const tree = { "src/index.ts": "", "src/core/index.ts": "" };
    expect(strayIndexes(tree, ["src/index.ts"])).toEqual(["src/core/index.ts"]);
  });

  test("a file of 501 lines, and none of 500", () => {
    expect(longFiles({ "src/a.ts": "a\n".repeat(501) })).toHaveLength(1);
    expect(longFiles({ "src/a.ts": "a\n".repeat(500), "src/openapi/b.ts": "a\n".repeat(501) })).toEqual([]);
  });
});

describe("the sources", () => {
  const tree = readTree("src", ".ts");
  const entries = entrySources(manifest.exports);

  test("import only what the table allows", () => {
    expect(Object.keys(tree)).not.toHaveLength(0);
    expect(forbiddenImports(tree)).toEqual([]);
  });

  test("keep ky and zod away from the token entry point, types included", () => {
    expect(entries["./token"]).toBe("src/token/index.ts");
    expect(forbiddenReach(tree, "src/token/index.ts", ["ky", "zod", "msw"])).toEqual([]);
  });

  test("keep ky, zod and msw away from the entry points beside it", () => {
    const beside = Object.values(entries).filter((source) => /^src\/(token\/.+|node)\/index\.ts$/.test(source));
    expect(beside.length).toBeGreaterThan(5);
    for (const source of beside) {
      expect(tree[source]).toBeDefined();
      expect(forbiddenReach(tree, source, ["ky", "zod", "msw"])).toEqual([]);
    }
  });

  test("keep the client's packages away from the testing entry point", () => {
    expect(forbiddenReach(tree, "src/testing.ts", ["ky", "zod"])).toEqual([]);
  });

  test.each(Object.entries(entries).filter(([entry]) => entry !== "./testing"))("keep msw away from %s", (_, source) => {
    expect(tree[source]).toBeDefined();
    expect(forbiddenReach(tree, source, ["msw"])).toEqual([]);
  });

  test("name no vendor below the vendors", () => {
    expect(vendorWordsBelow(tree)).toEqual([]);
  });

  test("have the same file names in every vendor's folder", () => {
    expect(vendorsOf(tree)).not.toHaveLength(0);
    expect(missingVendorFiles(tree)).toEqual([]);
  });

  test("have names that say something", () => {
    expect(badFileNames(tree)).toEqual([]);
  });

  test("have an index only where an entry point is", () => {
    expect(strayIndexes(tree, Object.values(entries))).toEqual([]);
  });

  test("can each be read in one sitting", () => {
    expect(longFiles(tree)).toEqual([]);
  });
});
