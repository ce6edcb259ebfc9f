// npm run demo                        the command on simulators of all vendors
// npm run demo -- --real ory          the same on the account that the environment variables of a vendor name
import "./engines.js";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  findCommand,
  startSimulators,
  useRealAccounts,
  vendors,
  withoutVendors,
  writeConfiguration,
} from "./demo/environment.js";
import { CheckError, createSession } from "./demo/session.js";
import { applyTwice, finish, followGuide, rotate, update } from "./demo/steps.js";

const usage = `Usage: npm run demo [-- --real VENDOR...]

Runs the command on simulators of every vendor, and checks each result. With --real, it creates and deletes clients of the
accounts that the environment variables name. Vendors: ${vendors.join(", ")}.`;

process.exitCode = await main(process.argv.slice(2));

async function main(words) {
  if (words.includes("--help")) {
    console.log(usage);
    return 0;
  }
  const [option, ...wanted] = words;
  const isReal = option === "--real";
  const unknown = isReal ? wanted.find((name) => !vendors.includes(name)) : option;
  if (unknown !== undefined || (isReal && wanted.length === 0)) {
    console.error(unknown === undefined ? usage : `demo: unknown argument "${unknown}"\n\n${usage}`);
    return 64;
  }
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => interrupted.abort(new CheckError(`interrupted by ${signal}`)));
  const folder = mkdtempSync(join(tmpdir(), "oauth-clients-demo-"));
  try {
    const cli = findCommand();
    await runDemo({ cli, folder, signal: interrupted.signal }, isReal ? wanted : undefined);
    return 0;
  } catch (error) {
    console.error(`\n✗ ${error instanceof Error ? error.message : "the demo failed"}`);
    return interrupted.signal.aborted ? 130 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runDemo({ cli, folder, signal }, real) {
  const started = performance.now();
  const place = real === undefined ? await startSimulators(cli) : await useRealAccounts(real, process.env);
  const inherited = real === undefined ? withoutVendors(process.env) : process.env;
  const env = { ...inherited, ...place.env, GITHUB_TOKEN: process.env.GITHUB_TOKEN ?? "invented-github-token" };
  const session = createSession({ cli, folder, env, signal });
  try {
    const keys = writeConfiguration(folder, place.accounts, place.webHosting);
    session.show("cat oauth-clients.config.yaml");
    console.log(readFileSync(join(folder, "oauth-clients.config.yaml"), "utf8"));
    await runSteps(session, { ...place, folder, keys }, real !== undefined);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`\nAll ${session.count()} checks passed in ${seconds} s.`);
  } finally {
    await place.close();
  }
}

async function runSteps(session, place, isReal) {
  const { keys } = place;
  try {
    await applyTwice(session, place);
    if (keys.includes("api-service")) {
      await update(session, place);
      await rotate(session);
    }
    if (keys.includes("web-hosting")) await followGuide(session, place);
    await finish(session, place);
  } catch (error) {
    // The clients of a real account are deleted when a check fails, too.
    if (isReal) await cleanUp(session);
    throw error;
  }
}

async function cleanUp({ start }) {
  const { code } = await start(["destroy", "--confirm", "demo"], "all").catch(() => ({ code: 1 }));
  if (code !== 0) console.error("Some clients may be left. Run: oauth-clients destroy --confirm demo");
}
