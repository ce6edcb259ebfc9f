// Compares the size of each entry point in a consumer's bundle (minified, gzipped, with dependencies) with its budget.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.js";
import { consumer, entries, fail, root } from "./package.js";

const budgets = JSON.parse(readFileSync(join(root, "size.json"), "utf8"));
const folder = consumer();
const rows = entries.map(({ entry, specifier }) => ({ entry, bytes: bundle(folder, specifier).bytes, budget: budgets[entry] }));

console.log(`${"entry".padEnd(12)} | ${"gzip bytes".padStart(10)} | ${"budget".padStart(8)}`);
for (const { entry, bytes, budget } of rows) {
  console.log(`${entry.padEnd(12)} | ${String(bytes).padStart(10)} | ${String(budget ?? "none").padStart(8)}`);
}
const problems = [
  ...rows.filter(({ budget }) => budget === undefined).map(({ entry }) => `${entry} has no budget in size.json`),
  ...rows
    .filter(({ bytes, budget }) => bytes > budget)
    .map(({ entry, bytes, budget }) => `${entry}: ${bytes} > ${budget} bytes`),
  ...Object.keys(budgets)
    .filter((entry) => !rows.some((row) => row.entry === entry))
    .map((entry) => `size.json has a budget for ${entry}, which is not an entry point`),
];
if (problems.length > 0) fail(...problems);
