// Tests cover the sources. The thresholds are in vitest.config.ts; `npm test -- --coverage` checks them too.
import { run } from "./package.js";

if (process.env.COVERAGE_CHECKED === "1") console.log("The test run before this one checked the coverage.");
else run("npx", ["--no-install", "vitest", "run", "--project", "unit", "--coverage", "--reporter=dot"]);
