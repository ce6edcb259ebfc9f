import { isOAuthClientsError } from "oauth-clients";
import { exitCodes, UsageError } from "./exit-codes.js";
import { printError } from "./output.js";

/** Writes one message for an error that ended a command. Returns the exit code. */
export function reportError(error: unknown): number {
  if (error instanceof UsageError) {
    printError(error.message);
    return exitCodes.usage;
  }
  if ((error as { code?: unknown } | null)?.code === "invalid_configuration") {
    printError((error as Error).message);
    return exitCodes.usage;
  }
  printError(isOAuthClientsError(error) || error instanceof Error ? error.message : "The command failed.");
  return isOAuthClientsError(error) && error.code === "rate_limited" ? exitCodes.busy : exitCodes.failed;
}
