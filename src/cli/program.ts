import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type Context, closeConnections } from "./context.js";
import { exitCodes } from "./exit-codes.js";

/** Runs the command line. Resolves to the exit code. */
export async function run(parameters: readonly string[], context: Context): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(parameters, { from: "user" });
    return exitCode;
  } catch (error) {
    // The code of --help.
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    const { reportError } = await import("./report-error.js");
    return reportError(context, error, parameters.includes("--json"));
  } finally {
    await closeConnections();
  }
}

// The path is the same from src/cli and from dist/cli.
function readVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

/** How a command is added: its context, and what receives its exit code. */
interface Setup {
  readonly program: Command;
  readonly context: Context;
  readonly done: (exitCode: number) => void;
}

function createProgram(context: Context, done: Setup["done"]): Command {
  const program = new Command("oauth-clients")
    .description("Provisions OAuth clients on OVHcloud, Ory, Genesys Cloud and Terraform Enterprise.")
    .version(readVersion(), "--version", "write the version")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 80,
      getErrHelpWidth: () => context.stderr.columns ?? 80,
    })
    .addHelpText(
      "after",
      "\nExample:\n  oauth-clients plan --env prod\n\nExit codes: 0 done, 1 failed, 2 changes (plan --exit-code), 3 partly done, 4 a person decides,\n5 a secret is in no store, 64 usage or configuration, 75 busy, 130 interrupted.",
    );
  const setup = { program, context, done };
  addInspection(setup);
  addChanges(setup);
  addRotation(setup);
  addDecisions(setup);
  addStandalone(setup);
  return program;
}

// Each command loads its code when it runs.
const inspect = () => import("./inspect.js");
const change = () => import("./change.js");

function add({ program }: Setup, usage: string, description: string, example: string): Command {
  return program.command(usage).description(description).addHelpText("after", `\nExample:\n  ${example}`);
}

function addConfigured(setup: Setup, usage: string, description: string, example: string): Command {
  return add(setup, usage, description, example)
    .option("--config <file>", "configuration file (default: oauth-clients.config.{ts,mts,js,mjs,yaml,yml,json})")
    .option("--env <name>", "environment of the configuration; required where there are several")
    .option("--json", "write one JSON document to standard output");
}

const only = () => new Option("--only <key...>", "only these clients");
const summary = (what: string) =>
  new Option("--summary <file>", `append the ${what} as Markdown to a file, such as $GITHUB_STEP_SUMMARY`);

function addInspection(setup: Setup): void {
  const { context, done } = setup;
  addConfigured(setup, "check", "Validate the configuration. Sends nothing.", "oauth-clients check --env prod").action(
    async (options) => done(await (await inspect()).check(context, options)),
  );
  addConfigured(setup, "plan", "Show what apply would do. Changes nothing.", "oauth-clients plan --env prod --out plan.json")
    .addOption(only())
    .option("--out <file>", "write the plan to a file, for apply --plan")
    .option("--exit-code", "exit with 2 when there are changes")
    .addOption(summary("plan"))
    .action(async (options) => done(await (await inspect()).plan(context, options)));
  addConfigured(setup, "list", "List the managed clients.", "oauth-clients list --env prod --unmanaged")
    .option("--unmanaged", "also list the clients of the accounts that no project manages")
    .action(async (options) => done(await (await inspect()).list(context, options)));
  addConfigured(
    setup,
    "output",
    "Write client ids, token endpoints and store locations. Never secrets.",
    "oauth-clients output --env prod --format env",
  )
    .addOption(only())
    .addOption(new Option("--format <format>", "form of the output").choices(["json", "env"]).default("json"))
    .action(async (options) => done(await (await inspect()).output(context, options)));
}

function addChanges(setup: Setup): void {
  const { context, done } = setup;
  addConfigured(setup, "apply", "Create and update clients as declared.", "oauth-clients apply --env prod --plan plan.json")
    .addOption(only())
    .option("--plan <file>", "do only what this plan contains")
    .addOption(new Option("--allow <action:key...>", "permit a deletion: delete:KEY").argParser(parseAllowed))
    .option("--stop-on-error", "end the run at the first failure")
    .addOption(summary("result"))
    .action(async (options) => done(await (await change()).apply(context, options)));
  addConfigured(
    setup,
    "destroy",
    "Delete the clients of clients and removed, and their stored secrets.",
    "oauth-clients destroy --env staging --confirm acme-platform",
  )
    .addOption(only())
    .requiredOption("--confirm <project>", "name of the project")
    .option("--stop-on-error", "end the run at the first failure")
    .action(async (options) => done(await (await change()).destroy(context, options)));
}

function addRotation(setup: Setup): void {
  const { context, done } = setup;
  addConfigured(
    setup,
    "rotate [keys...]",
    "Issue new secrets (--begin), or end the old ones (--finish).",
    "oauth-clients rotate --env prod --due",
  )
    .addOption(new Option("--begin", "issue, verify and store a new secret (default)").conflicts("finish"))
    .option("--finish", "end the old secret, after the overlap")
    .option("--due", "only clients whose rotation is due")
    .option("--plan", "show what would be done, and change nothing")
    .addOption(summary("result"))
    .action(async (keys, options) => done(await (await import("./rotate.js")).rotate(context, keys, options)));
  addConfigured(
    setup,
    "token <key>",
    "Request an access token with the stored secret of a client.",
    "oauth-clients token nightly-report --env prod --scopes read",
  )
    .option("--scopes <scopes...>", "scopes to request")
    .option("--audience <audience...>", "audience to request")
    .action(async (key, options) => done(await (await import("./rotate.js")).token(context, key, options)));
}

function addDecisions(setup: Setup): void {
  const { context, done } = setup;
  addConfigured(
    setup,
    "import <key> <id>",
    "Take over an existing client by its id.",
    "oauth-clients import legacy 5d0f2a3c-0000-4000-8000-000000000000 --secret-env LEGACY_SECRET",
  )
    .option("--secret-env <variable>", "environment variable with the secret of the client")
    .addOption(new Option("--secret-file <file>", "file with the secret of the client").conflicts("secretEnv"))
    .action(async (key, id, options) => done(await (await change()).importClient(context, key, id, options)));
  addConfigured(
    setup,
    "forget <key>",
    "Stop managing a client. The client and its stored secret stay.",
    "oauth-clients forget legacy --env prod",
  ).action(async (key, options) => done(await (await change()).forget(context, key, options)));
  addConfigured(
    setup,
    "resolve <key>",
    "Decide about a client that plan marks with x.",
    "oauth-clients resolve nightly-report --reissue 6f0c4c1e-0000-8000-8000-000000000000",
  )
    .addOption(new Option("--trust <id>", "the stored secret belongs to this client and is right"))
    .addOption(new Option("--reissue <id>", "no consumer uses this client: issue a new secret").conflicts("trust"))
    .addOption(new Option("--take <id>", "this client is the declared one").conflicts(["trust", "reissue"]))
    .action(async (key, options) => done(await (await change()).resolve(context, key, options)));
}

function addStandalone(setup: Setup): void {
  const { context, done } = setup;
  add(
    setup,
    "migrate <state>",
    'Write a configuration from the output of "terraform show -json": a file, or "-" for standard input.',
    "terraform show -json | oauth-clients migrate - --store files:./secrets",
  )
    .option("--out <file>", "configuration to write", "oauth-clients.config.yaml")
    .requiredOption(
      "--store <store>",
      "where known secrets go: files:DIRECTORY, vault:PATH, aws:NAME, exec:COMMAND, discard, or a store of a configuration",
    )
    .option("--project <name>", "project of the configuration", "migrated")
    .option("--env <name>", "environment of the configuration", "prod")
    .option("--json", "write one JSON document to standard output")
    .action(async (state, options) => done(await (await import("./migrate.js")).migrate(context, state, options)));
  add(
    setup,
    "simulate [vendors...]",
    "Start simulators of the vendors on loopback ports, and write the variables to export.",
    'oauth-clients simulate ory genesys --command "npm test"',
  )
    .option("--command <command>", "run a shell command with the variables, then stop")
    .addOption(
      new Option(
        "--port <port>",
        "port of ory; ovh, genesys and tfe get the next three, further URLs free ports (default: free ports)",
      ).argParser(parsePort),
    )
    .option("--json", "write the variables and the accounts as JSON")
    .action(async (vendors, options) => done(await (await import("./simulate.js")).simulate(context, vendors, options)));
}

function parseAllowed(value: string, previous: readonly string[] = []): readonly string[] {
  const key = /^delete:(.+)$/.exec(value)?.[1];
  if (key === undefined) throw new InvalidArgumentError("Expected delete:KEY.");
  return [...previous, key];
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_000)
    throw new InvalidArgumentError("Expected a number from 1 to 65000.");
  return port;
}
