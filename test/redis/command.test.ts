// The command with a journal in a real Redis or Valkey, with each package that a project can have.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { simulateOry } from "../../src/testing.js";
import { buildCli } from "../cli/build.js";
import { freshPrefix, redisUrl, skip } from "./connections.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

let cli: Awaited<ReturnType<typeof buildCli>>;

/** Runs the command in a process that ends only when no connection is open. */
async function run(words: readonly string[], cwd: string, env: Readonly<Record<string, string | undefined>>) {
  const child = spawn(process.execPath, [cli.path, ...words], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

const packages = { "redis-4": "redis", "redis-5": "redis", "redis-6": "redis", "ioredis-5": "ioredis", "ioredis-6": "ioredis" };

describe("the command with a journal in Redis", { skip }, () => {
  before(async () => {
    cli = await buildCli();
  });
  after(() => cli.remove());

  for (const [installed, name] of Object.entries(packages)) {
    test(`creates, lists and deletes a client with ${installed}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "redis-command-"));
      const server = await simulateOry().listen();
      try {
        mkdirSync(join(folder, "node_modules"));
        symlinkSync(join(root, "test/redis/node_modules", installed), join(folder, "node_modules", name), "junction");
        writeFileSync(
          join(folder, "oauth-clients.config.yaml"),
          `project: acme
environments: { prod: { accounts: { ory: "${server.urls.admin}" } } }
providers: { ory: { ory: } }
journal: { redis: { url: { env: REDIS_URL }, name: "${freshPrefix()}$project" } }
clients: { app: { provider: ory, name: App, tokenEndpointAuthMethod: none } }
`,
        );
        const env = { ...server.env(), REDIS_URL: redisUrl };
        const unreachable = await run(["plan"], folder, { ...env, REDIS_URL: "redis://user:canary@127.0.0.1:1" });
        assert.equal(unreachable.code, 1, unreachable.output);
        assert.match(unreachable.output, /^redis read document: .+ Check the connection and the rights of this user\.\n$/);
        assert.doesNotMatch(unreachable.output, /canary/);
        const applied = await run(["apply"], folder, env);
        assert.equal(applied.code, 0, applied.output);
        assert.equal((await run(["plan", "--exit-code"], folder, env)).code, 0);
        assert.match((await run(["destroy", "--confirm", "acme"], folder, env)).output, /1 deleted\./);
      } finally {
        rmSync(folder, { recursive: true });
        await server.close();
      }
    });
  }
});
