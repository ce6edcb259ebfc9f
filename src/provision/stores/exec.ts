import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import type { ClientCredentials } from "../../core/credentials.js";
import type { Outcome } from "../../core/errors.js";
import { redact } from "../../core/redact.js";
import type { SecretSink, SecretSinkContext } from "../../core/secret-sink.js";
import { writeDotenv } from "./dotenv.js";
import { StoreError } from "./errors.js";
import { consumerDocument, requireValid, type SecretKeys } from "./fields.js";

/** A command with its arguments. No shell reads it. */
export type Command = readonly [string, ...string[]];

/** Options of `execSink`. */
export interface ExecSinkOptions {
  /**
   * What the command reads on stdin: the client secret only, a JSON object, dotenv, or the text of a function.
   * @default "value"
   */
  readonly format?: "value" | "json" | "dotenv" | ((credentials: ClientCredentials, context: SecretSinkContext) => string);
  /** The names in the formats `json` and `dotenv`. */
  readonly keys?: SecretKeys;
  /** A command that exits with 0 when a secret could be stored, for example `["gh", "auth", "status"]`. @default only a search for the program */
  readonly check?: Command;
  /**
   * Names of environment variables that the command gets, besides `PATH`, `HOME` and those of the locale and the temporary directory. The
   * command does not get other variables: they can hold the credentials of the vendors.
   */
  readonly env?: readonly string[];
  /**
   * How long the command may take, in milliseconds.
   * @default 60_000
   */
  readonly timeoutMs?: number;
}

const passed = [
  ...[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
  ],
  ...["SystemRoot", "windir", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "TEMP", "TMP"],
];

// Output of the command that is read for the error message, in characters. Longer output is not shown: a cut could leave a part of a secret.
const longestOutput = 65_536;
const shownOutput = 300;

/**
 * Passes issued secrets to a command on its stdin, never in its arguments or environment. It only writes: a store that is read back is
 * safer where there is one.
 *
 * The command must be safe to run again with another secret. Its stdout is ignored. Its stderr is part of the error message, without
 * the secret.
 *
 * @throws {ConfigurationError} an option is invalid
 * @example
 * ```ts
 * import { execSink } from "oauth-clients/provision";
 *
 * const secretSink = execSink(["gh", "secret", "set", "REPORT_CLIENT_SECRET", "--repo", "acme/report"], { env: ["GH_TOKEN"] });
 * ```
 */
export function execSink(command: Command, options: ExecSinkOptions = {}): SecretSink {
  const { format = "value", keys, check, env = [], timeoutMs = 60_000 } = options;
  const formats = ["value", "json", "dotenv"];
  requireValid("execSink", [
    ...(isCommand(command) ? [] : [{ path: "command", message: "expected a list of texts with the program first" }]),
    ...(check === undefined || isCommand(check)
      ? []
      : [{ path: "check", message: "expected a list of texts with the program first" }]),
    ...(typeof format === "function" || formats.includes(format)
      ? []
      : [{ path: "format", message: "expected value, json, dotenv or a function" }]),
    ...(isTexts(env) ? [] : [{ path: "env", message: "expected names of environment variables" }]),
    ...(timeoutMs > 0 && timeoutMs <= 2_147_483_647 ? [] : [{ path: "timeoutMs", message: "expected milliseconds above 0" }]),
  ]);
  const fields = consumerDocument("execSink", keys);
  const start = (run: Command, input: string, operation: string, secrets: readonly string[]) =>
    runCommand({ command: run, input, operation, secrets, env: pickEnvironment(env), timeoutMs });

  function write(credentials: ClientCredentials, context: SecretSinkContext): string {
    if (typeof format === "function") return format(credentials, context);
    if (format === "value") return credentials.clientSecret;
    const document = fields.write(credentials);
    return format === "json" ? `${JSON.stringify(document)}\n` : writeDotenv(document);
  }

  return {
    async check() {
      if (check) return start(check, "", "check store", []);
      if (!(await findProgram(command[0]))) throw notFound(command[0], "check store");
    },
    async write(credentials, context) {
      await start(command, write(credentials, context), "write secret", [credentials.clientSecret]);
    },
  };
}

/**
 * Discards issued secrets, for clients whose secret is never used, such as those that authenticate with a certificate.
 *
 * @example
 * ```ts
 * import { discardSink } from "oauth-clients/provision";
 *
 * const secretSink = discardSink();
 * ```
 */
export function discardSink(): SecretSink {
  return { write: () => undefined };
}

interface Run {
  readonly command: Command;
  readonly input: string;
  readonly operation: string;
  readonly secrets: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

async function runCommand({ command, input, operation, secrets, env, timeoutMs }: Run): Promise<void> {
  const [program, ...args] = command;
  const writes = operation === "write secret";
  // In a process group of its own, so that Ctrl-C in a terminal does not end it before the secret is stored.
  const detached = process.platform !== "win32";
  const child = spawn(program, args, { env, stdio: ["pipe", "ignore", "pipe"], windowsHide: true, detached });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (output.length <= longestOutput) output += text;
  });
  // A command that ends without a read of its input breaks the pipe. Its exit code says whether it succeeded.
  child.stdin.on("error", () => undefined).end(input);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
    // A grandchild can keep the pipe open.
    child.stderr.destroy();
  }, timeoutMs);
  const end = await new Promise<{ readonly code?: number | string | null }>((resolve) => {
    child.on("error", ({ code }: NodeJS.ErrnoException) => resolve({ code: code ?? "unknown" }));
    child.on("close", (code, signal) => resolve({ code: code ?? signal }));
  });
  clearTimeout(timer);
  if (end.code === 0 && !late) return;
  if (child.pid === undefined)
    throw end.code === "ENOENT" ? notFound(program, operation) : failure("could not be started", "not_applied");
  throw failure(late ? `did not end within ${timeoutMs} ms` : `ended with ${end.code}`, writes ? "unknown" : "not_applied");

  function failure(what: string, outcome: Outcome): StoreError {
    const words = output.length > longestOutput ? "" : redact(output, secrets, shownOutput);
    const problem = `${redact(basename(program))} ${what}${words === "" ? "" : `: ${words.replace(/\.$/, "")}`}`;
    const advice = outcome === "unknown" ? "Check the target before you repeat the write." : "Check that the command can run.";
    return new StoreError({ store: "exec", operation, problem, outcome, advice });
  }
}

function notFound(program: string, operation: string): StoreError {
  const problem = `the program ${redact(basename(program))} was not found`;
  return new StoreError({ store: "exec", operation, problem, outcome: "not_applied", advice: "Install it or correct PATH." });
}

async function findProgram(program: string): Promise<boolean> {
  const folders = /[\\/]/.test(program) ? [""] : (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const endings = process.platform === "win32" ? ["", ...(process.env.PATHEXT ?? ".EXE").split(";")] : [""];
  for (const folder of folders)
    for (const ending of endings) {
      const found = await access(join(folder, `${program}${ending}`), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return true;
    }
  return false;
}

function pickEnvironment(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    [...passed, ...names].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string" && !text.includes("\0"));
}

function isCommand(value: unknown): value is Command {
  return isTexts(value) && value[0] !== undefined && value[0] !== "";
}
