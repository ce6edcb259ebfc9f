// Ends a program of this repository when Node is older than `engines` in package.json. Programs import this file first, and
// `npm run demo` runs it. It uses no syntax that old versions of Node cannot parse.
import { readFileSync } from "node:fs";

/** The problem with a version of Node, or undefined: `engineProblem("18.1.0", ">=20.19")`. */
export function engineProblem(version, range) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = range
    .replace(/^>=\s*/, "")
    .split(".")
    .map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `Node ${leastMajor}.${leastMinor} or newer is required; this is Node ${version}.`;
}

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const problem = engineProblem(process.versions.node, engines.node);
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
