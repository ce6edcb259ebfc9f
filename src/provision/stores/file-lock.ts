import { unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { sleep } from "../../core/abort.js";
import type { CallOptions } from "../../core/manager.js";
import { createFileAtomically, readFileIfExists } from "../../node/files.js";
import { StoreError } from "./errors.js";
import { parseFields } from "./fields.js";

// A lock exists for the milliseconds of one read and one rename. Longer means that its process is suspended or on another machine.
const defaultTimeoutMs = 10_000;
const pollMs = 10;

// Locks of this process. A file that names this process id and is not in here is of an earlier process with the same id.
const own = new Set<string>();

/**
 * Runs `work` while a lock file exists. The lock of a process that has ended on this machine (kill -9) is removed. A lock of a living
 * process, or of another machine, is never removed.
 *
 * @throws {StoreError} the lock was not free within `timeoutMs` (default 10 s)
 */
export async function withFileLock<T>(
  path: string,
  operation: string,
  options: CallOptions | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const id = crypto.randomUUID();
  const text = JSON.stringify({ pid: process.pid, host: hostname(), id });
  const deadline = performance.now() + (options?.timeoutMs ?? defaultTimeoutMs);
  own.add(id);
  try {
    while (!(await createFileAtomically(path, text))) {
      await removeDeadLock(path);
      if (performance.now() > deadline) throw busy(path, operation);
      await sleep(pollMs * (1 + Math.random()), options?.signal);
    }
    try {
      return await work();
    } finally {
      // The work is done. A lock that stays is a dead lock when this process ends.
      await unlink(path).catch(() => undefined);
    }
  } finally {
    own.delete(id);
  }
}

// Only the owner of the second lock removes a dead lock, so that a new lock is never taken for the dead one.
async function removeDeadLock(path: string): Promise<void> {
  const text = await readFileIfExists(path);
  if (text === undefined || isAlive(text)) return;
  const guard = `${path}.break`;
  if (!(await createFileAtomically(guard, text))) return;
  try {
    if ((await readFileIfExists(path)) === text) await unlink(path);
  } finally {
    await unlink(guard);
  }
}

// Without proof that the owner has ended, it is alive.
function isAlive(text: string): boolean {
  const { pid, host, id } = parseFields(text) ?? {};
  if (typeof pid !== "number" || host !== hostname()) return true;
  if (pid === process.pid) return own.has(String(id));
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function busy(path: string, operation: string): StoreError {
  return new StoreError({
    store: "file",
    operation,
    problem: `another process has locked the file (${path})`,
    outcome: "not_applied",
    advice: "Run again later. Delete the lock file when no such process exists.",
  });
}
