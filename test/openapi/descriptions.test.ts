import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const folder = new URL("../../openapi/", import.meta.url);
const read = (name: string) => readFile(new URL(name, folder), "utf8");
const vendors = (await readdir(folder))
  .filter((name) => name.endsWith(".yaml") && name !== "redocly.yaml")
  .map((name) => name.slice(0, -".yaml".length));

type Configuration = { apis: Record<string, { root: string; "x-openapi-ts": { output: string } }> };

/** Every schema of a document, wherever it stands, with the keys that lead to it. */
function schemas(node: unknown, path = "", inSchema = false): { path: string; schema: Record<string, unknown> }[] {
  if (typeof node !== "object" || node === null) return [];
  const here = inSchema && !Array.isArray(node) ? [{ path, schema: node as Record<string, unknown> }] : [];
  return Object.entries(node).reduce((found, [key, child]) => {
    // The keys of these are names, not keywords.
    const named = (inSchema && key === "properties") || (!inSchema && key === "schemas");
    if (named) {
      const members = Object.entries(child as object);
      return members.reduce((all, [name, member]) => all.concat(schemas(member, `${path}/${key}/${name}`, true)), found);
    }
    return found.concat(schemas(child, `${path}/${key}`, inSchema || key === "schema"));
  }, here);
}

/** Every reference in a document. */
const references = (text: string) =>
  [...text.matchAll(/\$ref: "#\/components\/(\w+)\/(\w+)"/g)].map(([, kind, name]) => ({ kind, name }));

describe("the descriptions", () => {
  test("are those that redocly.yaml and drift.json list", async () => {
    const { apis } = parse(await read("redocly.yaml")) as Configuration;
    expect(Object.keys(apis).toSorted()).toEqual(vendors.toSorted());
    expect(Object.keys(JSON.parse(await read("drift.json"))).toSorted()).toEqual(vendors.toSorted());
  });

  test.each(vendors)("make the types of %s and are checked against the vendor's own", async (vendor) => {
    const { apis } = parse(await read("redocly.yaml")) as Configuration;
    expect(apis[vendor]?.root).toBe(`./${vendor}.yaml`);
    expect(apis[vendor]?.["x-openapi-ts"].output).toBe(`../src/openapi/${vendor}.ts`);
    expect(existsSync(new URL(`../src/openapi/${vendor}.ts`, folder))).toBe(true);
    const drift = JSON.parse(await read("drift.json")) as Record<string, { descriptions: string[][] }>;
    expect(drift[vendor]?.descriptions.flat().length).toBeGreaterThan(0);
  });

  test.each(vendors)("of %s state no default values, which would make fields mandatory in the types", async (vendor) => {
    const found = schemas(parse(await read(`${vendor}.yaml`)));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(({ schema }) => "default" in schema).map(({ path }) => path)).toEqual([]);
  });

  test.each(vendors)("of %s leave no component unused and refer to none that is missing", async (vendor) => {
    const text = await read(`${vendor}.yaml`);
    const { components } = parse(text) as { components: Record<string, Record<string, unknown>> };
    const stated = Object.entries(components)
      .filter(([kind]) => kind !== "securitySchemes")
      .flatMap(([kind, members]) => Object.keys(members).map((name) => `${kind}/${name}`));
    const wanted = new Set(references(text).map(({ kind, name }) => `${kind}/${name}`));
    expect([...wanted].toSorted()).toEqual(stated.toSorted());
  });

  test.each(vendors)("of %s name every operation once", async (vendor) => {
    const { paths } = parse(await read(`${vendor}.yaml`)) as {
      paths: Record<string, Record<string, { operationId?: string }>>;
    };
    const methods = ["get", "put", "post", "patch", "delete"];
    const ids = Object.values(paths).flatMap((item) =>
      methods.flatMap((method) => (item[method] ? [item[method].operationId] : [])),
    );
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
  });
});
