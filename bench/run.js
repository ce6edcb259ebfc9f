// `npm run bench` measures everything and prints one table; `npm run bench -- size start` measures some parts.
// `--save` writes what was compared with peers to bench/results.json, for the picture and the table of docs/guides/tokens.md.
// Each part runs in a process of its own, one after another, so that none warms or disturbs another.
import "../scripts/engines.js";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import "./library.js";
import { print } from "./table.js";

const all = [
  "cached",
  "requests",
  "renewal",
  "processes",
  "size",
  "start",
  "command",
  "uncached",
  "managers",
  "responses",
  "provision",
];
const { positionals: asked, values } = parseArgs({ allowPositionals: true, options: { save: { type: "boolean" } } });
const unknown = asked.filter((part) => !all.includes(part));
if (unknown.length > 0) throw new Error(`unknown part: ${unknown.join()}; there are ${all.join(", ")}`);

const started = Date.now();
const rows = [];
let failed = false;
for (const part of asked.length > 0 ? asked : all) {
  const file = fileURLToPath(new URL(`parts/${part}.js`, import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, "--json"], { encoding: "utf8", timeout: 120_000 });
  const line = stdout.trim().split("\n").at(-1) ?? "";
  if (status === 0 && line.startsWith("[")) rows.push(...JSON.parse(line));
  else {
    failed = true;
    console.error(`${part} ended with ${status}:\n${stdout}${stderr}`);
  }
}
console.log(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`);
print(rows);
const measured = rows.filter(({ leftOut }) => leftOut === undefined);
console.log(
  `\n${measured.filter(({ met }) => met).length} of ${measured.length} met, in ${Math.round((Date.now() - started) / 1_000)} s`,
);
if (values.save) save(rows);
process.exitCode = failed ? 1 : 0;

/** Replaces the saved comparisons of the parts that ran. */
function save(rows) {
  const file = new URL("results.json", import.meta.url);
  const { comparisons } = JSON.parse(readFileSync(file, "utf8"));
  for (const { compared } of rows) if (compared) comparisons[compared.title] = compared.values;
  const machine = `Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}`;
  writeFileSync(file, `${JSON.stringify({ machine, comparisons }, null, 2)}\n`);
}
