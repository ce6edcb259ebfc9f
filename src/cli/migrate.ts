import { readFileSync } from "node:fs";
import type { Context } from "./context.js";
import { UsageError } from "./exit-codes.js";

/** Options of `migrate`. */
export interface MigrateOptions {
  /** The configuration to write. */
  readonly out: string;
  /** Where known secrets go: `files:DIRECTORY`. */
  readonly store: string;
  readonly project: string;
  readonly env: string;
  readonly json?: boolean;
}

/** `migrate`: writes a configuration from a Terraform state. */
export async function migrate(context: Context, source: string, { store }: MigrateOptions): Promise<number> {
  if (!store.startsWith("files:")) throw new UsageError("--store: expected files:DIRECTORY.");
  const state = parseState(source === "-" ? await context.readInput() : readFileSync(source, "utf8"));
  if (!String(state.format_version).startsWith("1.")) throw new UsageError("The state has a format that is not supported.");
  throw new UsageError("migrate is not available yet.");
}

function parseState(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('The input is no JSON. Pass the output of "terraform show -json".');
  }
}
