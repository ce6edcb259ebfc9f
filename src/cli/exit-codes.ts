import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { ClientResult, Plan, RunResult } from "oauth-clients/provision";

/** Exit codes of every command. They are documented in docs/guides/cli.md. */
export const exitCodes = {
  /** Done, or nothing to do. */
  ok: 0,
  /** Failed. Nothing is partly done. */
  failed: 1,
  /** Only `plan --exit-code`: there are changes. */
  changes: 2,
  /** Partly done. Run the command again. */
  partial: 3,
  /** A person has to decide. */
  decision: 4,
  /** A secret was issued, no store has it, and it could not be revoked. */
  secretNotStored: 5,
  /** The command line or the configuration is invalid. Nothing was sent. */
  usage: 64,
  /** Another run works on a client, or a server asks to wait longer than this run may. */
  busy: 75,
  /** Interrupted by a signal, between two steps. */
  interrupted: 130,
} as const;

/** The command line or the configuration file is invalid. The message is for the terminal and is complete. */
export class UsageError extends Error {
  override get name(): string {
    return "UsageError";
  }
}

/**
 * Checks before a run that a file of its output can be written.
 *
 * @throws {UsageError} the directory is missing, or the file is a directory or not writable
 */
export function requireWritable(option: "--out" | "--summary", file: string | undefined): void {
  if (file === undefined) return;
  try {
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
    if (!existsSync(file) || !statSync(file).isDirectory()) return;
  } catch {}
  throw new UsageError(`${option}: ${file} cannot be written. Check its directory and its permissions.`);
}

// The result that matters most comes first.
const precedence = [exitCodes.secretNotStored, exitCodes.partial, exitCodes.failed, exitCodes.decision, exitCodes.busy];

/** The exit code of a run: the most serious result of its clients. */
export function exitCodeOf(result: RunResult, interrupted: boolean): number {
  const codes = result.clients.map(exitCodeOfClient);
  const serious = precedence.find((code) => codes.includes(code));
  if (interrupted && serious !== exitCodes.secretNotStored) return exitCodes.interrupted;
  return serious ?? exitCodes.ok;
}

/** The exit code of one client's result. */
export function exitCodeOfClient(result: ClientResult): number {
  switch (result.status) {
    case "done":
    case "unchanged":
      return exitCodes.ok;
    case "stopped":
    case "not_in_plan":
      return exitCodes.decision;
    case "busy":
      return exitCodes.busy;
    case "skipped":
      return exitCodes.partial;
    case "failed":
      if (result.changed) return exitCodes.partial;
      return isRateLimit(result.error) ? exitCodes.busy : exitCodes.failed;
    case "secret_not_stored":
      return exitCodes.secretNotStored;
  }
}

/** The exit code of a plan. `detailed`: 2 where there are changes. */
export function exitCodeOfPlan({ actions }: Plan, detailed: boolean): number {
  if (actions.some(({ action }) => action === "stop")) return exitCodes.decision;
  if (actions.some(({ action }) => action === "busy")) return exitCodes.busy;
  return detailed && actions.some(({ action }) => action !== "none") ? exitCodes.changes : exitCodes.ok;
}

/** Whether a server asked to wait longer than the run may wait. */
export function isRateLimit(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === "rate_limited";
}
