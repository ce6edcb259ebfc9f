import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "../../src/cli/program.js";

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunSettings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly isTTY?: boolean;
  readonly input?: string;
}

/** Runs the command in this process. */
export async function runCli(parameters: readonly string[], settings: RunSettings = {}): Promise<Ended> {
  const { env = {}, columns = 80, isTTY = false, input = "" } = settings;
  const shown: Record<"stdout" | "stderr", string[]> = { stdout: [], stderr: [] };
  const code = await run(parameters, {
    stdout: { write: (text) => shown.stdout.push(text), columns, isTTY },
    stderr: { write: (text) => shown.stderr.push(text), columns, isTTY },
    env,
    readInput: async () => input,
  });
  return { code, stdout: shown.stdout.join(""), stderr: shown.stderr.join("") };
}

/** A temporary directory with files, as the working directory until the test ends. */
export function inDirectory(files: Readonly<Record<string, string>>): {
  readonly path: string;
  readonly read: (name: string) => string;
  readonly write: (name: string, text: string) => void;
} {
  const path = mkdtempSync(join(tmpdir(), "cli-"));
  const previous = process.cwd();
  const write = (name: string, text: string) => writeFileSync(join(path, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  process.chdir(path);
  onTestFinished(() => {
    process.chdir(previous);
    rmSync(path, { recursive: true, force: true });
  });
  return { path, write, read: (name) => readFileSync(join(path, name), "utf8") };
}

/** Text without what differs between runs: ports, ids, times and tokens. Widths stay. */
export function withoutVolatile(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "00000000-0000-0000-0000-000000000000")
    .replace(/\bE[UCAS]+\.[0-9a-f]{16}\b/g, "EU.0000000000000000")
    .replace(/\b(oc|ot)-\w{16}\b/g, "$1-0000000000000000")
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-01T00:00:00.000Z")
    .replace(/\bsecret \d s old/g, "secret 0 s old");
}
