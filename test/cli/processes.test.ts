import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type OrySimulator, simulateOry } from "oauth-clients/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { root } from "../package/tree.js";
import { buildCli } from "./build.js";
import { inDirectory } from "./terminal.js";
import { oryConfiguration } from "./vendors.js";

let cli: Awaited<ReturnType<typeof buildCli>>;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.remove());

/** Starts a program in a process group of its own, as a shell does. */
function start(program: string, words: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output, ended, interrupt: () => interrupt(child) };
}

// A terminal sends Ctrl-C to the whole group.
function interrupt({ pid }: ChildProcess): void {
  process.kill(-(pid as number), "SIGINT");
}

async function setup(store = "") {
  const ory = simulateOry();
  const server = await ory.listen();
  onTestFinished(() => server.close());
  const files = "secretStore: { files: { directory: ./secrets } }";
  const text = oryConfiguration(server.urls.admin).replace(files, store === "" ? files : `secretStore: ${store}`);
  const folder = inDirectory({ "oauth-clients.config.yaml": store === "" ? text : `journal: { file: journal.json }\n${text}` });
  return { ory, env: server.env(), ...folder };
}

const created = (ory: OrySimulator, count = 1) => expect.poll(() => ory.clients.length, { timeout: 20_000 }).toBe(count);

describe.skipIf(process.platform === "win32")("Ctrl-C", () => {
  test("finishes the step in progress at the first signal, and exits with 130", async () => {
    const { ory, env } = await setup();
    ory.delayNext("createOAuth2Client", 1_000);
    const apply = start(cli.path, ["apply"], env);
    await created(ory);
    apply.interrupt();
    expect(await apply.ended).toBe(130);
    expect(apply.output.stderr).toContain("Interrupted: finishing the step in progress. Press Ctrl-C again to stop now.");
    // The secret of the created client is staged, and the next run puts it into use.
    const [client] = ory.clients;
    const again = start(cli.path, ["apply"], env);
    expect(await again.ended).toBe(0);
    expect(ory.clients.map(({ client_id }) => client_id)).toEqual([client?.client_id]);
  });

  test("stops at once at the second signal, and the next run continues", async () => {
    const { ory, env } = await setup();
    ory.delayNext("createOAuth2Client", 60_000);
    const apply = start(cli.path, ["apply"], env);
    await created(ory);
    apply.interrupt();
    await expect.poll(() => apply.output.stderr).toContain("Press Ctrl-C again");
    apply.interrupt();
    expect(await apply.ended).toBe(130);
    expect(apply.output.stdout).toContain("(exit 130).");
    const again = start(cli.path, ["apply"], env);
    expect(await again.ended, again.output.stdout).toBe(0);
    expect(ory.clients).toHaveLength(1);
    expect(existsSync("secrets/nightly-report.json")).toBe(true);
  });

  test("does not end the command that stores the secret", async () => {
    const script = "echo x >> started; sleep 1; cat > secret.txt";
    const { env, read } = await setup(`{ exec: { command: [sh, -c, "${script}"] } }`);
    const apply = start(cli.path, ["apply"], env);
    await expect.poll(() => existsSync("started")).toBe(true);
    apply.interrupt();
    expect(await apply.ended, apply.output.stdout).toBe(130);
    expect(read("started"), "the command runs once").toBe("x\n");
    expect(read("secret.txt")).toMatch(/^\S{20,}$/);
  });

  test("ends a plan at the first signal", async () => {
    const { ory, env } = await setup();
    ory.delayNext("listOAuth2Clients", 60_000);
    const plan = start(cli.path, ["plan"], env);
    await expect.poll(() => ory.requests.length).toBeGreaterThan(0);
    plan.interrupt();
    expect(await plan.ended).toBe(130);
    expect(plan.output.stderr).toBe("Interrupted.\n");
  });
});

describe("simulate", () => {
  test("writes variables that a shell can evaluate, and ends with 0 at a signal", async () => {
    const simulators = start(cli.path, ["simulate", "ory", "tfe"]);
    await expect.poll(() => simulators.output.stderr).toContain("Press Ctrl-C");
    const lines = simulators.output.stdout.trim().split("\n");
    expect(lines.filter((line) => !/^export [A-Z_]+='[^']*'$/.test(line))).toEqual([
      expect.stringMatching(/^# accounts: \{"ory":"http:\/\/127\.0\.0\.1:\d+","tfe":"acme"\}$/),
    ]);
    expect(lines.map((line) => /^export (\w+)/.exec(line)?.[1])).toEqual(
      expect.arrayContaining(["ORY_ADMIN_URL", "TFE_TOKEN"]),
    );
    simulators.interrupt();
    expect(await simulators.ended).toBe(0);
  });

  test("runs a command with the variables and ends with its exit code", async () => {
    const run = start(cli.path, ["simulate", "ory", "--command", 'echo "$ORY_ADMIN_URL"; exit 7']);
    expect(await run.ended).toBe(7);
    expect(run.output.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
  });
});

describe("migrate", () => {
  test("writes a configuration from a Terraform state", async () => {
    const { env, read, write } = await setup();
    const body = JSON.stringify({ client_name: "App", token_endpoint_auth_method: "none" });
    const headers = { "content-type": "application/json" };
    const created = await fetch(`${env.ORY_ADMIN_URL}/admin/clients`, { method: "POST", body, headers });
    const { client_id: id } = (await created.json()) as { readonly client_id: string };
    const values = { id, client_name: "App", token_endpoint_auth_method: "none" };
    const resource = { address: "ory_oauth2_client.app", mode: "managed", type: "ory_oauth2_client", values };
    write("state.json", JSON.stringify({ format_version: "1.0", values: { root_module: { resources: [resource] } } }));
    const run = start(cli.path, ["migrate", "state.json", "--store", "files:secrets", "--out", "migrated.yaml"], env);
    expect(await run.ended, run.output.stderr).toBe(0);
    expect(read("migrated.yaml")).toContain("  app:\n    provider: ory\n    name: App\n");
  });
});

describe("on an unsupported version of Node", () => {
  test("the command writes one line and exits with 1", async () => {
    const versions = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.8" } });`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(versions)}` };
    const run = start(cli.path, ["plan"], env);
    expect(await run.ended).toBe(1);
    expect(run.output).toEqual({ stdout: "", stderr: "Node 20.19 or newer is required; this is Node 18.20.8.\n" });
  });
});

describe("the configuration file", () => {
  test("can be a JavaScript module", async () => {
    const { env, write } = await setup();
    write("a.mjs", 'export default { project: "a", environments: { prod: { accounts: {} } }, clients: () => ({}) };\n');
    const run = start(cli.path, ["plan", "--config", "a.mjs"], env);
    expect(await run.ended).toBe(0);
    expect(run.output.stdout).toBe("a / prod\nNo clients.\n");
  });

  test("must have the ending .mjs in a project of type commonjs", async () => {
    const { env, write } = await setup();
    write("package.json", '{ "type": "commonjs" }');
    write("a.js", "export default {};\n");
    const run = start(cli.path, ["plan", "--config", "a.js"], env);
    expect(await run.ended).toBe(64);
    const message = "a.js: the package.json of this project has the type commonjs. Rename the file to a.mjs.";
    expect(run.output.stderr.trim().split("\n").at(-1)).toBe(message);
  });

  test("can be a TypeScript module, where Node loads it; otherwise one line says how", async () => {
    const { env, write } = await setup();
    const text =
      'const project: string = "a";\nexport default { project, environments: { prod: { accounts: {} } }, clients: () => ({}) };\n';
    write("a.ts", text);
    const run = start(cli.path, ["plan", "--config", "a.ts"], env);
    const code = await run.ended;
    if ((process.features as { readonly typescript?: unknown }).typescript)
      expect({ code, stdout: run.output.stdout }).toEqual({ code: 0, stdout: "a / prod\nNo clients.\n" });
    else
      expect({ code, stderr: run.output.stderr }).toMatchObject({
        code: 64,
        stderr: expect.stringMatching(/^a\.ts: .*tsx.*\n$/),
      });
    const loader = start(cli.path, ["plan", "--config", "a.ts"], {
      ...env,
      NODE_OPTIONS: `--import=${join(root, "node_modules/tsx/dist/loader.mjs")}`,
    });
    expect(await loader.ended).toBe(0);
  });
});
