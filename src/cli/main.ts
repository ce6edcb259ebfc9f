import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { exitCodes } from "./exit-codes.js";
import { printError } from "./output.js";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  printError(`oauth-clients needs Node 20.19 or newer. This is Node ${process.versions.node}.`);
  process.exit(1);
}

process.exitCode = await run(process.argv.slice(2));

/** Runs the command line. Resolves to the exit code. */
async function run(parameters: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(parameters, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has written its own message. Its code 0 stands for --help and --version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const { reportError } = await import("./report-error.js");
    return reportError(error);
  }
}

type Done = (exitCode: number) => void;

function createProgram(done: Done): Command {
  const program = new Command("oauth-clients")
    .description("Provision OAuth clients on OVHcloud, Ory, Genesys Cloud and Terraform Enterprise.")
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  addConfigurationCommands(program, done);
  addRotationCommands(program, done);
  addDecisionCommands(program, done);
  addStandaloneCommands(program, done);
  return program;
}

function withConfiguration(command: Command): Command {
  return command
    .option("--config <file>", "configuration file (default: oauth-clients.config.{ts,mts,js,mjs,yaml,yml,json})")
    .option("--env <name>", "environment of the configuration")
    .option("--json", "write one JSON document to standard output");
}

const only = () => new Option("--only <key...>", "work on these clients only");

function addConfigurationCommands(program: Command, done: Done): void {
  withConfiguration(program.command("check"))
    .description("Validate the configuration. Sends nothing.")
    .addHelpText("after", "\nExample:\n  oauth-clients check --env prod")
    .action(async (options) => done(await (await import("./commands.js")).check(options)));
  withConfiguration(program.command("plan"))
    .description("Show what apply would do. Changes nothing.")
    .addOption(only())
    .option("--out <file>", "write the plan to a file, for apply --plan")
    .option("--exit-code", "exit with 2 when there are changes")
    .option("--summary <file>", "append the plan as Markdown to a file, for CI job summaries")
    .addHelpText("after", "\nExample:\n  oauth-clients plan --env prod --out plan.json")
    .action(async (options) => done(await (await import("./commands.js")).plan(options)));
  withConfiguration(program.command("apply"))
    .description("Create and update clients as declared.")
    .addOption(only())
    .option("--plan <file>", "do only what this plan contains")
    .addOption(new Option("--allow <action:key...>", "permit the deletion of a removed client: delete:KEY").argParser(parseAllowed))
    .option("--stop-on-error", "end the run at the first failure")
    .option("--summary <file>", "append the result as Markdown to a file")
    .addHelpText("after", "\nExample:\n  oauth-clients apply --env prod --plan plan.json")
    .action(async (options) => done(await (await import("./commands.js")).apply(options)));
  withConfiguration(program.command("destroy"))
    .description("Delete every managed client of the environment.")
    .requiredOption("--confirm <project>", "name of the project")
    .addHelpText("after", "\nExample:\n  oauth-clients destroy --env staging --confirm acme-platform")
    .action(async (options) => done(await (await import("./commands.js")).destroy(options)));
  withConfiguration(program.command("list"))
    .description("List the managed clients.")
    .option("--unmanaged", "also list clients of the accounts that the project does not manage")
    .addHelpText("after", "\nExample:\n  oauth-clients list --env prod --unmanaged")
    .action(async (options) => done(await (await import("./commands.js")).list(options)));
  withConfiguration(program.command("output"))
    .description("Write client ids, token endpoints and store locations. Never secrets.")
    .option("--format <format>", "json or env", "json")
    .addHelpText("after", "\nExample:\n  oauth-clients output --env prod --format env")
    .action(async (options) => done(await (await import("./commands.js")).output(options)));
}

function addRotationCommands(program: Command, done: Done): void {
  withConfiguration(program.command("rotate [keys...]"))
    .description("Issue new secrets (--begin), or end the old ones (--finish).")
    .option("--begin", "issue, verify and store a new secret (default)")
    .option("--finish", "end the old secret, after the overlap")
    .option("--due", "only clients whose rotation is due")
    .option("--plan", "show what would be done and change nothing")
    .addHelpText("after", "\nExample:\n  oauth-clients rotate --env prod --due")
    .action(async (keys, options) => done(await (await import("./commands.js")).rotate(keys, options)));
  withConfiguration(program.command("token <key>"))
    .description("Request an access token with the stored secret of a client and write it to standard output.")
    .option("--scopes <scopes...>", "scopes to request")
    .addHelpText("after", "\nExample:\n  oauth-clients token nightly-report --env prod --scopes read")
    .action(async (key, options) => done(await (await import("./commands.js")).token(key, options)));
}

function addDecisionCommands(program: Command, done: Done): void {
  withConfiguration(program.command("import <key> <id>"))
    .description("Take over an existing client by its id.")
    .option("--secret-env <variable>", "environment variable that holds the client's secret")
    .option("--secret-file <file>", "file that holds the client's secret")
    .addHelpText("after", "\nExample:\n  oauth-clients import legacy 5d0f2a3c-0000-4000-8000-000000000000 --env prod")
    .action(async (key, id, options) => done(await (await import("./commands.js")).importClient(key, id, options)));
  withConfiguration(program.command("forget <key>"))
    .description("Stop managing a client. It stays at the vendor, and its secret stays in the store.")
    .addHelpText("after", "\nExample:\n  oauth-clients forget legacy --env prod")
    .action(async (key, options) => done(await (await import("./commands.js")).forget(key, options)));
  withConfiguration(program.command("resolve <key>"))
    .description("Decide about a client that plan shows with x.")
    .option("--trust <id>", "the stored secret of this client is right")
    .option("--reissue <id>", "no consumer uses this client: issue a new secret")
    .option("--take <id>", "this client at the vendor is the declared one")
    .addHelpText("after", "\nExample:\n  oauth-clients resolve nightly-report --reissue 6f0c4c1e --env prod")
    .action(async (key, options) => done(await (await import("./commands.js")).resolve(key, options)));
}

function addStandaloneCommands(program: Command, done: Done): void {
  program
    .command("migrate <state>")
    .description('Write a configuration from the output of "terraform show -json". "-" reads standard input.')
    .option("--out <file>", "configuration to write", "oauth-clients.config.yaml")
    .requiredOption("--store <store>", "where known secrets go, for example files:./secrets")
    .option("--project <name>", "project of the configuration", "migrated")
    .option("--env <name>", "environment of the configuration", "prod")
    .addHelpText("after", "\nExample:\n  terraform show -json | oauth-clients migrate - --store files:./secrets")
    .action(async (state, options) => done(await (await import("./migrate.js")).migrate(state, options)));
  program
    .command("simulate [vendors...]")
    .description("Start simulators of the vendors on loopback ports, and write the variables to export.")
    .option("--command <command>", "run a shell command with the variables, then stop")
    .addHelpText("after", '\nExample:\n  oauth-clients simulate ory genesys\n  oauth-clients simulate ory --command "npm test"')
    .action(async (vendors, options) => done(await (await import("./commands.js")).simulate(vendors, options)));
}

function parseAllowed(value: string, previous: readonly string[] = []): readonly string[] {
  const key = /^delete:(.+)$/.exec(value)?.[1];
  if (key === undefined) throw new InvalidArgumentError("Expected delete:KEY.");
  return [...previous, key];
}

