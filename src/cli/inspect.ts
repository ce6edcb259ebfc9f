import { appendFileSync, writeFileSync } from "node:fs";
import * as provision from "oauth-clients/provision";
import { type ConfigurationSelection, readConfiguration, readValidConfiguration } from "./configuration-file.js";
import { type Context, print, printError, printJson, quote, styleOf } from "./context.js";
import { exitCodeOfPlan, exitCodes, requireWritable } from "./exit-codes.js";
import { InterruptedError, withInterrupts } from "./interrupt.js";
import { renderPlanMarkdown } from "./markdown.js";
import { renderList } from "./render-list.js";
import { renderPlan } from "./render-plan.js";

/** Options of every command with a configuration. */
export interface CommonOptions extends ConfigurationSelection {
  readonly json?: boolean;
  readonly only?: readonly string[];
}

/** `check`: validates the configuration. Sends nothing. */
export async function check(context: Context, options: CommonOptions): Promise<number> {
  const { configuration, issues } = await readConfiguration(context, options);
  const isValid = issues.length === 0;
  if (options.json) printJson(context, { format: "oauth-clients/check/1", valid: isValid, issues });
  else if (isValid) print(context, `The configuration is valid: ${countOf(Object.keys(configuration.clients).length)}.`);
  else for (const { text } of issues) printError(context, text);
  return isValid ? exitCodes.ok : exitCodes.usage;
}

function countOf(clients: number): string {
  return clients === 1 ? "1 client" : `${clients} clients`;
}

/** `plan`: shows what `apply` would do. */
export async function plan(
  context: Context,
  options: CommonOptions & { readonly out?: string; readonly exitCode?: boolean; readonly summary?: string },
): Promise<number> {
  requireWritable("--out", options.out);
  requireWritable("--summary", options.summary);
  const configuration = await readValidConfiguration(context, options, options.only);
  const result = await readOnly((run) => provision.plan(configuration, { ...onlyOf(options), ...run }));
  if (options.json) printJson(context, result);
  else print(context, renderPlan(result, configuration, styleOf(context.stdout, context.env)));
  if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(result, undefined, 2)}\n`);
  if (options.summary !== undefined) appendFileSync(options.summary, renderPlanMarkdown(result));
  return exitCodeOfPlan(result, options.exitCode === true);
}

/** `list`: the managed clients. */
export async function list(context: Context, options: CommonOptions & { readonly unmanaged?: boolean }): Promise<number> {
  const configuration = await readValidConfiguration(context, options);
  const unmanaged = options.unmanaged === true;
  const clients = await readOnly((run) => provision.list(configuration, { ...run, unmanaged }));
  const { project, environment } = configuration;
  if (options.json) printJson(context, { format: "oauth-clients/list/1", project, environment, clients });
  else print(context, renderList(clients, Date.now(), styleOf(context.stdout, context.env)));
  return exitCodes.ok;
}

/** `output`: client ids and store locations, for other programs. */
export async function output(context: Context, options: CommonOptions & { readonly format?: string }): Promise<number> {
  const configuration = await readValidConfiguration(context, options, options.only);
  const clients = await readOnly((run) => provision.output(configuration, { ...onlyOf(options), ...run }));
  const { project, environment } = configuration;
  if (options.format === "env" && options.json !== true)
    for (const [key, { id, secretStore, values }] of Object.entries(clients))
      for (const [name, value] of Object.entries({ clientId: id, secretStore, ...values }))
        if (value !== undefined) print(context, `${variableName(key, name)}=${isPlain(value) ? value : quote(value)}`);
  if (options.format !== "env" || options.json === true)
    printJson(context, { format: "oauth-clients/output/1", project, environment, clients });
  return exitCodes.ok;
}

// Programs that read such a file without a shell do not remove quotes.
function isPlain(value: string): boolean {
  return /^[\w.:/@%+,=-]*$/.test(value);
}

function variableName(key: string, name: string): string {
  return `${key}_${name.replace(/([A-Z])/g, "_$1")}`.replace(/\W/g, "_").toUpperCase();
}

/** The option `only` of the library. */
export function onlyOf({ only }: CommonOptions): Pick<provision.RunOptions, "only"> {
  return only === undefined ? {} : { only };
}

/** Does work that changes nothing: the first signal ends it at once. */
export async function readOnly<T>(work: (options: Pick<provision.RunOptions, "signal">) => Promise<T>): Promise<T> {
  return withInterrupts(
    () => {},
    async ({ stopSignal: signal }) => {
      try {
        return await work({ signal });
      } catch (error) {
        throw signal.aborted ? new InterruptedError() : error;
      }
    },
  );
}
