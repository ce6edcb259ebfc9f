import { readFileSync } from "node:fs";
import { simulateOry } from "oauth-clients/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { inDirectory, runCli } from "../cli/terminal.js";
import { oryConfiguration } from "../cli/vendors.js";
import { root } from "../package/tree.js";

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] }>>;
}

const workflow = parse(readFileSync(`${root}examples/ci/oauth-clients.yml`, "utf8")) as Workflow;

const commandsOf = (job: string) =>
  (workflow.jobs[job]?.steps ?? []).flatMap(({ run }) => /^npx --no-install oauth-clients (.+)$/.exec(run ?? "")?.[1] ?? []);

describe("examples/ci/oauth-clients.yml", () => {
  test("may read the repository only, and pins the actions to the commits that the workflows of this repository use", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    const uses = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap((step) => step.uses ?? []));
    const own = readFileSync(`${root}.github/workflows/check.yml`, "utf8");
    expect(uses.filter((action) => !/^actions\/[a-z-]+@[0-9a-f]{40}$/.test(action) || !own.includes(action))).toEqual([]);
  });

  test("has commands that work, in the order of the jobs", async () => {
    const ory = simulateOry();
    const server = await ory.listen();
    onTestFinished(() => server.close());
    const rotation = "    rotation: { every: 1s, overlap: 1h }\n";
    const text = oryConfiguration(server.urls.admin, rotation).replace("staging", "prod");
    const { read, path } = inDirectory({ "oauth-clients.config.yaml": text });
    const ran: string[] = [];
    for (const line of ["plan", "apply", "rotate"].flatMap(commandsOf)) {
      // The secret must be a second old before its rotation is due.
      if (line.startsWith("rotate")) await new Promise((resolve) => setTimeout(resolve, 1_100));
      const words = line.replace('"$GITHUB_STEP_SUMMARY"', `${path}/summary.md`).split(" ");
      const { code, stdout, stderr } = await runCli(words, { env: server.env() });
      expect(code, `${line}: ${stderr}${stdout}`).toBe(0);
      ran.push(words[0] ?? "");
    }
    expect(ran).toEqual(["check", "plan", "apply", "rotate"]);
    expect(read("summary.md").match(/^### .*/gm)).toEqual([
      "### Plan of acme-platform / prod",
      "### apply of acme-platform / prod",
      "### rotate of acme-platform / prod",
    ]);
    expect(ory.requests.filter(({ operationId }) => operationId === "rotateOAuth2ClientSecret")).toHaveLength(1);
  });
});
