// What a part measures is a list of rows; what a run prints is one table, the ratio first.
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Row
 * @property {string} figure - what was measured
 * @property {string} ratio - ours against what it is held to, the first thing to read
 * @property {string} ours - the measured value, with its unit
 * @property {string} target - what it has to be
 * @property {boolean} met
 * @property {string} peers - the same of the peers, in the same run
 * @property {{ title: string, values: Record<string, number> }} [compared] - the numbers of all candidates, which `--save` writes
 * @property {string} [leftOut] - why the figure was not measured; all other properties but `figure` are absent then
 */

/**
 * What the work itself takes: the least of many rounds, for whatever else the machine does only ever adds to it. `spread` is how far
 * the leasts of both halves of the rounds are apart: a reading that is not much larger says nothing.
 */
export function least(values) {
  const middle = Math.ceil(values.length / 2);
  const halves = [values.slice(0, middle), values.slice(middle)].map((half) => Math.min(...half));
  return { value: Math.min(...halves), spread: Math.abs(halves[0] - halves[1]) };
}

/** Numbers as they are read: three digits. */
export const digits = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

export const times = (value) => `${digits(value)}x`;

/** The name of a candidate in what `--save` writes. */
export const label = (name) => name.replace(/^(ours|get)\b/, "oauth-clients");

/** @param {readonly Row[]} rows */
export function print(rows) {
  const measured = rows.filter(({ leftOut }) => leftOut === undefined);
  const lines = [
    ["ratio", "figure", "ours", "target", "met", "peers"],
    ...measured.map(({ figure, ratio, ours, target, met, peers }) => [ratio, figure, ours, target, met ? "yes" : "NO", peers]),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join(" | ")
        .trimEnd(),
    );
  for (const { figure, leftOut } of rows) if (leftOut !== undefined) console.log(`\nleft out: ${figure}: ${leftOut}`);
}

/** Lets a part run alone: `node bench/parts/size.js`. With `--json` it prints what run.js reads. */
export async function runAlone(url, measure) {
  if (process.argv[1] !== fileURLToPath(url)) return;
  const rows = await measure();
  if (process.argv.includes("--json")) console.log(JSON.stringify(rows));
  else print(rows);
  process.exit();
}
