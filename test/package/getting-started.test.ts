import { existsSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { inDirectory, runCli } from "../cli/terminal.js";
import { startVendors } from "../cli/vendors.js";
import { blocksOf } from "./markdown.js";
import { root } from "./tree.js";

vi.setConfig({ testTimeout: 60_000 });

test("the commands of the first guide create, list, rotate and delete three clients", async () => {
  const { env, accounts, ory, genesys } = await startVendors();
  const blocks = blocksOf(readFileSync(`${root}docs/guides/getting-started.md`, "utf8"));
  const [configuration] = blocks.filter(({ language }) => language === "yaml");
  const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ text }) => text.split("\n"));
  const commands = lines
    .filter((line) => line.startsWith("npx oauth-clients ") && !line.includes(" simulate "))
    .map((line) => line.replace("npx oauth-clients ", "").split(" "));
  expect(commands.map(([name]) => name)).toEqual(["plan", "apply", "plan", "list", "token", "rotate", "rotate", "destroy"]);
  inDirectory({
    "oauth-clients.config.yaml": (configuration?.text ?? "").replace("http://127.0.0.1:4444", accounts.ory),
  });
  const shown: string[] = [];
  for (const [index, command] of commands.entries()) {
    const { code, stdout, stderr } = await runCli(command, { env });
    expect(code, `${command.join(" ")}: ${stderr}`).toBe(0);
    shown.push(stdout);
    if (index === 1)
      expect([ory.clients.length, genesys.clients.length, existsSync("secrets/report.json")]).toEqual([2, 1, true]);
  }
  expect(shown[0]).toContain("3 to create.");
  expect(shown[2]).toContain("3 up to date.");
  expect([ory.clients.length, genesys.clients.length]).toEqual([0, 0]);
});
