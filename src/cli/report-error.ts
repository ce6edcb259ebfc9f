import { CommanderError } from "commander";
import { type Context, printError, printJson } from "./context.js";
import { exitCodes, isRateLimit, UsageError } from "./exit-codes.js";
import { InterruptedError } from "./interrupt.js";

/** Writes one message for an error that ended a command, and with `--json` a document. Returns the exit code. */
export function reportError(context: Context, error: unknown, json: boolean): number {
  const exitCode = exitCodeOfError(error);
  const message = error instanceof Error ? error.message : "The command failed.";
  // Commander has written its own message.
  if (!(error instanceof CommanderError)) printError(context, message);
  if (json) printJson(context, { format: "oauth-clients/error/1", exitCode, message });
  return exitCode;
}

function exitCodeOfError(error: unknown): number {
  if (error instanceof InterruptedError || (error as { cause?: unknown } | null)?.cause instanceof InterruptedError)
    return exitCodes.interrupted;
  const isUsage =
    error instanceof UsageError ||
    error instanceof CommanderError ||
    (error as { code?: unknown } | null)?.code === "invalid_configuration";
  if (isUsage) return exitCodes.usage;
  return isRateLimit(error) ? exitCodes.busy : exitCodes.failed;
}
