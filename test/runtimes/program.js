// What Node, Bun and Deno run. The origin is the last argument.
import { runCases } from "./cases.js";

const { argv } = globalThis.process;
console.log(JSON.stringify(await runCases(argv.at(-1))));
