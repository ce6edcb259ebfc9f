import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../package/tree.js";
import { runCli } from "./terminal.js";

const commands = [
  ...["check", "plan", "list", "output", "apply", "destroy", "rotate", "token", "import", "forget", "resolve"],
  ...["migrate", "simulate"],
];

describe("an invalid command line ends with exit code 64 and sends nothing", () => {
  test("an unknown command, with a suggestion", async () => {
    const { code, stdout, stderr } = await runCli(["plna"]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toBe("error: unknown command 'plna'\n(Did you mean plan?)\n");
  });

  test("an unknown option, with a suggestion", async () => {
    const { code, stderr } = await runCli(["plan", "--exit-cod"]);
    expect(code).toBe(64);
    expect(stderr).toBe("error: unknown option '--exit-cod'\n(Did you mean --exit-code?)\n");
  });

  test("an unknown option with --json, as a document too", async () => {
    const { code, stdout, stderr } = await runCli(["plan", "--nope", "--json"]);
    expect(code).toBe(64);
    expect(stderr).toBe("error: unknown option '--nope'\n");
    expect(JSON.parse(stdout)).toEqual({ format: "oauth-clients/error/1", exitCode: 64, message: stderr.trim() });
  });

  test.each([
    [["import", "legacy"], "error: missing required argument 'id'"],
    [["plan", "extra"], "error: too many arguments for 'plan'. Expected 0 arguments but got 1."],
    [["destroy"], "error: required option '--confirm <project>' not specified"],
    [["apply", "--allow", "create:a"], "Expected delete:KEY."],
    [["output", "--format", "xml"], "Allowed choices are json, env."],
    [["rotate", "a", "--begin", "--finish"], "error: option '--begin' cannot be used with option '--finish'"],
    [["resolve", "a", "--take", "1", "--trust", "1"], "cannot be used with option '--trust <id>'"],
    [["import", "a", "1", "--secret-env", "A", "--secret-file", "b"], "cannot be used with option '--secret-env <variable>'"],
    [["simulate", "--port", "0"], "Expected a number from 1 to 65000."],
    [["resolve", "a"], "One of --trust ID, --reissue ID and --take ID is required."],
    [["rotate"], "Name the clients to rotate, or use --due."],
    [["simulate", "acme"], 'Unknown vendor "acme". Vendors: ory, ovh, genesys, tfe.'],
  ])("%j", async (parameters, message) => {
    const { code, stdout, stderr } = await runCli(parameters);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("without a command, with the list of commands", async () => {
    const { code, stderr } = await runCli([]);
    expect(code).toBe(64);
    for (const command of commands) expect(stderr).toContain(`  ${command} [options]`);
  });
});

test("--version writes the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

describe("--help", () => {
  test("lists every command", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const listed = stdout.match(/^ {2}[a-z]+(?= \[)/gm)?.map((line) => line.trim());
    expect(listed?.sort()).toEqual([...commands, "help"].sort());
  });

  test.each(commands)("describes %s with its options and an example", async (command) => {
    const { code, stdout, stderr } = await runCli([command, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: oauth-clients ${command} `));
    expect(stdout).toMatch(new RegExp(`\\nExample:\\n {2}.*oauth-clients ${command}`));
  });

  test.each([80, 120])("is the golden text of plan and apply at %i columns", async (columns) => {
    const { stdout: plan } = await runCli(["plan", "--help"], { columns });
    const { stdout: apply } = await runCli(["apply", "--help"], { columns });
    expect(Math.max(...`${plan}${apply}`.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
    await expect(`${plan}\n${apply}`).toMatchFileSnapshot(`golden/help-${columns}.txt`);
  });
});
