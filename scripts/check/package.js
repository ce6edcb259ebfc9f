// Code that the steps of the check share: paths, starting tools, and the installed tarball.
import "../engines.js";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The package.json of this repository. */
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The entry points with code, and their import specifiers: `./token` -> `oauth-clients/token`. */
export const entries = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === "object")
  .map(([entry]) => ({ entry, specifier: entry.replace(/^\./, manifest.name) }));

/** Prints one line for each problem and ends the step. */
export function fail(...problems) {
  for (const problem of problems) console.error(`FAILED: ${problem}`);
  process.exit(1);
}

/** Runs a tool and returns its output. A tool that fails ends the step. */
export function run(command, args, { cwd = root, quiet = false, allowFailure = false } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    // npm and npx are scripts on Windows, and only a shell can start them.
    shell: process.platform === "win32" && ["npm", "npx"].includes(command),
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (allowFailure) return { ...result, ok: result.status === 0 };
  if (result.status !== 0) {
    if (quiet) console.error(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    fail(`${[command, ...args].join(" ")} ended with ${result.error?.message ?? result.signal ?? result.status}`);
  }
  return { ...result, ok: true };
}

/** A temporary folder that is removed at the end of the process. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `oauth-clients-${name}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Builds and packs, or returns the tarball of an earlier step of the same check. */
export function pack() {
  if (process.env.CHECK_PACKED) return JSON.parse(readFileSync(process.env.CHECK_PACKED, "utf8"));
  run("npm", ["run", "build", "--silent"]);
  const folder = temporaryFolder("pack");
  const { stdout } = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { quiet: true });
  const [packed] = JSON.parse(stdout);
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path).sort() };
}

/** An empty project with the tarball installed like a production dependency, without msw. Created once per check. */
export function consumer() {
  if (process.env.CHECK_CONSUMER) return process.env.CHECK_CONSUMER;
  const folder = temporaryFolder("consumer");
  install(folder, pack().tarball);
  return folder;
}

export function install(folder, tarball) {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  run("npm", ["install", "--omit=dev", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", tarball], {
    cwd: folder,
    quiet: true,
  });
}
