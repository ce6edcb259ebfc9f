import { describe, expect, test } from "vitest";
import { readTree } from "./tree.js";
import { retiredWordsIn } from "./vocabulary.js";

describe("the vocabulary rule", () => {
  test.each([
    ["a retired word in prose", "// The server answers with a page.", 1],
    ["a retired word inside an identifier", "const createInputDoor = 1;", 1],
    ["a retired word in snake case", 'code: "delivery_failed"', 1],
    ["a renamed identifier", 'import { InputError } from "oauth-clients";', 1],
    ["a renamed outcome", 'outcome: "nothing_happened"', 1],
    ["no word that only contains a retired word", "outdoor, coating, wishful, restatement", 0],
    ["no prose with the words of a renamed identifier", "an input error at the token URL", 0],
  ])("finds %s", (_, text, count) => {
    expect(retiredWordsIn({ "src/a.ts": text })).toHaveLength(count);
  });

  test("reports the file, the line, the word and its replacement", () => {
    expect(retiredWordsIn({ "src/a.ts": "\n// whoever" })).toEqual([
      "src/a.ts:2 whoever, use a noun: the caller, the vendor, the process",
    ]);
  });
});

describe("the repository", () => {
  const folders = ["src", "test", "examples", "docs", "scripts", "openapi", "bench", ".github", ".changeset"];
  const texts = Object.entries({
    ...Object.assign(
      {},
      ...folders.flatMap((folder) => [".ts", ".js", ".md", ".yml"].map((ending) => readTree(folder, ending))),
    ),
    ...readTree(".", ".md", false),
  } as Record<string, string>).filter(
    ([path]) => !/node_modules\/|^CHANGELOG\.md$|^test\/package\/(vocabulary(\.test)?|exceptions)\.ts$/.test(path),
  );

  test("uses no retired word", () => {
    expect(texts.length).toBeGreaterThan(400);
    expect(retiredWordsIn(Object.fromEntries(texts))).toEqual([]);
  });
});
