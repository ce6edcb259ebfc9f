// Runs the core cases of the packed library on every runtime: `npm run test:runtimes`, or some of them: `... -- bun deno`.
import "../../scripts/engines.js";
import { spawn } from "node:child_process";
import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "../../scripts/check/bundle.js";
import { consumer } from "../../scripts/check/package.js";
import { runCommandCases } from "./command.js";
import { startEndpoint } from "./endpoint.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = join(here, "node_modules");
const timeoutMs = 180_000;
const folder = consumer();
for (const file of ["cases.js", "check.js", "entries.js", "node-cases.js", "program.js", "worker.js", "worker-cases.js"])
  cpSync(join(here, file), join(folder, file));

const node = (version) => ({
  command: join(modules, `node-${version}/bin/node`),
  args: () => ["program.js"],
});
const runtimes = {
  "node 20": node(20),
  "node 22": node(22),
  "node 24": node(24),
  "node 26": node(26),
  bun: { command: join(modules, ".bin/bun"), args: () => ["run", "program.js"] },
  deno: {
    command: join(modules, ".bin/deno"),
    args: () => ["run", "--allow-net=127.0.0.1", "--no-config", "--node-modules-dir=manual", "program.js"],
  },
  // With the early date a promise of a request that has ended never settles for another request, with the late one it rejects.
  "workerd 2026": { command: join(modules, ".bin/workerd"), args: writeWorker("2026-11-01") },
  "workerd 2024": { command: join(modules, ".bin/workerd"), args: writeWorker("2024-01-01") },
};

/** Bundles as for a browser, so that a trace of Node is an error, and configures workerd without `nodejs_compat`. */
function writeWorker(compatibilityDate) {
  return (origin) => {
    const { outputFiles } = buildSync({
      entryPoints: [join(folder, "worker.js")],
      absWorkingDir: folder,
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: "es2022",
      write: false,
    });
    writeFileSync(join(folder, "bundle.js"), outputFiles[0].contents);
    const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [
  (name = "main", worker = (
    modules = [(name = "worker", esModule = embed "bundle.js")],
    compatibilityDate = "${compatibilityDate}",
    bindings = [(name = "ORIGIN", text = "${origin}"), (name = "SELF", service = "main")])),
  (name = "internet", network = (allow = ["private", "local", "public"]))]);
`;
    writeFileSync(join(folder, "config.capnp"), config);
    return ["test", "config.capnp"];
  };
}

/** What a program prints, until it ends or its time is over. */
async function output(command, args) {
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  const code = await new Promise((resolve) => child.on("close", resolve).on("error", () => resolve(-1)));
  clearTimeout(timer);
  return { text, code };
}

async function runOn(name) {
  const { command, args } = runtimes[name];
  if (!existsSync(command)) return { passed: 0, failures: [`${command} is not installed`] };
  const { origin, close } = await startEndpoint();
  const all = args(origin);
  const { text, code } = await output(command, name.startsWith("workerd") ? all : [...all, origin]);
  close();
  const line = text.split("\n").find((one) => one.includes('{"passed":'));
  const report = line ? JSON.parse(line.slice(line.indexOf('{"passed":'))) : { passed: 0, failures: [] };
  if (code !== 0 || line === undefined) report.failures.push(`ended with ${code}: ${text.slice(-2_000)}`);
  if (!name.startsWith("node")) return report;
  const cases = await runCommandCases(folder, command, output);
  return { passed: report.passed + cases.passed, failures: [...report.failures, ...cases.failures] };
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in runtimes));
if (unknown.length > 0) throw new Error(`unknown runtime: ${unknown.join()}; there are ${Object.keys(runtimes).join(", ")}`);
let passed = 0;
let failed = 0;
for (const name of asked.length > 0 ? asked : Object.keys(runtimes)) {
  const report = await runOn(name);
  passed += report.passed;
  failed += report.failures.length;
  console.log(`${name.padEnd(12)} ${String(report.passed).padStart(3)} cases`);
  for (const failure of report.failures) console.log(`  FAILED ${failure}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
