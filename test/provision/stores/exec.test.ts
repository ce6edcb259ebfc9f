import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { ConfigurationError } from "oauth-clients";
import { afterEach, describe, expect, test, vi } from "vitest";
import { StoreError } from "../../../src/provision/stores/errors.js";
import { type Command, discardSink, type ExecSinkOptions, execSink } from "../../../src/provision/stores/exec.js";
import { rejection, temporaryFolder } from "./folder.js";
import { canary, context, record } from "./subject.js";

const { credentials } = record();
const issued = { ...context, id: "client-1", name: "report" };

afterEach(() => vi.unstubAllEnvs());

/** A command that runs a script of Node. */
const node = (script: string, ...args: string[]): Command => [process.execPath, "-e", script, ...args];

/** A command that writes what it was given to a file: stdin, arguments, environment. */
async function recorder() {
  const folder = await temporaryFolder();
  const file = folder.file("seen.json");
  const script = `
    const stdin = require("fs").readFileSync(0, "utf8");
    require("fs").writeFileSync(process.argv[1], JSON.stringify({ stdin, argv: process.argv, env: process.env }));`;
  const seen = async () => JSON.parse(await readFile(file, "utf8"));
  return { command: node(script, file), seen };
}

const write = async (command: Command, options?: ExecSinkOptions) => execSink(command, options).write(credentials, issued);
const check = async (command: Command, options?: ExecSinkOptions) => execSink(command, options).check?.(context);

describe("execSink", () => {
  test.each([
    [[], {}, "command"],
    ["gh secret set", {}, "command"],
    [[""], {}, "command"],
    [["gh", 7], {}, "command"],
    [["gh", "a\0b"], {}, "command"],
    [["gh"], { check: [] }, "check"],
    [["gh"], { format: "xml" }, "format"],
    [["gh"], { env: "PATH" }, "env"],
    [["gh"], { timeoutMs: 0 }, "timeoutMs"],
    [["gh"], { timeoutMs: Number.NaN }, "timeoutMs"],
    [["gh"], { keys: { clientId: "a b" } }, "keys"],
  ])("refuses the command %j with the options %j at once, and names the field", (command, options, field) => {
    const create = () => execSink(command as never, options as ExecSinkOptions);
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(`execSink: ${field}: expected`);
  });

  test.each(["no-such-program-c1", "/no/such/program"])("is not ready without the program %s, and says so", async (program) => {
    for (const call of [check, write]) {
      const error = await rejection(call([program]));
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ store: "exec", outcome: "not_applied" });
      expect(error.message).toMatch(/was not found\. Nothing was written\. Install it or correct PATH\.$/);
    }
  });

  test.skipIf(process.platform === "win32")("is not ready where the program may not be run", async () => {
    const folder = await temporaryFolder();
    await writeFile(folder.file("tool"), "#!/bin/sh\n", { mode: 0o600 });
    await mkdir(folder.file("folder"));
    expect(await rejection(check([folder.file("tool")]))).toMatchObject({ outcome: "not_applied" });
    expect((await rejection(write([folder.file("tool")]))).message).toContain("could not be started. Nothing was written.");
    await chmod(folder.file("tool"), 0o700);
    await check([folder.file("tool")]);
  });

  test("is not ready where the command for the check fails, and shows its words", async () => {
    const failing = node('process.stderr.write("not logged in\\n"); process.exit(4)');
    const error = await rejection(check(["sh"], { check: failing }));
    expect(error.message).toMatch(/^exec check store: \S+ ended with 4: not logged in\. Nothing was written\./);
  });

  test("finds a program on PATH, and does not run it", async () => {
    const { command, seen } = await recorder();
    await check(command);
    await check(["node"]);
    await expect(seen()).rejects.toThrow("ENOENT");
  });

  test("says of a command that failed that it may have stored the secret", async () => {
    const error = await rejection(write(node("process.exit(3)")));
    expect(error).toMatchObject({ outcome: "unknown", operation: "write secret" });
    expect(error.message).toMatch(/ended with 3\. The store may have written it\. Check the target/);
  });

  test("names the signal that ended a command", async () => {
    expect((await rejection(write(node("process.kill(process.pid, 'SIGTERM')")))).message).toContain("ended with SIGTERM");
  });

  test("shows no secret of what the command prints, also in other encodings", async () => {
    const script = `
      const secret = require("fs").readFileSync(0, "utf8");
      process.stderr.write("bad: " + secret + " " + JSON.stringify(secret) + " " + encodeURIComponent(secret) + " " + Buffer.from(secret).toString("base64"));
      process.exit(1);`;
    const error = await rejection(write(node(script)));
    expect(error.message).toContain("bad: [secret]");
    const shown = inspect(error, { depth: 12 });
    for (const part of ["c4n4ry", encodeURIComponent(canary).slice(0, 12), btoa(canary).slice(0, 12)])
      expect(shown).not.toContain(part);
  });

  test("shows nothing of output so long that a secret could be cut", async () => {
    const script = `
      const secret = require("fs").readFileSync(0, "utf8");
      process.stderr.write("x".repeat(70000) + secret, () => process.exit(1));`;
    expect((await rejection(write(node(script)))).message).toMatch(/ended with 1\. The store/);
  });

  test("ends a command that does not end by itself, also when a child of it goes on", async () => {
    const script = `
      require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"], { stdio: "inherit" });
      setTimeout(() => {}, 60000);`;
    const error = await rejection(write(node(script), { timeoutMs: 300 }));
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(error.message).toContain("did not end within 300 ms");
  });

  test("succeeds with a command that does not read its input", async () => {
    await execSink(node("process.exit(0)"), { format: () => "x".repeat(1_000_000) }).write(credentials, issued);
  });

  test("passes the secret on stdin, and never in arguments or environment", async () => {
    vi.stubEnv("VENDOR_SECRET", canary);
    const { command, seen } = await recorder();
    await write(command);
    const { stdin, argv, env } = await seen();
    expect(stdin).toBe(credentials.clientSecret);
    expect(JSON.stringify([argv, env])).not.toContain("c4n4ry");
    expect(env.PATH).toBe(process.env.PATH);
  });

  test("passes the named variables only", async () => {
    vi.stubEnv("GH_TOKEN", "gh-token");
    vi.stubEnv("OTHER", "other");
    const { command, seen } = await recorder();
    await write(command, { env: ["GH_TOKEN", "NOT_SET"] });
    const { env } = await seen();
    expect(env).toMatchObject({ GH_TOKEN: "gh-token" });
    expect(env).not.toHaveProperty("OTHER");
    expect(env).not.toHaveProperty("NOT_SET");
  });

  test("runs no shell", async () => {
    const { command, seen } = await recorder();
    await write([...command, "$HOME", "`id`", "a;b", ""]);
    expect((await seen()).argv.slice(2)).toEqual(["$HOME", "`id`", "a;b", ""]);
  });

  const { clientId, clientSecret } = credentials;
  test.each<[ExecSinkOptions, string]>([
    [{ format: "value" }, clientSecret],
    [{ format: "json" }, `${JSON.stringify({ CLIENT_ID: clientId, CLIENT_SECRET: clientSecret })}\n`],
    [
      { format: "json", keys: { clientId: "id", clientSecret: "secret" } },
      `${JSON.stringify({ id: clientId, secret: clientSecret })}\n`,
    ],
    [{ format: "dotenv" }, `CLIENT_ID=client-1\nCLIENT_SECRET=${JSON.stringify(clientSecret)}\n`],
    [{ format: (_, { vendor, id, name }) => [vendor, id, name].join() }, "acme,client-1,report"],
  ])("writes with %j", async (options, text) => {
    const { command, seen } = await recorder();
    await write(command, options);
    expect((await seen()).stdin).toBe(text);
  });
});

describe("discardSink", () => {
  test("takes a secret and does nothing", async () => {
    expect(await discardSink().write(credentials, issued)).toBeUndefined();
    expect(discardSink().check).toBeUndefined();
  });
});
