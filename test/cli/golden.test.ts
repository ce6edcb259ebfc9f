import { describe, expect, test } from "vitest";
import { inDirectory, runCli, withoutVolatile } from "./terminal.js";
import { configurationOf, startVendors } from "./vendors.js";

describe.each([80, 120])("the output at %i columns", (columns) => {
  test("is the golden text of a whole life of four clients", async () => {
    const { env, accounts, genesys, ovh, tfe, ory } = await startVendors();
    const folder = inDirectory({ "oauth-clients.config.yaml": configurationOf(accounts) });
    const shown: string[] = [];
    const run = async (line: string, expected: number) => {
      const { code, stdout, stderr } = await runCli(line.split(" "), { env, columns });
      // Clients are worked on at the same time: their lines end in any order.
      const progress = stderr
        .split("\n")
        .filter((text) => text !== "")
        .sort()
        .join("\n");
      shown.push(`$ oauth-clients ${line}\n${progress}${progress === "" ? "" : "\n"}${stdout}`);
      expect(code, `${line}: ${stderr}`).toBe(expected);
    };
    await run("plan", 0);
    await run("apply", 0);
    await run("plan --exit-code", 0);
    folder.write("oauth-clients.config.yaml", configurationOf(accounts, "read, write"));
    await run("plan --exit-code", 2);
    await run("apply", 0);
    await run("rotate --plan nightly-report dns-deploy sync", 0);
    await run("rotate nightly-report", 0);
    await run("list", 0);
    await run("rotate nightly-report --finish", 0);
    await run("output --format env --only github", 0);
    await run("destroy --confirm acme-platform", 0);
    await run("list", 0);
    expect([ory, ovh, genesys, tfe].map(({ clients }) => clients.length)).toEqual([0, 0, 0, 0]);
    const text = withoutVolatile(shown.join("\n"));
    const tooLong = text
      .split("\n")
      .filter((line) => line.length > columns && line.trim().includes(" ") && !line.startsWith("GITHUB"));
    expect(tooLong).toEqual([]);
    await expect(text).toMatchFileSnapshot(`golden/life-${columns}.txt`);
  });
});

describe("colours and live lines", () => {
  const setup = async () => {
    const { env, accounts } = await startVendors();
    inDirectory({ "oauth-clients.config.yaml": configurationOf(accounts) });
    return env;
  };
  const esc = String.fromCharCode(27);

  test("are used on a terminal", async () => {
    const env = await setup();
    const { stdout } = await runCli(["plan"], { env, isTTY: true });
    expect(stdout).toContain(`${esc}[32m  + nightly-report`);
    const { stderr } = await runCli(["apply"], { env, isTTY: true });
    expect(stderr).toContain(`${esc}[32m✓${esc}[39m nightly-report`);
  });

  test.each([
    ["NO_COLOR", { NO_COLOR: "1" }, true],
    ["a pipe", {}, false],
    ["a CI job", { CI: "true" }, true],
    ["a dumb terminal", { TERM: "dumb" }, true],
  ])("are not used with %s", async (_, more, isTTY) => {
    const env = { ...(await setup()), ...more };
    const { stdout, stderr } = await runCli(["apply"], { env, isTTY });
    expect(stdout).not.toContain(esc);
    expect(stderr).not.toContain(`${esc}[3`);
    if (!("NO_COLOR" in more)) expect(stderr).not.toContain(esc);
  });
});
