import * as msw from "msw";
import { setupServer } from "msw/node";
import { simulateOry } from "oauth-clients/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createReport } from "../../examples/demo/report.js";
import { demonstrateOry } from "../../examples/ory/demo.js";

// A project is reached by its public name alone, so this runs in one process. The plan's limits make the demo wait.
vi.setConfig({ testTimeout: 60_000 });

const key = "ory_pat_sixteen_letters_and_more";
const project = simulateOry({ network: { project: "quiet-moon-a1", apiKey: key, rateLimits: "developer" } });
const network = setupServer(...project.handlers(msw));
beforeEach(() => network.listen({ onUnhandledRequest: "error" }));
afterEach(() => network.close());

async function demonstrate(environment: Record<string, string>): Promise<string> {
  let output = "";
  const report = createReport((text) => {
    output += text;
  }, true);
  const { perform, close } = await demonstrateOry({
    report,
    file: undefined,
    environment,
    signal: new AbortController().signal,
  });
  await perform().finally(close);
  return output;
}

describe("the demo on a project of Ory Network", () => {
  test("says that the key is not accepted", async () => {
    const wrong = demonstrate({ ORY_PROJECT_SLUG: "quiet-moon-a1", ORY_PROJECT_API_KEY: "ory_pat_wrong" });
    await expect(wrong).rejects.toThrow(/ory list clients: .*\(401[,)]/);
    expect(project.clients).toEqual([]);
  });

  test("runs within the limits of the free plan, in colours where it is told so", async () => {
    const output = await demonstrate({ ORY_PROJECT_SLUG: "quiet-moon-a1", ORY_PROJECT_API_KEY: key });
    expect(output).toContain("Ory Network, project quiet-moon-a1");
    expect(output).toContain("\u001b[32m✓\u001b[0m the old secret gets one too, until it is forgotten");
    expect(output).toContain("All 24 checks passed.");
    expect(output).not.toContain(key);
    expect(project.clients).toEqual([]);
  });
});
