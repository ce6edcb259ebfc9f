import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { root } from "./tree.js";

/** Starts a program in a process that reports another version of Node. */
function startOn(version: string, program: string) {
  const versions = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
  const settings = { cwd: root, encoding: "utf8" } as const;
  return spawnSync(process.execPath, ["--import", `data:text/javascript,${encodeURIComponent(versions)}`, program], settings);
}

describe("a program of the repository on an unsupported version of Node", () => {
  test.each(["scripts/engines.js", "scripts/check.js", "scripts/drift.js", "bench/run.js", "test/runtimes/run.js"])(
    "%s prints one line and ends with exit code 1",
    (program) => {
      const { status, stdout, stderr } = startOn("20.18.3", program);
      expect({ status, stdout, stderr }).toEqual({
        status: 1,
        stdout: "",
        stderr: "Node 20.19 or newer is required; this is Node 20.18.3.\n",
      });
    },
  );

  test.each(["18.20.0", "19.99.0", "20.18.9"])("is rejected: Node %s", (version) => {
    expect(startOn(version, "scripts/engines.js").status).toBe(1);
  });

  test.each(["20.19.0", "21.0.0", "26.1.0"])("is not rejected: Node %s", (version) => {
    expect(startOn(version, "scripts/engines.js")).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});

describe("every program of the repository", () => {
  test("imports scripts/engines.js first", () => {
    const names = readdirSync(`${root}scripts`).filter((name) => name.endsWith(".js") && name !== "engines.js");
    const programs = [
      ...names.map((name) => `scripts/${name}`),
      "scripts/check/package.js",
      "bench/run.js",
      "test/runtimes/run.js",
    ];
    const first = programs.map((program) => /^import .*?"([^"]+)";$/m.exec(readFileSync(root + program, "utf8"))?.[1]);
    expect(first.filter((specifier) => !specifier?.endsWith("/engines.js"))).toEqual([]);
  });

  test("is started by npm run demo through scripts/engines.js", () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
    expect(scripts.demo).toMatch(/^node scripts\/engines\.js && /);
    expect(() => execFileSync(process.execPath, ["scripts/engines.js"], { cwd: root, stdio: "pipe" })).not.toThrow();
  });
});
