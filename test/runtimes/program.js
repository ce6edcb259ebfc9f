// What Node, Bun and Deno run. The origin is the last argument.
import { runCases } from "./cases.js";
import { runNodeCases } from "./node-cases.js";

const origin = globalThis.process.argv.at(-1);
const reports = [await runNodeCases(origin, "before"), await runCases(origin), await runNodeCases(origin, "after")];
const passed = reports.reduce((sum, report) => sum + report.passed, 0);
console.log(JSON.stringify({ passed, failures: reports.flatMap(({ failures }) => failures) }));
