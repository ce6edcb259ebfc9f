import { describe, expect, test, vi } from "vitest";
import { entrySources, manifest } from "./entries.js";
import { program, surfaceOf, undocumented, withoutExample } from "./surface.js";
import { root } from "./tree.js";

// Compiling takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

const invented = {
  [`${root}src/invented.ts`]: [
    "export const one = 1;",
    "export interface Two { three: 3 }",
    "/** Four. */",
    "export class Four {",
    "  /** Five. */",
    "  five = 5;",
    "  six = 6;",
    "  #seven = this.six;",
    "  private eight = this.#seven;",
    "}",
    "/** Nine. */",
    "export interface Nine {",
    "  /** Ten. */",
    "  ten: 10;",
    "  /** @default 1 */",
    "  eleven: 11;",
    "  none?: never;",
    "}",
    "/** Thirteen. @example 1 */",
    "export function createThirteen() {}",
    "/** Fourteen. */",
    "export function createFourteen() {}",
    "export class Twelve extends Four {",
    "  override five = 5;",
    "}",
  ].join("\n"),
};

describe("the rules notice", () => {
  const made = program([], invented);
  const [file = ""] = Object.keys(invented);

  test("which names exist at run time", () => {
    const loaded = { one: 1, Four: class {} };
    const types = ["Nine", "Twelve", "Two", "createFourteen", "createThirteen"];
    expect(surfaceOf(made, file, loaded)).toEqual({ values: ["Four", "one"], types });
  });

  test("exports and members without a docstring", () => {
    expect(undocumented(made, file)).toEqual(["one", "Two", "Two.three", "Four.six", "Nine.eleven", "Twelve"]);
  });

  test("factories without an example", () => {
    expect(withoutExample(made, file, /^create/)).toEqual(["createFourteen"]);
  });
});

describe("the public surface", () => {
  const entries = Object.entries(entrySources(manifest.exports)).map(([entry, source]) => [entry, root + source] as const);
  const made = program(entries.map(([, file]) => file));

  // A name that comes or goes is a decision: `npm run surface` writes the list anew, and the review sees the difference.
  test("is the committed list of names", async () => {
    const names: Record<string, unknown> = {};
    for (const [entry, file] of entries) names[entry] = surfaceOf(made, file, await import(file));
    await expect(`${JSON.stringify(names, undefined, 2)}\n`).toMatchFileSnapshot("surface.json");
  });

  test.each(entries)("has a docstring for everything in %s", (_, file) => {
    expect(undocumented(made, file)).toEqual([]);
  });

  // Functions that create managers, token sources, client authentication, stores, sinks, providers and simulators.
  const factories =
    /^(create|simulate|define)[A-Z]|(Provider|Store|Documents|Sink|Fetch|Jwt)$|^secretFile$|^(clientAssertion|tlsClientAuth|discoverServer)$/;

  test.each(entries)("has an example for every factory in %s", (_, file) => {
    expect(withoutExample(made, file, factories)).toEqual([]);
  });
});
