import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root } from "./tree.js";

describe("the count of the tests of a run", () => {
  let reports: string;
  beforeEach(() => {
    reports = mkdtempSync(join(tmpdir(), "reports-"));
  });
  afterEach(() => {
    rmSync(reports, { recursive: true });
  });

  function count(exitCode: number) {
    const { stdout } = spawnSync(process.execPath, ["scripts/count.js", reports, String(exitCode)], {
      cwd: root,
      encoding: "utf8",
    });
    return stdout.trim();
  }

  test("has at least one failure when the run failed", () => {
    expect(count(1)).toBe("0 passed, 1 failed");
  });

  test("counts a file that failed before its first test", () => {
    const testResults = [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{ status: "failed" }] },
    ];
    writeFileSync(join(reports, "unit.json"), JSON.stringify({ numPassedTests: 7, numFailedTests: 1, testResults }));
    expect(count(1)).toBe("7 passed, 2 failed");
  });

  test("adds the reports, and ignores logs and folders of tools beside them", () => {
    writeFileSync(join(reports, "unit.json"), JSON.stringify({ numPassedTests: 7, numFailedTests: 0, testResults: [] }));
    writeFileSync(join(reports, "interop.txt"), "# pass 5\n# fail 0\n");
    writeFileSync(join(reports, "runtimes.txt"), "node 20: 3 of 3\n\u001b[32m30 passed, 0 failed\u001b[39m\n");
    writeFileSync(join(reports, "redis.log"), "# pass 100\n");
    mkdirSync(join(reports, "python"));
    expect(count(0)).toBe("42 passed, 0 failed");
  });
});
