import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { drawArchitecture, importsBetween } from "./pictures/architecture.js";
import { type BenchmarkResults, drawBenchmark } from "./pictures/benchmark.js";
import { drawApply, drawRotation } from "./pictures/decisions.js";
import { drawTokenLife, measureTokenLife } from "./pictures/token.js";
import { readTree, root } from "./tree.js";

const pictures = `${root}docs/pictures`;

// `npm run pictures` draws the files anew.
describe("the pictures", () => {
  test("of the architecture show the imports of the sources", async () => {
    const imports = importsBetween(readTree("src", ".ts"));
    expect(imports.get("src/core")?.size).toBe(0);
    expect([...(imports.get("src/token")?.keys() ?? [])]).toEqual(["src/core"]);
    await expect(drawArchitecture(imports)).toMatchFileSnapshot(`${pictures}/architecture.svg`);
  });

  test("of apply and of a rotation show the decisions", async () => {
    await expect(drawApply()).toMatchFileSnapshot(`${pictures}/apply.svg`);
    await expect(drawRotation()).toMatchFileSnapshot(`${pictures}/rotation.svg`);
  });

  test("of the benchmark show the saved results", async () => {
    const results = JSON.parse(readFileSync(`${root}bench/results.json`, "utf8")) as BenchmarkResults;
    expect(Object.keys(results.comparisons).length).toBeGreaterThan(3);
    await expect(drawBenchmark(results)).toMatchFileSnapshot(`${pictures}/benchmark.svg`);
  });

  test("of the life of a token show the measured times", async () => {
    const random = vi.spyOn(Math, "random");
    onTestFinished(() => random.mockRestore());
    const lives = [];
    for (const lifetime of [60, 300, 3_600])
      lives.push(await measureTokenLife(lifetime, (value) => random.mockReturnValue(value)));
    expect(lives).toEqual([
      { lifetime: 60, refreshAt: 48, waitsAt: 57 },
      { lifetime: 300, refreshAt: 240, waitsAt: 295 },
      { lifetime: 3_600, refreshAt: 3_540, waitsAt: 3_595 },
    ]);
    await expect(drawTokenLife(lives)).toMatchFileSnapshot(`${pictures}/token.svg`);
  });
});
