import { appendFileSync, readFileSync } from "node:fs";
import * as provision from "oauth-clients/provision";
import type { Plan, RunOptions, RunResult } from "oauth-clients/provision";
import { type ConfigurationSelection, type LoadedConfiguration, readConfiguration } from "./configuration-file.js";
import { exitCodeOf, exitCodes, UsageError } from "./exit-codes.js";
import { listenForInterrupts } from "./interrupt.js";
import { print, printError, printJson, writeOutput } from "./output.js";
import { createProgressView } from "./progress.js";
import { hasChanges, renderList, renderMarkdown, renderPlan, renderResult } from "./render.js";
import { runCommand, startSimulators } from "./simulate.js";
import { styleOf } from "./terminal.js";

interface CommonOptions extends ConfigurationSelection {
  readonly json?: boolean;
  readonly only?: readonly string[];
}

/** `check`: validates the configuration. Sends nothing. */
export async function check(options: CommonOptions): Promise<number> {
  const { configuration, describe } = await readConfiguration(options);
  const issues = provision.check(configuration);
  if (options.json) printJson({ format: "oauth-clients/check/1", valid: issues.length === 0, issues });
  else if (issues.length === 0) print(`The configuration is valid: ${Object.keys(configuration.clients).length} clients.`);
  else for (const issue of issues) printError(describe(issue));
  return issues.length === 0 ? exitCodes.ok : exitCodes.usage;
}

interface PlanOptions extends CommonOptions {
  readonly out?: string;
  readonly exitCode?: boolean;
  readonly summary?: string;
}

/** `plan`: shows what `apply` would do. */
export async function plan(options: PlanOptions): Promise<number> {
  const loaded = await readValid(options);
  const result = await withInterrupts((signals) => provision.plan(loaded.configuration, { ...only(options), ...signals }));
  showPlan(result, loaded, options);
  if (options.out !== undefined) writeOutput(options.out, JSON.stringify(result, undefined, 2));
  if (options.summary !== undefined) appendFileSync(options.summary, renderMarkdown(result));
  if (result.actions.some(({ action }) => action === "stop")) return exitCodes.decision;
  if (result.actions.some(({ action }) => action === "busy")) return exitCodes.busy;
  return options.exitCode && hasChanges(result) ? exitCodes.changes : exitCodes.ok;
}

function showPlan(result: Plan, { configuration }: LoadedConfiguration, { json }: CommonOptions): void {
  if (json) printJson(result);
  else print(renderPlan(result, configuration, styleOf(process.stdout, process.env)));
}

interface ApplyOptions extends CommonOptions {
  readonly plan?: string;
  readonly allow?: readonly string[];
  readonly stopOnError?: boolean;
  readonly summary?: string;
}

/** `apply`: creates and updates clients as declared. */
export async function apply(options: ApplyOptions): Promise<number> {
  const loaded = await readValid(options);
  const agreed = options.plan === undefined ? {} : { plan: readPlan(options.plan) };
  return runAndShow(options, (run) =>
    provision.apply(loaded.configuration, {
      ...run,
      ...agreed,
      ...(options.allow === undefined ? {} : { allowDelete: options.allow }),
      ...(options.stopOnError === undefined ? {} : { stopOnError: options.stopOnError }),
    }),
  );
}

function readPlan(file: string): Plan {
  try {
    const parsed = JSON.parse(readFileSync(file, "utf8")) as Plan;
    if (parsed.format === "oauth-clients/plan/1") return parsed;
  } catch {}
  throw new UsageError(`--plan: ${file} is not a plan. Write one with "oauth-clients plan --out ${file}".`);
}

/** `destroy`: deletes every managed client of the environment. */
export async function destroy(options: CommonOptions & { readonly confirm: string }): Promise<number> {
  const { configuration } = await readValid(options);
  if (options.confirm !== configuration.project)
    throw new UsageError(`--confirm: expected the name of the project, ${configuration.project}.`);
  return runAndShow(options, (run) => provision.destroy(configuration, { ...run, confirm: options.confirm }));
}

interface RotateOptions extends CommonOptions {
  readonly begin?: boolean;
  readonly finish?: boolean;
  readonly due?: boolean;
  readonly plan?: boolean;
}

/** `rotate`: issues new secrets, or ends the old ones. */
export async function rotate(keys: readonly string[], options: RotateOptions): Promise<number> {
  if (options.begin && options.finish) throw new UsageError("--begin cannot be combined with --finish.");
  if (keys.length === 0 && !options.due) throw new UsageError("Name the clients to rotate, or use --due.");
  const loaded = await readValid(options);
  if (options.plan) {
    const result = await provision.plan(loaded.configuration, keys.length === 0 ? {} : { only: keys });
    showPlan(result, loaded, options);
    return exitCodes.ok;
  }
  return runAndShow(options, (run) =>
    provision.rotate(loaded.configuration, keys, {
      ...run,
      stage: options.finish ? "finish" : "begin",
      ...(options.due === undefined ? {} : { due: options.due }),
    }),
  );
}

/** `import`: takes over an existing client by its id. */
export async function importClient(
  key: string,
  id: string,
  options: CommonOptions & { readonly secretEnv?: string; readonly secretFile?: string },
): Promise<number> {
  if (options.secretEnv !== undefined && options.secretFile !== undefined)
    throw new UsageError("--secret-env cannot be combined with --secret-file.");
  const { configuration } = await readValid(options);
  const clientSecret =
    options.secretEnv !== undefined
      ? provision.fromEnv(options.secretEnv)
      : options.secretFile !== undefined
        ? provision.fromFile(options.secretFile)
        : undefined;
  return runAndShow(options, (run) =>
    provision.importClient(configuration, key, { id, ...(clientSecret === undefined ? {} : { clientSecret }) }, run),
  );
}

/** `forget`: stops managing a client. */
export async function forget(key: string, options: CommonOptions): Promise<number> {
  const { configuration } = await readValid(options);
  return runAndShow(options, (run) => provision.forget(configuration, key, run));
}

const resolutions = ["trust", "reissue", "take"] as const;

/** `resolve`: a decision about a client that `plan` shows with x. */
export async function resolve(
  key: string,
  options: CommonOptions & { readonly [Name in (typeof resolutions)[number]]?: string },
): Promise<number> {
  const [as, ...more] = resolutions.filter((name) => options[name] !== undefined);
  if (as === undefined || more.length > 0) throw new UsageError("Use exactly one of --trust ID, --reissue ID and --take ID.");
  const { configuration } = await readValid(options);
  return runAndShow(options, (run) => provision.resolve(configuration, key, { as, id: options[as] as string }, run));
}

/** `list`: the managed clients. */
export async function list(options: CommonOptions & { readonly unmanaged?: boolean }): Promise<number> {
  const { configuration } = await readValid(options);
  const clients = await withInterrupts((signals) =>
    provision.list(configuration, { ...signals, ...(options.unmanaged === undefined ? {} : { unmanaged: options.unmanaged }) }),
  );
  if (options.json) printJson({ format: "oauth-clients/list/1", clients });
  else print(renderList(clients, Date.now(), styleOf(process.stdout, process.env)));
  return exitCodes.ok;
}

/** `output`: client ids and store locations, for other programs. */
export async function output(options: CommonOptions & { readonly format?: string }): Promise<number> {
  const { configuration } = await readValid(options);
  const clients = await provision.output(configuration);
  if (options.format !== "env" || options.json) {
    printJson({ format: "oauth-clients/output/1", clients });
    return exitCodes.ok;
  }
  for (const [key, values] of Object.entries(clients))
    for (const [name, value] of Object.entries(values))
      if (typeof value === "string") print(`${variableName(key, name)}=${value}`);
  return exitCodes.ok;
}

function variableName(key: string, name: string): string {
  return `${key}_${name.replace(/([A-Z])/g, "_$1")}`.replace(/\W/g, "_").toUpperCase();
}

/** `token`: requests a token with the stored secret of a client. */
export async function token(key: string, options: CommonOptions & { readonly scopes?: readonly string[] }): Promise<number> {
  const { configuration } = await readValid(options);
  const { value } = await provision.requestClientToken(configuration, key, options.scopes === undefined ? {} : { scopes: options.scopes });
  if (options.json) printJson({ format: "oauth-clients/token/1", accessToken: value });
  else print(value);
  return exitCodes.ok;
}

/** `simulate`: starts simulators and writes the variables to export. */
export async function simulate(vendors: readonly string[], options: { readonly command?: string }): Promise<number> {
  const simulators = await startSimulators(vendors);
  try {
    if (options.command !== undefined) return await runCommand(["sh", "-c", options.command], simulators.env);
    for (const [name, value] of Object.entries(simulators.env)) print(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
    printError("The simulators are running. Press Ctrl-C to stop them.");
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    return exitCodes.ok;
  } finally {
    await simulators.close();
  }
}

async function readValid(options: CommonOptions): Promise<LoadedConfiguration> {
  const loaded = await readConfiguration(options);
  const issues = provision.check(loaded.configuration);
  if (issues.length > 0) throw new UsageError(issues.map(loaded.describe).join("\n"));
  return loaded;
}

function only({ only }: CommonOptions): Pick<RunOptions, "only"> {
  return only === undefined ? {} : { only };
}

async function withInterrupts<T>(work: (signals: Pick<RunOptions, "signal" | "stopSignal">) => Promise<T>): Promise<T> {
  const { stopSignal, signal, dispose } = listenForInterrupts(() => printError("Stopping after the step in progress. Press Ctrl-C again to stop at once."));
  try {
    return await work({ stopSignal, signal });
  } finally {
    dispose();
  }
}

async function runAndShow(options: CommonOptions, run: (options: RunOptions) => Promise<RunResult>): Promise<number> {
  const style = styleOf(process.stderr, process.env);
  const view = options.json ? undefined : createProgressView(process.stderr, style);
  let interrupted = false;
  const result = await withInterrupts(async (signals) => {
    try {
      return await run({ ...only(options), ...signals, ...(view === undefined ? {} : { onEvent: view.onEvent }) });
    } finally {
      view?.stop();
      interrupted = signals.stopSignal?.aborted === true;
    }
  });
  if (options.json) printJson({ format: "oauth-clients/result/1", ...result });
  else print(renderResult(result, styleOf(process.stdout, process.env)));
  return exitCodeOf(result, interrupted);
}
