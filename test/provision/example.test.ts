import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulateOry } from "oauth-clients/testing";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../examples/program.js";

test("examples/provision/run.ts creates the clients, plans nothing afterwards, and deletes them again", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "provision-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const simulator = simulateOry();
  await using server = await simulator.listen();
  const environment = { ORY_ADMIN_URL: server.urls.admin, ORY_PUBLIC_URL: server.urls.public };
  const program = (...words: string[]) => run(["examples/provision/run.ts", folder, ...words], { environment });

  const created = await program();
  expect(created.errors).toBe("");
  expect(created.output).toContain("plan   nightly-report: create\nresult nightly-report: done\nplan   nightly-report: none");
  expect(simulator.clients).toHaveLength(1);
  const stored = readFileSync(join(folder, "staging-nightly-report.env"), "utf8");
  expect(stored).toMatch(/^CLIENT_ID=.+\nCLIENT_SECRET=.+\n$/);
  expect(created.output).not.toContain(/CLIENT_SECRET=(.+)/.exec(stored)?.[1]);

  expect((await program("destroy")).output).toContain("result nightly-report: done");
  expect(simulator.clients).toHaveLength(0);
});
