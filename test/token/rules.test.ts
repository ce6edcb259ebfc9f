import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { tablesOf } from "../package/markdown.js";
import { readTree, root } from "../package/tree.js";

const count = 110;

/** The rules that a text's test titles name: `rule 20: ...`, `rules 3 and 10: ...`, `rules 60 to 72: ...`. */
function rulesIn(text: string): number[] {
  return [...text.matchAll(/["`']rules? (\d+(?:(?:, | and | to )\d+)*)/g)].flatMap(([, list = ""]) =>
    list.split(/, | and /).flatMap((part) => {
      const [first = 0, last = first] = part.split(" to ").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    }),
  );
}

/** Rules without a test or a reason in the table, and rows that contradict the tests. */
function ruleFaults(rows: readonly (readonly string[])[], tested: ReadonlySet<number>): string[] {
  return Array.from({ length: count }, (_, index) => index + 1).flatMap((rule) => {
    const entries = rows.filter(([number]) => number === `${rule}`).map(([, , entry = ""]) => entry);
    if (entries.length !== 1) return [`rule ${rule} has ${entries.length} rows`];
    if (entries[0] === "test") return tested.has(rule) ? [] : [`rule ${rule} has no test`];
    return (entries[0] ?? "").length > 20 ? [] : [`rule ${rule} has neither a test nor a reason`];
  });
}

describe("conformance rules: the check", () => {
  const rows = Array.from({ length: count }, (_, index) => [`${index + 1}`, "about", "test"]);
  const all = new Set(rows.map((_, index) => index + 1));

  test("the check reports a rule without a row, with two rows, without a test, or without a reason", () => {
    expect(ruleFaults(rows, all)).toEqual([]);
    expect(ruleFaults(rows.slice(1), all)).toEqual(["rule 1 has 0 rows"]);
    expect(ruleFaults([...rows, ["7", "", "test"]], all)).toEqual(["rule 7 has 2 rows"]);
    expect(ruleFaults(rows, new Set([...all].slice(1)))).toEqual(["rule 1 has no test"]);
    expect(ruleFaults([["1", "about", "later"], ...rows.slice(1)], all)).toEqual(["rule 1 has neither a test nor a reason"]);
  });

  test("the check reads the rule numbers in every form of a title", () => {
    expect(
      rulesIn('test("rule 5: a"); test("rules 1, 2 and 9: b"); test(`rules 60 to 62: c`); test("by rule 8"); // rule 7: d'),
    ).toEqual([5, 1, 2, 9, 60, 61, 62]);
  });
});

describe("conformance rules: docs/conformance.md", () => {
  test("docs/conformance.md has a test or a reason for every rule", () => {
    const [table] = tablesOf(readFileSync(`${root}docs/conformance.md`, "utf8"));
    const tests = Object.entries(readTree("test", ".test.ts")).filter(
      // Tests that need a real server do not always run.
      ([path]) => !/^test\/(interop|redis)\//.test(path) && path !== "test/token/rules.test.ts",
    );
    const tested = new Set(tests.flatMap(([, text]) => rulesIn(text)));
    expect(ruleFaults(table?.rows ?? [], tested)).toEqual([]);
  });
});
