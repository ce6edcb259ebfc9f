import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ClientCredentials } from "oauth-clients";
import {
  apply,
  type Configuration,
  type DocumentStore,
  plan,
  type RunResult,
  rotate,
  type SecretStore,
  type VersionedDocument,
} from "oauth-clients/provision";
import { worlds } from "../worlds.js";
import { configure, type Project, secretFile, type Vendor } from "./project.js";
import type { Report, Task } from "./worker.js";

const require = createRequire(import.meta.url);

/** A simulated vendor that listens, a folder, and the worker as one file, which starts ten times as fast. */
export async function openWorld(vendor: Vendor) {
  const folder = mkdtempSync(join(tmpdir(), "processes-"));
  const worker = join(folder, "worker.mjs");
  createRequire(require.resolve("tsup"))("esbuild").buildSync({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: worker,
    logLevel: "error",
  });
  const world = worlds[vendor]();
  const server = await world.simulator.listen();
  const account = await (
    await configure({ ...blank, vendor, env: server.env(), urls: server.urls, folder }, plain)
  ).provider.account();
  const children = new Set<ChildProcess>();
  return {
    vendor,
    folder,
    account,
    env: server.env(),
    urls: server.urls,
    works: world.works,
    /** The names of all clients of the vendor. */
    names: async () => {
      const names: string[] = [];
      for await (const { name } of world.manager.list()) names.push(name);
      return names;
    },
    start: async (task: Task) => {
      const child = fork(worker, [], { env: { TASK: JSON.stringify(task) }, execArgv: [], stdio: ["ignore", 2, 2, "ipc"] });
      children.add(child);
      assert.equal((await nextReport(child)).type, "started");
      return child;
    },
    close: async () => {
      for (const child of children) child.kill("SIGKILL");
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type OpenWorld = Awaited<ReturnType<typeof openWorld>>;

/** More clients than any step of the vendor has moments. */
const mostMoments: Readonly<Record<Vendor, number>> = { ory: 15, ovh: 15, genesys: 13, tfe: 7 };

const blank = { account: "", keys: [], settleMs: 9_000 } as const;
const plain = { store: (store: SecretStore) => store, documents: (one: DocumentStore) => one, fetch } as const;

// A process that was killed cannot write any more: its intents count as old, so that no run waits.
const aged = (own: VersionedDocument): VersionedDocument => ({
  ...own,
  read: async (options) => {
    const stored = await own.read(options);
    return stored === undefined ? undefined : { ...stored, ageMs: 86_400_000 };
  },
});
const afterKill = {
  store: (store: SecretStore) => ({ ...store, journal: aged(store.journal) }),
  documents: (documents: DocumentStore) => ({ ...documents, document: (key: string) => aged(documents.document(key)) }),
  fetch,
} as const;

function readSecret(project: Project, key: string): ClientCredentials | undefined {
  try {
    const { CLIENT_ID, CLIENT_SECRET } = JSON.parse(readFileSync(secretFile(project, key), "utf8"));
    return { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Reads the secrets as consumers do, every 20 ms, and requests a token with each new one. The function ends it. */
function startConsumers(world: OpenWorld, project: Project) {
  const seen = new Map<string, string>();
  const broken: string[] = [];
  let ended = false;
  const loop = async () => {
    while (!ended) {
      for (const key of project.keys) {
        const secret = readSecret(project, key);
        if (secret === undefined || seen.get(key) === secret.clientSecret) continue;
        seen.set(key, secret.clientSecret);
        if (!(await world.works(secret))) broken.push(key);
      }
      await wait(20);
    }
  };
  const running = loop();
  return async () => {
    ended = true;
    await running;
    assert.deepEqual(broken, [], "every secret that a consumer reads works");
  };
}

async function nextReport(child: ChildProcess): Promise<Report> {
  const ended = once(child, "exit").then(([code, signal]) => assert.fail(`the worker ended with ${code ?? signal}`));
  return (await Promise.race([once(child, "message"), ended]))[0] as Report;
}

async function expectSecretsWork(world: OpenWorld, project: Project): Promise<void> {
  if (world.vendor === "tfe") return;
  for (const key of project.keys) {
    const secret = readSecret(project, key);
    if (secret !== undefined) assert.ok(await world.works(secret), `the secret of ${key} works`);
  }
}

function requireOk(result: RunResult, where: string): void {
  const isOk = ({ status, ...rest }: RunResult["clients"][number]) =>
    status === "done" ||
    status === "unchanged" ||
    // A rotation whose journal was closed before the end of the process is complete.
    ("reason" in rest && rest.reason === "rotation_not_finished");
  assert.deepEqual(
    result.clients.filter((client) => !isOk(client)),
    [],
    where,
  );
}

async function expectConverged(world: OpenWorld, project: Project, configuration: Configuration, where: string) {
  await expectSecretsWork(world, project);
  const names = await world.names();
  for (const key of project.keys) assert.equal(names.filter((name) => name === key).length, 1, `${where}: one client ${key}`);
  const { actions } = await plan(configuration, { only: project.keys });
  assert.deepEqual(
    actions.filter(({ action }) => action !== "none"),
    [],
    where,
  );
}

/**
 * Takes clients from create to delete. In each step a process is killed while each client is at another moment of the step, and the step
 * runs again. Resolves to the number of moments at which the kill met a client.
 *
 * @param killAfterMs - kills the process after this time instead, at whatever moment the clients are
 */
export async function killRound(world: OpenWorld, name: string, killAfterMs?: () => number): Promise<number> {
  const { vendor, env, urls, account, folder } = world;
  const keys = Array.from({ length: killAfterMs ? 3 : mostMoments[vendor] }, (_, index) => `${name}-${index}`);
  const declared: Project = { vendor, env, urls, account, folder, keys, settleMs: 90_000 };
  let met = 0;
  for (const step of ["create", "begin", "finish", "delete"] as const) {
    if (vendor === "tfe" && (step === "begin" || step === "finish")) continue;
    const where = `${vendor} ${name} ${step}`;
    const project = step === "delete" ? { ...declared, removed: true } : declared;
    const isRotation = step === "begin" || step === "finish";
    const moments = killAfterMs ? {} : Object.fromEntries(keys.map((key, index) => [key, index]));
    const stopConsumers = step === "delete" || vendor === "tfe" ? async () => {} : startConsumers(world, project);
    const child = await world.start({ project, step: isRotation ? step : "apply", how: "freeze", moments });
    if (killAfterMs) await Promise.race([once(child, "message"), wait(killAfterMs())]);
    else {
      const report = await nextReport(child);
      assert.ok(report.type === "ended" && report.frozen.length < keys.length, `${where}: each moment has a client`);
      met += report.frozen.length;
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    if (step !== "delete") await expectSecretsWork(world, project);

    const configuration = await configure(project, afterKill);
    requireOk(
      isRotation
        ? await rotate(configuration, keys, { stage: step })
        : await apply(configuration, { only: keys, allowDelete: keys }),
      where,
    );
    await stopConsumers();
    if (step === "create" || step === "finish") await expectConverged(world, project, configuration, where);
  }
  const left = await world.names();
  assert.deepEqual(
    left.filter((one) => keys.includes(one)),
    [],
  );
  return met;
}

/**
 * Two processes create one client, with clocks ten minutes apart. The first one is suspended at a moment, and continues after
 * `resumeAfterMs`.
 */
export async function suspendRound(world: OpenWorld, key: string, moment: number, resumeAfterMs: number): Promise<void> {
  const { vendor, env, urls, account, folder } = world;
  const project: Project = { vendor, env, urls, account, folder, keys: [key], settleMs: 1_500 };
  const stopConsumers = vendor === "tfe" ? async () => {} : startConsumers(world, project);
  const common = { project, step: "apply", how: "suspend" } as const;
  const first = await world.start({ ...common, moments: { [key]: moment } });
  const started = await nextReport(first);
  const second = await world.start({ ...common, moments: {}, clockOffsetMs: 600_000 });
  const other = nextReport(second);
  if (started.type === "suspended") {
    const ended = nextReport(first);
    await wait(resumeAfterMs);
    first.kill("SIGCONT");
    const r1 = await ended;
    if (process.env.SHOW) console.log("first", JSON.stringify(r1));
  }
  const r2 = await other;
  if (process.env.SHOW) console.log("second", JSON.stringify(r2));
  for (const child of [first, second]) child.disconnect();
  // No process is left: the last run has time.
  const configuration = await configure({ ...project, settleMs: 90_000 }, afterKill);
  const where = `${vendor}, suspended at ${moment} for ${resumeAfterMs} ms`;
  requireOk(await apply(configuration, { only: [key] }), where);
  await stopConsumers();
  await expectConverged(world, project, configuration, where);
}
