import { readFileSync } from "node:fs";
import * as provision from "oauth-clients/provision";
import { readValidConfiguration } from "./configuration-file.js";
import type { Context } from "./context.js";
import { UsageError } from "./exit-codes.js";
import { type CommonOptions, onlyOf } from "./inspect.js";
import { runAndShow } from "./run.js";

/** `apply`: creates and updates clients as declared. */
export async function apply(
  context: Context,
  options: CommonOptions & {
    readonly plan?: string;
    readonly allow?: readonly string[];
    readonly stopOnError?: boolean;
    readonly summary?: string;
  },
): Promise<number> {
  const configuration = await readValidConfiguration(context, options, options.only);
  requireDeclared(configuration, options.allow ?? []);
  const plan = options.plan === undefined ? {} : { plan: readPlan(options.plan, configuration) };
  return runAndShow(context, "apply", configuration, options, (run) =>
    provision.apply(configuration, {
      ...run,
      ...onlyOf(options),
      ...plan,
      allowDelete: options.allow ?? [],
      stopOnError: options.stopOnError === true,
    }),
  );
}

function requireDeclared({ clients, removed }: provision.Configuration, allowed: readonly string[]): void {
  const key = allowed.find((one) => !Object.hasOwn(clients, one) && !Object.hasOwn(removed, one));
  if (key !== undefined)
    throw new UsageError(
      `--allow: "${key}" is in neither clients nor removed. To delete the client, add removed: { "${key}": "delete" } to the configuration.`,
    );
}

function readPlan(file: string, { project, environment }: provision.Configuration): provision.Plan {
  let plan: provision.Plan | undefined;
  try {
    plan = JSON.parse(readFileSync(file, "utf8"));
  } catch {}
  if (plan?.format !== "oauth-clients/plan/1" || !Array.isArray(plan.actions))
    throw new UsageError(`--plan: ${file} is no plan. Write one: oauth-clients plan --out ${file}`);
  if (plan.project !== project || plan.environment !== environment)
    throw new UsageError(
      `--plan: ${file} is a plan of ${plan.project} / ${plan.environment}, not of ${project} / ${environment}.`,
    );
  return plan;
}

/** `destroy`: deletes every managed client of the environment. */
export async function destroy(
  context: Context,
  options: CommonOptions & { readonly confirm: string; readonly stopOnError?: boolean },
): Promise<number> {
  const { confirm } = options;
  const configuration = await readValidConfiguration(context, options, options.only);
  if (confirm !== configuration.project)
    throw new UsageError(`--confirm: expected the name of the project, ${configuration.project}.`);
  return runAndShow(context, "destroy", configuration, options, (run) =>
    provision.destroy(configuration, { ...run, ...onlyOf(options), confirm, stopOnError: options.stopOnError === true }),
  );
}

/** `import`: takes over an existing client by its id. */
export async function importClient(
  context: Context,
  key: string,
  id: string,
  options: CommonOptions & { readonly secretEnv?: string; readonly secretFile?: string },
): Promise<number> {
  const { secretEnv, secretFile } = options;
  const configuration = await readValidConfiguration(context, options, [key]);
  const clientSecret =
    secretEnv !== undefined
      ? { clientSecret: provision.fromEnv(secretEnv, { env: context.env }) }
      : secretFile !== undefined
        ? { clientSecret: provision.fromFile(secretFile) }
        : {};
  return runAndShow(context, "import", configuration, options, (run) =>
    provision.importClient(configuration, key, { id, ...clientSecret }, run),
  );
}

/** `forget`: stops managing a client. */
export async function forget(context: Context, key: string, options: CommonOptions): Promise<number> {
  const configuration = await readValidConfiguration(context, options, [key]);
  return runAndShow(context, "forget", configuration, options, (run) => provision.forget(configuration, key, run));
}

/** `resolve`: a decision about a client that `plan` marks with x. */
export async function resolve(
  context: Context,
  key: string,
  options: CommonOptions & { readonly trust?: string; readonly reissue?: string; readonly take?: string },
): Promise<number> {
  const as = (["trust", "reissue", "take"] as const).find((name) => options[name] !== undefined);
  if (as === undefined) throw new UsageError("One of --trust ID, --reissue ID and --take ID is required.");
  const configuration = await readValidConfiguration(context, options, [key]);
  return runAndShow(context, "resolve", configuration, options, (run) =>
    provision.resolve(configuration, key, { as, id: options[as] as string }, run),
  );
}
