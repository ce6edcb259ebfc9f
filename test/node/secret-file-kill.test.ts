import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createOryManager } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { secretFile } from "../../src/node/index.js";
import type { KilledRun } from "./killed.js";

const id = "9e5d7b4c-6a2f-4d39-8a1c-0b6f5f6f7a10";

type Applied = "not applied" | "applied";

async function setup(version: "26.2" | "master") {
  const simulator = simulateOry({ version, rotationAcceptsSecret: version === "master" });
  const server = await simulator.listen();
  const directory = await mkdtemp(join(tmpdir(), "killed-"));
  onTestFinished(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });
  const ory = createOryManager({ adminUrl: server.urls.admin, publicUrl: server.urls.public });
  return { server, directory, ory };
}

async function killAt(run: Omit<KilledRun, "id">): Promise<unknown> {
  const file = fileURLToPath(new URL("killed.ts", import.meta.url));
  const child = fork(file, [JSON.stringify({ ...run, id } satisfies KilledRun)], { execArgv: ["--import", "tsx"] });
  const [, signal] = await once(child, "exit");
  return signal;
}

async function readSecrets(directory: string, ending: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(ending));
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(directory, name), "utf8")).clientSecret));
}

describe("secretFile: recovery after the process is killed", () => {
  test.each<[string, Applied]>([
    ["rename 1", "not applied"],
    ["request 1", "not applied"],
    ["response 1", "applied"],
    ["rename 2", "applied"],
  ])(
    "secretFile has stored the secret of a created client when the process is killed at %s of create",
    async (point, applied) => {
      const { server, directory, ory } = await setup("master");
      const run = { operation: "create", adminUrl: server.urls.admin, directory, killAt: point } as const;
      expect(await killAt(run)).toBe("SIGKILL");
      const [clientSecret, ...others] = await readSecrets(directory, ".pending");
      expect(others).toEqual([]);
      if (applied === "not applied") {
        await expect(ory.get(id)).rejects.toMatchObject({ code: "not_found" });
        return;
      }
      expect(await ory.import({ id, clientSecret: clientSecret ?? "" }, { verifySecret: true })).toMatchObject({
        secretVerified: true,
      });
      await secretFile(directory).remove({ vendor: "ory", id, server: await ory.account() });
      expect(await readSecrets(directory, ".pending")).toEqual([]);
    },
  );

  test.each<["26.2" | "master", string, Applied]>([
    ["master", "request 1", "not applied"],
    ["master", "response 1", "applied"],
    ["26.2", "response 3", "not applied"],
    ["26.2", "request 4", "not applied"],
    ["26.2", "response 4", "applied"],
    ["26.2", "rename 3", "applied"],
  ])(
    "secretFile has stored the secret in use when the process is killed during rotateSecret: server version %s, at %s",
    async (version, point, applied) => {
      const { server, directory, ory } = await setup(version);
      const { credentials } = await ory.create({ name: "worker", clientId: id }, { secretSink: secretFile(directory) });
      const run = { operation: "rotate", adminUrl: server.urls.admin, directory, killAt: point } as const;
      expect(await killAt(run)).toBe("SIGKILL");
      const [stored] = await readSecrets(directory, ".json");
      const [pending = ""] = await readSecrets(directory, ".pending");
      expect(stored).toBe(credentials?.clientSecret);
      expect(pending).not.toBe(stored);
      const inUse = applied === "applied" ? pending : stored;
      expect(await ory.import({ id, clientSecret: inUse ?? "" }, { verifySecret: true })).toMatchObject({
        secretVerified: true,
      });
    },
  );
});
