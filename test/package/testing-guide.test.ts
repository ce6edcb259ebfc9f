import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { blocksOf } from "./markdown.js";
import { root } from "./tree.js";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const blocks = blocksOf(read("docs/guides/testing.md")).map(({ text }) => `${text}\n`);

describe("docs/guides/testing.md", () => {
  test.each([
    "test/examples/report.test.ts",
    "test/jest/esm/jest.config.mjs",
    "test/jest/esm/report.test.mjs",
    "test/jest/commonjs/jest.config.cjs",
    "test/jest/commonjs/report.test.cjs",
  ])("shows the file %s, which a test runs", (file) => {
    expect(blocks).toContain(read(file));
  });
});
