// Mutation tests: StrykerJS changes the sources of an area, one place at a time, and runs the tests of the area. A mutant that no test
// detects has survived. `npm run test:mutation` runs every area, `... -- redaction ory` some of them.
import "../../scripts/engines.js";
import { Stryker } from "@stryker-mutator/core";
import { areas } from "./areas.ts";

const only = process.argv.slice(2);
const unknown = only.filter((name) => !Object.hasOwn(areas, name));
if (unknown.length > 0) {
  console.error(`unknown area: ${unknown.join(", ")}. Areas: ${Object.keys(areas).join(", ")}`);
  process.exit(2);
}

for (const name of only.length > 0 ? only : Object.keys(areas)) {
  console.log(`\nMutation tests of the area ${name}`);
  process.env.MUTATION_AREA = name;
  const stryker = new Stryker({
    mutate: [...areas[name].mutate],
    // Only these are copied.
    ignorePatterns: ["/*", "!/src", "!/test", "!/package.json", "!/tsconfig.json", "!/vitest.config.ts"],
    plugins: ["@stryker-mutator/vitest-runner"],
    testRunner: "vitest",
    // Some tests change the working directory, which threads do not allow.
    vitest: { configFile: "test/mutation/vitest.config.ts", pool: "forks", related: false },
    coverageAnalysis: "perTest",
    // A mutant of a value that is computed once, at import, would need all tests in a new process.
    ignoreStatic: true,
    concurrency: 1,
    // A test that is slow on a busy machine must not count as one that fails.
    timeoutMS: 60_000,
    tempDirName: ".stryker/copies",
    // A later run tests only the mutants whose code or tests have changed.
    incremental: true,
    incrementalFile: `.stryker/${name}.json`,
    reporters: ["clear-text", "html", "progress-append-only"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `.stryker/${name}.html` },
    thresholds: { high: 95, low: 95, break: 95 },
  });
  await stryker.runMutationTest();
}
