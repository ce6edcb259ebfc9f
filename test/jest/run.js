// Runs Jest with the packed library, in its ESM mode and in CommonJS, with the configurations of docs/guides/testing.md.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack, run, temporaryFolder } from "../../scripts/check/package.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
run("npm", ["install", ...options, pack().tarball], { cwd: here, quiet: true });
const reports = temporaryFolder("jest");

function runJest(mode, nodeOptions) {
  const report = join(reports, `${mode}.json`);
  const jest = join(here, "node_modules/jest/bin/jest.js");
  spawnSync(process.execPath, [...nodeOptions, jest, "--json", `--outputFile=${report}`, "--testTimeout=60000"], {
    cwd: join(here, mode),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, "utf8"));
  return [numPassedTests, Math.max(numFailedTests, numFailedTestSuites)];
}

const [passed, failed] = [runJest("esm", ["--experimental-vm-modules"]), runJest("commonjs", [])].reduce((all, one) =>
  all.map((count, index) => count + one[index]),
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed === 4 ? 0 : 1;
