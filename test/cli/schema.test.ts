import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { readTree, root } from "../package/tree.js";
import { createJsonSchema } from "./json-schema.js";
import { configurationOf } from "./vendors.js";

// Compiling takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

/** The YAML configurations in the documents and the examples. */
function examples(): (readonly [string, string])[] {
  const blocks = Object.entries({ ...readTree("docs", ".md"), ...readTree(".", ".md", false) }).flatMap(([file, text]) =>
    [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, yaml = ""]) =>
      /^project: /m.test(yaml) ? [[file, yaml] as const] : [],
    ),
  );
  return [...blocks, ...Object.entries({ ...readTree("examples", ".config.yaml"), test: configurationOf({ ory: "a" }) })];
}

describe("schema.json", () => {
  test("is made of the form and the vendors' types; npm run schema writes it", async () => {
    await expect(`${JSON.stringify(createJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(`${root}schema.json`);
  });

  const schema = z.fromJSONSchema(JSON.parse(readFileSync(`${root}schema.json`, "utf8")));

  test.each(examples())("accepts the configuration in %s", (_, yaml) => {
    expect(schema.safeParse(parse(yaml)).error?.issues).toBeUndefined();
  });

  test.each([
    ["an unknown field of a client", "    scope: read"],
    ["a value of the wrong type", "    scopes: read"],
    ["an unknown value", "    serviceProvider: gitbuh"],
    ["a secret in the clear", "    oauthTokenString: abc"],
    ["an invalid duration", "    rotation: { every: 3 months }"],
  ])("rejects %s", (_, line) => {
    const yaml = `project: a
environments: { prod: { accounts: { ory: a } } }
providers: { ory: { ory: } }
clients:
  a:
    provider: ory
    name: A
`;
    expect(schema.safeParse(parse(yaml)).success).toBe(true);
    expect(schema.safeParse(parse(yaml + line)).success).toBe(false);
  });
});
