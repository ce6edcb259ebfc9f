import { appendFileSync } from "node:fs";
import type { Configuration, RunOptions, RunResult } from "oauth-clients/provision";
import { type Context, print, printError, printJson, styleOf } from "./context.js";
import { exitCodeOf, requireWritable } from "./exit-codes.js";
import type { CommonOptions } from "./inspect.js";
import { withInterrupts } from "./interrupt.js";
import { resultDocument } from "./json.js";
import { renderResultMarkdown } from "./markdown.js";
import { createProgressView } from "./progress.js";
import { type CommandName, renderResult } from "./render-result.js";

/** Does the work of a command that changes clients, and shows its progress and its result. Resolves to the exit code. */
export async function runAndShow(
  context: Context,
  command: CommandName,
  configuration: Configuration,
  options: CommonOptions & { readonly summary?: string },
  work: (options: RunOptions) => Promise<RunResult>,
): Promise<number> {
  requireWritable("--summary", options.summary);
  const keys = Object.keys({ ...configuration.clients, ...configuration.removed });
  const view = createProgressView(context.stderr, styleOf(context.stderr, context.env), {
    silent: options.json === true,
    keyWidth: Math.max(0, ...keys.map((key) => key.length)),
  });
  let interrupted = false;
  const announce = () => {
    interrupted = true;
    view.clear();
    printError(context, "Interrupted: finishing the step in progress. Press Ctrl-C again to stop now.");
  };
  const result = await withInterrupts(announce, async (signals) => {
    try {
      return await work({ ...signals, onEvent: view.onEvent });
    } finally {
      view.stop();
    }
  });
  const exitCode = exitCodeOf(result, interrupted);
  if (options.json) printJson(context, resultDocument(command, configuration, result, exitCode));
  else
    print(context, renderResult(result, { command, ...selectionOf(options) }, exitCode, styleOf(context.stdout, context.env)));
  if (options.summary !== undefined) appendFileSync(options.summary, renderResultMarkdown(command, configuration, result));
  return exitCode;
}

function selectionOf({ config, env }: CommonOptions) {
  return { ...(config === undefined ? {} : { config }), ...(env === undefined ? {} : { env }) };
}
