import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Configuration,
  type ConfigurationIssue,
  check,
  loadConfig,
  type ProjectConfiguration,
} from "oauth-clients/provision";
import type { Context } from "./context.js";
import { UsageError } from "./exit-codes.js";

const names = ["ts", "mts", "js", "mjs", "yaml", "yml", "json"].map((extension) => `oauth-clients.config.${extension}`);

/** A configuration for one environment, with what its file says against it. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** Issues, each as one line: file, line and column where they are known, client key, field and message. */
  readonly issues: readonly (ConfigurationIssue & { readonly text: string })[];
}

/** The options that select a configuration. */
export interface ConfigurationSelection {
  /** The file. Absent: the first of `oauth-clients.config.{ts,mts,js,mjs,yaml,yml,json}` in the working directory. */
  readonly config?: string | undefined;
  /** The environment. It can be absent where the configuration has only one. */
  readonly env?: string | undefined;
}

/**
 * Finds and reads the configuration.
 *
 * @throws {UsageError} there is no file, it cannot be read, or it has no such environment
 */
export async function readConfiguration(
  { env }: Pick<Context, "env">,
  { config, env: named }: ConfigurationSelection,
): Promise<LoadedConfiguration> {
  const file = findFile(config);
  const { project, locate } = /\.(ya?ml|json)$/.test(file) ? await readDocument(file, env) : await importModule(file);
  const environment = selectEnvironment(file, project, named);
  try {
    const configuration = await loadConfig(project, environment, env);
    return {
      configuration,
      issues: check(configuration).map((issue) => ({ ...issue, text: describeIssue(file, locate, issue) })),
    };
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : "the configuration cannot be loaded"}`);
  }
}

/**
 * Reads a configuration that is valid and has the keys.
 *
 * @throws {UsageError} the configuration is invalid, or no client has one of the keys
 */
export async function readValidConfiguration(
  context: Pick<Context, "env">,
  selection: ConfigurationSelection,
  keys: readonly string[] = [],
): Promise<Configuration> {
  const { configuration, issues } = await readConfiguration(context, selection);
  if (issues.length > 0) throw new UsageError(issues.map(({ text }) => text).join("\n"));
  const known = Object.keys({ ...configuration.clients, ...configuration.removed });
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown !== undefined) throw new UsageError(`No client has the key "${unknown}". Keys: ${known.join(", ") || "none"}.`);
  return configuration;
}

type Locate = (path: readonly string[]) => { readonly line: number; readonly column: number } | undefined;

interface ReadProject {
  readonly project: ProjectConfiguration;
  readonly locate: Locate;
}

function findFile(named: string | undefined): string {
  const file = named ?? names.find((name) => existsSync(name));
  if (file === undefined)
    throw new UsageError(
      `No configuration in ${process.cwd()}. Create oauth-clients.config.yaml, or name the file with --config.`,
    );
  if (!existsSync(file)) throw new UsageError(`--config: ${file} does not exist.`);
  if (!statSync(file).isFile()) throw new UsageError(`--config: ${file} is not a file.`);
  return file;
}

async function readDocument(file: string, env: Context["env"]): Promise<ReadProject> {
  const { parseConfigurationDocument } = await import("./document.js");
  const text = await readFile(file, "utf8").catch(() => {
    throw new UsageError(`${file} cannot be read. Check its permissions.`);
  });
  return parseConfigurationDocument(text, file, env);
}

async function importModule(file: string): Promise<ReadProject> {
  const module = await import(/* @vite-ignore */ pathToFileURL(resolve(file)).href).catch((error: unknown) => {
    if ((error as { code?: unknown } | null)?.code === "ERR_UNKNOWN_FILE_EXTENSION")
      throw new UsageError(
        `${file}: Node ${process.versions.node} cannot load ${extname(file)} files. Use Node 22.18 or newer, install tsx and set NODE_OPTIONS="--import tsx", or write the configuration in YAML.`,
      );
    const message = error instanceof Error ? error.message : "the file cannot be loaded";
    const isScript = error instanceof SyntaxError && /outside a module|Unexpected token 'export'/.test(message);
    const advice = `the package.json of this project has the type commonjs. Rename the file to ${file.replace(/\.([jt]s)$/, ".m$1")}.`;
    throw new UsageError(`${file}: ${isScript ? advice : message}`);
  });
  const project: unknown = module.default;
  if (typeof project !== "object" || project === null || !("clients" in project))
    throw new UsageError(`${file}: the default export is no configuration. Write "export default defineConfig({ ... })".`);
  return { project: project as ProjectConfiguration, locate: () => undefined };
}

function selectEnvironment(file: string, { environments }: ProjectConfiguration, named: string | undefined): string {
  const known = Object.keys(environments ?? {});
  if (known.length === 0) throw new UsageError(`${file}: environments: required`);
  if (named !== undefined && known.includes(named)) return named;
  if (named === undefined && known.length === 1) return known[0] as string;
  const problem = named === undefined ? "is required" : `has no environment "${named}"`;
  throw new UsageError(`--env ${problem}. Environments: ${known.join(", ")}.`);
}

function describeIssue(file: string, locate: Locate, { key, path, message }: ConfigurationIssue): string {
  const segments = path.split(".").filter((segment) => segment !== "");
  const position = locate(key === "" ? segments : ["clients", key, ...segments]);
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  const subject = [...(key === "" ? [] : [key]), ...(segments.length === 0 ? [] : [segments.join(".")])].join(": ");
  return `${place}: ${subject === "" ? "" : `${subject}: `}${message}`;
}
