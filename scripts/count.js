// Counts the tests of a run: `node scripts/count.js <folder of reports> <exit code of the run>`.
// Reads JSON reports of vitest (*.json) and the output of other runners (*.txt). A failed run has at least one failure.
import "./engines.js";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The tests in a JSON report of vitest. A file that failed before its first test counts as a failure. */
export function countJson(text) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
  const broken = testResults.filter(({ status, assertionResults }) => {
    return status === "failed" && assertionResults.every((result) => result.status !== "failed");
  });
  return { passed: numPassedTests, failed: numFailedTests + broken.length };
}

/** The tests in the output of a runner: `12 passed, 0 failed`, or node:test's `pass 12` and `fail 0`. */
export function countText(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape character starts a color
  const plain = text.replace(/\u001b\[[0-9;]*m/g, "");
  const total = [...plain.matchAll(/^\s*(\d+) passed, (\d+) failed\s*$/gm)];
  if (total.length > 0) return sum(total.map(([, passed, failed]) => ({ passed: Number(passed), failed: Number(failed) })));
  const numbers = (word) =>
    [...plain.matchAll(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, "gm"))].map(([, number]) => Number(number));
  const add = (all, number) => all + number;
  return { passed: numbers("pass").reduce(add, 0), failed: numbers("fail").reduce(add, 0) };
}

/** The last line of a run. */
export function summary(counts, exitCode) {
  const { passed, failed } = sum(counts);
  return `${passed} passed, ${exitCode === 0 ? failed : Math.max(failed, 1)} failed`;
}

function sum(counts) {
  return counts.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), {
    passed: 0,
    failed: 0,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, exitCode] = process.argv.slice(2);
  const names = readdirSync(folder).filter((name) => /\.(json|txt)$/.test(name));
  const counts = names.map((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    return name.endsWith(".json") ? countJson(text) : countText(text);
  });
  console.log(summary(counts, Number(exitCode)));
}
