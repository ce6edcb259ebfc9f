// `npm run new-vendor -- acme` writes a stub that compiles and obeys the rules of test/package, and whose contract tests fail. Runs in
// a copy of the repository.
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fail, root, run, temporaryFolder } from "./package.js";

const folder = temporaryFolder("new-vendor");
const excluded = /^(node_modules|dist|coverage|\.git)$|\/node_modules$/;
cpSync(root, folder, {
  recursive: true,
  filter: (source) => !excluded.test(relative(root, source).replaceAll("\\", "/")),
});
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");

const node = (...args) => run(process.execPath, args, { cwd: folder, quiet: true, allowFailure: true });
const expectSuccess = ({ ok, stdout, stderr }, problem) => {
  if (!ok) fail(`${problem}: ${stdout}${stderr}`);
};

expectSuccess(node("scripts/new-vendor.js", "zenith"), "scripts/new-vendor.js failed");
if (node("scripts/new-vendor.js", "zenith").ok) fail("scripts/new-vendor.js replaced an existing vendor");

const include = [
  "src/zenith",
  "src/openapi/zenith.ts",
  "src/simulators/zenith",
  "src/testing.ts",
  "test/zenith",
  "test/package/rules.ts",
];
writeFileSync(join(folder, "tsconfig.zenith.json"), JSON.stringify({ extends: "./tsconfig.json", include }));
expectSuccess(node("node_modules/typescript/bin/tsc", "--project", "tsconfig.zenith.json"), "the stub does not compile");
expectSuccess(
  node("node_modules/@biomejs/biome/bin/biome", "lint", "--vcs-enabled=false", ...include),
  "the stub has lint errors",
);

const test = (report, ...files) => {
  const args = ["--project", "unit", "--reporter=json", `--outputFile=${report}`, ...files];
  node("node_modules/vitest/vitest.mjs", "run", ...args);
  return JSON.parse(readFileSync(join(folder, report), "utf8"));
};
const rules = test("rules.json", "test/package/architecture.test.ts", "test/package/vocabulary.test.ts");
if (!rules.success) {
  const messages = rules.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap((result) => result.failureMessages),
  );
  fail(`the stub violates the rules of test/package: ${messages.join("\n")}`);
}
const contract = test("contract.json", "test/zenith/contract.test.ts");
if (contract.numFailedTests < 50) fail(`only ${contract.numFailedTests} contract tests of the stub fail`);
if (contract.numPassedTests === 0) fail("no contract test of the stub passes");
console.log(
  `The stub of a vendor compiles; ${contract.numFailedTests} of ${contract.numTotalTests} contract tests fail until it is filled in.`,
);
