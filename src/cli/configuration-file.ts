import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Configuration, type ConfigurationIssue, loadConfig, type ProjectConfiguration } from "oauth-clients/provision";
import { UsageError } from "./exit-codes.js";

const names = ["ts", "mts", "js", "mjs", "yaml", "yml", "json"].map((extension) => `oauth-clients.config.${extension}`);

/** A configuration for one environment, and how to find its parts in the file. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** One line for an issue: file, line and column where they are known, client key, field and message. */
  readonly describe: (issue: ConfigurationIssue) => string;
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
 * @throws {UsageError} there is no file, it is invalid, or it has no such environment
 */
export async function readConfiguration({ config, env }: ConfigurationSelection): Promise<LoadedConfiguration> {
  const file = findFile(config);
  const { project, locate } = /\.(ya?ml|json)$/.test(file) ? await readDocument(file) : await importModule(file);
  const describe = (issue: ConfigurationIssue) => describeIssue(file, locate, issue);
  const environment = selectEnvironment(project, env);
  try {
    return { configuration: await loadConfig(project, environment, process.env), describe };
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : "the configuration cannot be loaded"}`);
  }
}

type Locate = (path: readonly string[]) => { readonly line: number; readonly column: number } | undefined;

interface ReadProject {
  readonly project: ProjectConfiguration;
  readonly locate: Locate;
}

function findFile(named: string | undefined): string {
  const file = named ?? names.find((name) => existsSync(name));
  if (file === undefined)
    throw new UsageError(`No configuration in ${process.cwd()}. Create oauth-clients.config.yaml, or name the file with --config.`);
  if (!existsSync(file)) throw new UsageError(`--config: ${file} does not exist.`);
  return file;
}

async function readDocument(file: string): Promise<ReadProject> {
  const { parseConfigurationDocument } = await import("./document.js");
  return parseConfigurationDocument(await readFile(file, "utf8"), file);
}

async function importModule(file: string): Promise<ReadProject> {
  const module = await import(pathToFileURL(resolve(file)).href).catch((error: unknown) => {
    if ((error as { code?: unknown })?.code === "ERR_UNKNOWN_FILE_EXTENSION")
      throw new UsageError(
        `${file}: Node ${process.versions.node} cannot load ${extname(file)} files. Use Node 22.18 or newer, install tsx and set NODE_OPTIONS="--import tsx", or write the configuration in YAML.`,
      );
    throw error;
  });
  const project: unknown = module.default;
  if (typeof project !== "object" || project === null)
    throw new UsageError(`${file}: the default export is missing. Write "export default defineConfig({ ... })".`);
  return { project: project as ProjectConfiguration, locate: () => undefined };
}

function selectEnvironment({ environments }: ProjectConfiguration, named: string | undefined): string {
  const known = Object.keys(environments ?? {});
  if (named !== undefined && known.includes(named)) return named;
  if (named === undefined && known.length === 1) return known[0] as string;
  const problem = named === undefined ? "is required" : `has no environment "${named}"`;
  throw new UsageError(`--env ${problem}. Environments: ${known.join(", ") || "none"}.`);
}

function describeIssue(file: string, locate: Locate, { key, path, message }: ConfigurationIssue): string {
  const segments = path === "" ? [] : path.split(".");
  const position = locate(key === "" ? segments : ["clients", key, ...segments]);
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  const subject = [key, path].filter((part) => part !== "").join(": ");
  return `${place}: ${subject === "" ? "" : `${subject}: `}${message}`;
}
