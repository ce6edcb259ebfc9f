import { simulateOry } from "oauth-clients/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { inDirectory, type RunSettings, runCli } from "./terminal.js";
import { oryConfiguration } from "./vendors.js";

async function setup() {
  const ory = simulateOry();
  const server = await ory.listen();
  onTestFinished(() => server.close());
  inDirectory({ "oauth-clients.config.yaml": oryConfiguration(server.urls.admin) });
  const host = new URL(server.urls.admin).host;
  const run = (words: readonly string[], settings: RunSettings = {}) => runCli(words, { env: server.env(), ...settings });
  return { ory, host, run };
}

const limited = { status: 429, headers: { "retry-after": "1" } };

describe("the progress of a run", () => {
  test("explains a wait that a server asked for, in one line without a terminal", async () => {
    const { ory, host, run } = await setup();
    ory.failNext("createOAuth2Client", limited);
    const { code, stderr } = await run(["apply"]);
    expect(code).toBe(0);
    expect(stderr.split("\n")[0]).toBe(`    waiting 1 s (rate limit of ${host})`);
    expect(stderr).toContain("  ✓ nightly-report  created");
  });

  test("rewrites one line on a terminal, no longer than the terminal is wide, and removes it at the end", async () => {
    const { ory, run } = await setup();
    ory.failNext("createOAuth2Client", limited);
    const { code, stderr } = await run(["apply"], { isTTY: true, columns: 60 });
    expect(code).toBe(0);
    const clear = "\r\u001b[K";
    const lines = stderr.split(clear);
    expect(lines.find((line) => line.includes("waiting 1 s (rate limit of "))).toBeDefined();
    for (const line of lines.filter((text) => /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(text))) {
      expect(line.length).toBeLessThan(60);
      expect(line).toMatch(/^ {2}. nightly-report {2}\S/);
    }
    expect(lines.at(-1)).toMatch(/✓.* nightly-report {2}created .*\n$/);
  });

  test("is not shown with --json, and a wait is not either", async () => {
    const { ory, run } = await setup();
    ory.failNext("createOAuth2Client", limited);
    const { stdout, stderr } = await run(["apply", "--json"], { isTTY: true });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });
});
