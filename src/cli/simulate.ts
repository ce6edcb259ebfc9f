import { spawn } from "node:child_process";
import { simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import { createManager, type Vendor, vendors } from "./accounts.js";
import { type Context, print, printError, printJson, quote } from "./context.js";
import { exitCodes, UsageError } from "./exit-codes.js";

const factories = {
  ory: () => simulateOry(),
  ovh: () => simulateOvh(),
  // A fixed account, so that a configuration can name it.
  genesys: () => simulateGenesys({ organization: { id: "00000000-0000-4000-8000-000000000001" } }),
  tfe: () => simulateTfe(),
} as const;

type Variables = Readonly<Record<string, string>>;

/** `simulate`: starts simulators, and runs a command with their variables or writes them until a signal ends it. */
export async function simulate(
  context: Context,
  names: readonly string[],
  { command, port, json }: { readonly command?: string; readonly port?: number; readonly json?: boolean },
): Promise<number> {
  const { env, accounts, close } = await startSimulators(names, port);
  try {
    if (command !== undefined) return await runCommand(command, { ...context.env, ...env });
    if (json) printJson(context, { format: "oauth-clients/simulate/1", env, accounts });
    else {
      for (const [name, value] of Object.entries(env)) print(context, `export ${name}=${quote(value)}`);
      print(context, `# accounts: ${JSON.stringify(accounts)}`);
    }
    printError(context, "The simulators are running. Press Ctrl-C to stop them.");
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    return exitCodes.ok;
  } finally {
    await close();
  }
}

/** Starts the simulators of some vendors on 127.0.0.1. No names: of all. */
async function startSimulators(names: readonly string[], port: number | undefined) {
  const unknown = names.find((name) => !vendors.includes(name as Vendor));
  if (unknown !== undefined) throw new UsageError(`Unknown vendor "${unknown}". Vendors: ${vendors.join(", ")}.`);
  const wanted = names.length === 0 ? vendors : vendors.filter((name) => names.includes(name));
  const servers: { readonly env: () => Variables; readonly close: () => Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  const accounts: Record<string, string> = {};
  try {
    for (const name of wanted) {
      const server = await factories[name]().listen(port === undefined ? {} : { port: port + vendors.indexOf(name) });
      servers.push(server);
      accounts[name] = await (await createManager(name, server.env())).account();
    }
  } catch (error) {
    await close();
    const { code } = error as { readonly code?: unknown };
    throw code === "EADDRINUSE" ? new UsageError("--port: the port is in use. Choose another one.") : error;
  }
  return { env: Object.assign({}, ...servers.map((server) => server.env())) as Variables, accounts, close };
}

/** Runs a shell command. Resolves to its exit code. Signals end the command, and then this process. */
function runCommand(command: string, env: Context["env"]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: "inherit", env: { ...env } });
    // A terminal sends Ctrl-C to the child as well.
    const ignore = () => {};
    const forward = () => child.kill("SIGTERM");
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    const end = (work: () => void) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      work();
    };
    child.once("error", () => end(() => reject(new UsageError("--command: the command cannot be started."))));
    child.once("exit", (code) => end(() => resolve(code ?? exitCodes.interrupted)));
  });
}
