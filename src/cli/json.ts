import type { ClientResult, Configuration, RunResult } from "oauth-clients/provision";
import { exitCodeOfClient } from "./exit-codes.js";
import type { CommandName } from "./render-result.js";

/** The JSON document of a run. Its form is documented in docs/guides/cli.md; another form gets another `format`. */
export function resultDocument(
  command: CommandName,
  { project, environment }: Pick<Configuration, "project" | "environment">,
  { ok, clients }: RunResult,
  exitCode: number,
): object {
  return {
    format: "oauth-clients/result/1",
    command,
    project,
    environment,
    ok,
    exitCode,
    clients: clients.map(clientDocument),
  };
}

function clientDocument(result: ClientResult): object {
  const { error, ...rest } = { error: undefined, ...result };
  return { ...rest, exitCode: exitCodeOfClient(result), ...(error === undefined ? {} : { error: errorDocument(error) }) };
}

// The message is beside it. Errors of other libraries can have members that hold secrets.
function errorDocument(error: unknown): object {
  const { name, code, outcome, clientId, retryAfterMs } = error as Readonly<Record<string, unknown>>;
  const known = { name, code, outcome, clientId, retryAfterMs };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => ["string", "number"].includes(typeof value)));
}
