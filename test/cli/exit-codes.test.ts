import { existsSync, readFileSync, rmSync } from "node:fs";
import type { OrySimulatorOptions } from "oauth-clients/testing";
import { simulateOry } from "oauth-clients/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { exitCodes } from "../../src/cli/exit-codes.js";
import { inDirectory, type RunSettings, runCli } from "./terminal.js";
import { oryConfiguration } from "./vendors.js";

const file = "oauth-clients.config.yaml";

async function setup(more = "", options: OrySimulatorOptions = {}) {
  const ory = simulateOry(options);
  const server = await ory.listen();
  onTestFinished(() => server.close());
  const folder = inDirectory({ [file]: oryConfiguration(server.urls.admin, more) });
  const run = (line: string, settings: RunSettings = {}) => runCli(line.split(" "), { env: server.env(), ...settings });
  return { ory, server, run, ...folder };
}

/** Creates a client at the vendor that no project manages. */
async function createClient(adminUrl: string, fields: object): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${adminUrl}/admin/clients`, { method: "POST", headers, body: JSON.stringify(fields) });
  return ((await response.json()) as { readonly client_id: string }).client_id;
}

/** A configuration whose secrets go to a command. */
const execStore = (account: string, command: string) => `project: acme-platform
journal: { file: journal.json }
environments: { staging: { accounts: { ory: "${account}" } } }
providers: { ory: { ory: } }
clients:
  nightly-report:
    provider: ory
    name: Nightly report
    grantTypes: [client_credentials]
    secretStore: { exec: { command: ${command} } }
`;

describe("a command ends with exit code", () => {
  test("0 when it is done, and when there is nothing to do", async () => {
    const { run } = await setup();
    expect(await run("apply")).toMatchObject({ code: exitCodes.ok, stdout: "1 created.\n" });
    expect(await run("apply")).toMatchObject({ code: exitCodes.ok, stdout: "1 unchanged.\n" });
    expect((await run("plan --exit-code")).code).toBe(0);
  });

  test("1 when it failed and nothing is partly done", async () => {
    const { run, ory } = await setup();
    ory.failNext("createOAuth2Client", { status: 403, body: { error: "forbidden" } });
    const { code, stdout } = await run("apply");
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ nightly-report.*: ory create client/);
    expect(stdout).toContain("1 failed (exit 1).");
    expect(stdout).not.toContain("Next:");
    expect(ory.clients).toHaveLength(0);
  });

  test("2 when plan --exit-code finds changes, and 0 without the option", async () => {
    const { run } = await setup();
    expect((await run("plan --exit-code")).code).toBe(2);
    expect((await run("plan")).code).toBe(0);
  });

  test("3 when it is partly done, with the key, the client id and the next command", async () => {
    const { run, ory } = await setup();
    ory.failNext("oauth2TokenExchange", { status: 400, body: { error: "unsupported_grant_type" }, times: 9 });
    const { code, stdout } = await run("apply --env staging");
    expect(code).toBe(3);
    const [client] = ory.clients;
    expect(stdout.replace(/\n {4}/g, " ")).toMatch(/✗ nightly-report.*unsupported_grant_type/);
    expect(stdout).toContain("- Next:\n      oauth-clients apply --only nightly-report --env staging\n");
    expect(stdout).toContain("1 failed (exit 3).");
    ory.clearFaults();
    expect(await run("apply")).toMatchObject({ code: 0 });
    expect(ory.clients.map(({ client_id }) => client_id)).toEqual([client?.client_id]);
  });

  test("4 when a person decides, with the commands to choose from", async () => {
    const { run, path, ory } = await setup();
    await run("apply");
    rmSync(`${path}/secrets`, { recursive: true });
    const [client] = ory.clients;
    const plan = await run("plan");
    expect(plan.code).toBe(4);
    const { code, stdout } = await run("apply --env staging");
    expect(code).toBe(4);
    const words = stdout.replace(/\s+/g, " ");
    expect(words).toContain(`oauth-clients resolve nightly-report --take ${client?.client_id} --env staging`);
    expect(words).toContain("1 needs a decision (exit 4).");
    expect(ory.clients).toHaveLength(1);
    expect((await run(`resolve nightly-report --reissue ${client?.client_id}`)).code).toBe(0);
    expect((await run("plan --exit-code")).code).toBe(0);
  });

  test("5 when a secret was issued, no store has it, and it could not be revoked", async () => {
    const { run, ory, server, write } = await setup();
    write(file, execStore(server.urls.admin, `["${process.execPath}", "-e", "process.exit(1)"]`));
    ory.failNext("deleteOAuth2Client", { status: 403, times: 9 });
    const { code, stdout } = await run("apply --env staging");
    expect(code).toBe(5);
    const [client] = ory.clients;
    const words = stdout.replace(/\s+/g, " ");
    expect(words).toContain(`✗ nightly-report (${client?.client_id}):`);
    expect(words).toContain("Another secret is issued by: oauth-clients apply --only nightly-report --env staging");
    expect(words).toContain("(exit 5).");
  });

  test("64 when the configuration is invalid, and nothing is sent", async () => {
    const { run, ory } = await setup("    rotation: { every: 3 months }\n");
    const { code, stdout, stderr } = await run("apply");
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toBe(
      `${file}:12:17: clients.nightly-report.rotation.every: expected a duration such as 90d, 24h, 30m or 10s\n`,
    );
    expect(ory.requests).toHaveLength(0);
  });

  test("75 when a server asks to wait longer than the run may wait", async () => {
    const { run, ory } = await setup();
    ory.failNext("createOAuth2Client", { status: 429, headers: { "retry-after": "86400" }, times: 9 });
    const { code, stdout } = await run("apply");
    expect(code).toBe(75);
    expect(stdout).toContain("(exit 75).");
    expect(stdout).toContain("oauth-clients apply --only nightly-report\n");
  });

  test.runIf(process.platform === "linux")(
    "1 when the directory of a store cannot be created, and creates no client",
    async () => {
      const { run, ory, server, write } = await setup();
      write(file, oryConfiguration(server.urls.admin).replace("./secrets", "/proc/missing/secrets"));
      const { code, stdout } = await run("apply");
      expect({ code, clients: ory.clients }).toEqual({ code: 1, clients: [] });
      expect(stdout).toContain("ENOENT");
    },
  );

  test("130 when it is interrupted, after the step in progress", async () => {
    const { run, ory, server, write, read } = await setup();
    const second = oryConfiguration(server.urls.admin).split("\n").slice(5, 10).join("\n").replace("nightly-report", "second");
    write(file, `${oryConfiguration(server.urls.admin)}${second}\n    secretStore: { files: { directory: ./secrets } }\n`);
    ory.delayNext("createOAuth2Client", 300, { times: 2 });
    const running = run("apply");
    await expect.poll(() => ory.clients.length).toBe(2);
    process.emit("SIGINT");
    const { code, stdout, stderr } = await running;
    expect(stderr).toContain("Interrupted: finishing the step in progress.");
    expect(code).toBe(130);
    expect(stdout).toContain("(exit 130).");
    // The secrets of the created clients are staged, so the next run continues with them.
    const ids = ory.clients.map(({ client_id }) => client_id);
    expect((await run("apply")).code).toBe(0);
    expect(ory.clients.map(({ client_id }) => client_id)).toEqual(ids);
    expect(ids).toContain(JSON.parse(read("secrets/nightly-report.json")).CLIENT_ID);
  });
});

describe("with --json", () => {
  test("a run writes one versioned document, and no progress", async () => {
    const { run } = await setup();
    const { code, stdout, stderr } = await run("apply --json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      format: "oauth-clients/result/1",
      command: "apply",
      project: "acme-platform",
      environment: "staging",
      ok: true,
      exitCode: 0,
      clients: [
        {
          key: "nightly-report",
          status: "done",
          steps: ["create", "verify", "promote", "close"],
          id: expect.any(String),
          notes: [],
          exitCode: 0,
        },
      ],
    });
  });

  test("a failed run names the error without the request", async () => {
    const { run, ory } = await setup();
    ory.failNext("createOAuth2Client", { status: 403 });
    const { clients } = JSON.parse((await run("apply --json")).stdout);
    expect(clients).toEqual([
      {
        key: "nightly-report",
        status: "failed",
        message: expect.stringContaining("ory create client"),
        changed: false,
        exitCode: 1,
        error: expect.objectContaining({ name: "PermissionDeniedError", code: "permission", outcome: "not_applied" }),
      },
    ]);
  });

  test("an error that ends the command is a document too", async () => {
    const { run } = await setup();
    const { code, stdout, stderr } = await run("plan --json --env prdo");
    expect(code).toBe(64);
    expect(stderr).toBe('--env has no environment "prdo". Environments: staging.\n');
    expect(JSON.parse(stdout)).toEqual({ format: "oauth-clients/error/1", exitCode: 64, message: stderr.trim() });
  });

  test.each([
    ["check", "oauth-clients/check/1"],
    ["plan", "oauth-clients/plan/1"],
    ["list", "oauth-clients/list/1"],
    ["output", "oauth-clients/output/1"],
    ["rotate nightly-report --plan", "oauth-clients/rotation-plan/1"],
    ["token nightly-report", "oauth-clients/token/1"],
  ])("%s writes %s", async (line, format) => {
    const { run } = await setup();
    await run("apply");
    const { code, stdout, stderr } = await run(`${line} --json`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ format });
  });
});

describe("the commands", () => {
  test("apply --plan does only what the plan contains", async () => {
    const { run, write, read, ory, server } = await setup();
    expect((await run("plan --out plan.json")).code).toBe(0);
    write(file, read(file).replace("[read]", "[read, write]"));
    const changed = await run("apply --plan plan.json");
    expect(changed.code).toBe(4);
    expect(changed.stdout).toContain("      oauth-clients plan --out FILE\n");
    expect(ory.clients).toHaveLength(0);
    write(file, oryConfiguration(server.urls.admin));
    expect((await run("apply --plan plan.json")).code).toBe(0);
    expect(await run(`apply --plan ${file}`)).toMatchObject({ code: 64, stderr: expect.stringContaining("is no plan") });
  });

  test("plan and apply append a Markdown summary", async () => {
    const { run, write, read } = await setup();
    write("summary.md", "# Job\n");
    await run("plan --summary summary.md");
    await run("apply --summary summary.md");
    expect(read("summary.md").replace(/\/\S+secrets/, "DIRECTORY")).toBe(
      [
        "# Job",
        "### Plan of acme-platform / staging",
        "",
        "| client | provider | action | details |",
        "|---|---|---|---|",
        "| `nightly-report` | ory | create | secret to file secrets/nightly-report.json |",
        "",
        "1 to create.",
        "### apply of acme-platform / staging",
        "",
        "| client | result | message |",
        "|---|---|---|",
        "| `nightly-report` | done |  |",
        "",
      ].join("\n"),
    );
  });

  test("import takes a client over with its secret, and forget gives it back", async () => {
    const { run, ory, server, read } = await setup();
    const settings = { env: { ...server.env(), LEGACY: "invented-secret-0123456789" } };
    const id = await createClient(server.urls.admin, {
      client_name: "Nightly report",
      client_secret: "invented-secret-0123456789",
      grant_types: ["client_credentials"],
      scope: "read",
    });
    const imported = await run(`import nightly-report ${id} --secret-env LEGACY`, settings);
    expect(imported).toMatchObject({ code: 0, stdout: "1 adopted.\n" });
    expect(JSON.parse(read("secrets/nightly-report.json"))).toEqual({
      CLIENT_ID: id,
      CLIENT_SECRET: "invented-secret-0123456789",
    });
    expect((await run("apply")).code).toBe(0);
    expect(await run("forget nightly-report")).toMatchObject({ code: 0, stdout: "1 forgotten.\n" });
    expect(ory.clients).toHaveLength(1);
    expect(JSON.stringify(ory.clients)).not.toContain("acme-platform");
  });

  test("import says what is wrong with the secret, and stores nothing", async () => {
    const { run, server } = await setup();
    const id = await createClient(server.urls.admin, {
      client_name: "Nightly report",
      client_secret: "invented-secret-0123456789",
      grant_types: ["client_credentials"],
      scope: "read",
    });
    const missing = await run(`import nightly-report ${id} --secret-file missing/secret`);
    expect(missing.code).toBe(1);
    expect(missing.stdout.replace(/\s+/g, " ")).toContain("file missing/secret does not exist. Nothing was sent.");
    const wrong = await run(`import nightly-report ${id} --secret-env WRONG`, {
      env: { ...server.env(), WRONG: "another-invented-secret" },
    });
    expect(wrong.code).toBe(1);
    const text = wrong.stdout.replace(/\s+/g, " ");
    expect(text).toContain("the secret of environment variable WRONG was not accepted: ");
    expect(text).toContain("It was not stored. Correct the secret, then run the command again.");
    expect(existsSync("secrets/nightly-report.json")).toBe(false);
    expect(existsSync("secrets/nightly-report.json.next")).toBe(false);
  });

  test("apply reports a verification only where a token was requested", async () => {
    const { run, ory, read, write } = await setup();
    const text = read(file);
    write(file, `${text}    verifyWith: false\n`);
    const { clients } = JSON.parse((await run("apply --json")).stdout);
    expect(clients[0].steps).toContain("promote");
    expect(clients[0].steps).not.toContain("verify");
    expect(ory.requests.filter(({ path }) => path === "/oauth2/token")).toEqual([]);
  });

  test("list --unmanaged shows the clients that nothing manages", async () => {
    const { run, server } = await setup();
    const id = await createClient(server.urls.admin, { client_name: "Old" });
    const { stdout } = await run("list --unmanaged");
    expect(stdout).toMatch(new RegExp(`\\? Old\\s+ory\\s+unmanaged\\s+${id}`));
  });

  test("token writes a token that the vendor accepts, and nothing else", async () => {
    const { run, server } = await setup();
    expect((await run("token nightly-report")).stderr).toContain("has no secret");
    await run("apply");
    const { code, stdout, stderr } = await run("token nightly-report --scopes read");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const response = await fetch(`${server.urls.admin}/admin/oauth2/introspect`, {
      method: "POST",
      body: new URLSearchParams({ token: stdout.trim() }),
    });
    expect(await response.json()).toMatchObject({ active: true, scope: "read" });
  });

  test("destroy requires the name of the project", async () => {
    const { run, ory } = await setup();
    await run("apply");
    expect(await run("destroy --confirm acme")).toMatchObject({
      code: 64,
      stderr: "--confirm: expected the name of the project, acme-platform.\n",
    });
    expect(ory.clients).toHaveLength(1);
    expect((await run("destroy --confirm acme-platform")).code).toBe(0);
    expect(existsSync("secrets/nightly-report.json")).toBe(false);
  });

  test("destroy ends with 4 and names the managed clients that it does not delete", async () => {
    const { run, ory, read, write } = await setup();
    await run("apply");
    const declared = read(file);
    write(file, declared.replace("  nightly-report:", "  other:"));
    await run("apply --only other");
    const ended = await run("destroy --confirm acme-platform");
    expect(ended.code).toBe(4);
    expect(ory.clients).toHaveLength(1);
    const text = ended.stdout.replace(/\s+/g, " ");
    expect(text).toContain("1 deleted, 1 needs a decision (exit 4).");
    expect(text).toContain('Add `removed: { "nightly-report": "delete" }`');
    expect(await run("apply --allow delete:nightly-report")).toMatchObject({
      code: 64,
      stderr:
        '--allow: "nightly-report" is in neither clients nor removed. To delete the client, add removed: { "nightly-report": "delete" } to the configuration.\n',
    });
  });

  test("the plan of a deletion names no stored secret for a client without a secret", async () => {
    const { run, read, write } = await setup();
    const journal = "journal: { file: journal.json }\n";
    const app = "  app: { provider: ory, name: App, tokenEndpointAuthMethod: none }\n";
    const declared = read(file);
    write(file, `${journal}${declared}${app}`);
    await run("apply --only app");
    write(file, `${journal}${declared}removed: { app: delete }\n`);
    const { actions } = JSON.parse((await run("plan --json --only app")).stdout);
    expect(actions).toMatchObject([{ key: "app", action: "delete", notes: [] }]);
  });

  test("output --format env quotes what a shell would split", async () => {
    const { run } = await setup();
    await run("apply");
    const { stdout } = await run("output --format env");
    expect(stdout).toContain("\nNIGHTLY_REPORT_SECRET_STORE='file secrets/nightly-report.json'\n");
    expect(stdout).toMatch(/^NIGHTLY_REPORT_CLIENT_ID=[0-9a-f-]+\n/);
  });

  test.each(["plan --only nightly", "rotate nightly", "token nightly", "forget nightly"])(
    "%s names the keys that exist",
    async (line) => {
      const { run, ory } = await setup();
      expect(await run(line)).toMatchObject({
        code: 64,
        stderr: 'No client has the key "nightly". Keys: nightly-report.\n',
      });
      expect(ory.requests).toHaveLength(0);
    },
  );

  test.each([
    "plan --out missing/plan.json",
    "plan --summary missing/plan.md",
    "apply --summary .",
    "rotate nightly-report --summary .",
  ])("%s names the file that cannot be written, before anything is sent", async (line) => {
    const { run, ory } = await setup();
    const { code, stdout, stderr } = await run(line);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toMatch(/^--(out|summary): \S+ cannot be written\. Check its directory and its permissions\.\n$/);
    expect(ory.requests).toHaveLength(0);
  });

  test("no output contains a secret", async () => {
    const { run, read } = await setup();
    const outputs = [];
    for (const line of ["plan --out plan.json", "apply --json", "list --json", "output", "rotate nightly-report", "list"])
      outputs.push(await run(line));
    const { CLIENT_SECRET } = JSON.parse(read("secrets/nightly-report.json"));
    expect(CLIENT_SECRET).toMatch(/.{20}/);
    expect(JSON.stringify(outputs) + readFileSync("plan.json", "utf8")).not.toContain(CLIENT_SECRET);
  });
});
