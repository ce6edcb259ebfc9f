import { readFile } from "node:fs/promises";
import { throwIfAborted } from "../core/abort.js";
import { ifDefined } from "../core/values.js";
import { InvalidConfigurationError } from "./errors.js";
import type { Configuration, ConfigurationContext, PerEnvironment, ProjectConfiguration, RemovedClient } from "./run-types.js";
import type { ClientProvider, SecretInput } from "./types.js";

/**
 * Returns a configuration as it is. Its type lets the compiler check names of environments.
 *
 * @example
 * ```ts
 * import { type DeclaredClient, defineConfig } from "oauth-clients/provision";
 *
 * declare const report: DeclaredClient; // the result of a provider's `client`
 * export default defineConfig({
 *   project: "acme-platform",
 *   environments: { prod: { accounts: { login: "https://login.example.com" } } },
 *   clients: () => ({ report }),
 * });
 * ```
 */
export function defineConfig<const Environment extends string>(
  configuration: ProjectConfiguration<Environment>,
): ProjectConfiguration<Environment> {
  return configuration;
}

/**
 * Evaluates a configuration for one environment. Sends nothing.
 *
 * @param env - environment variables, for example `process.env`
 * @throws {InvalidConfigurationError} the environment is not declared
 */
export async function loadConfig<Environment extends string>(
  configuration: ProjectConfiguration<Environment>,
  environment: Environment,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Configuration> {
  const names = Object.keys(configuration.environments);
  if (!names.includes(environment)) {
    const message = `"${environment}" is not declared. Declared: ${names.join(", ")}`;
    throw new InvalidConfigurationError([{ key: "", path: "environments", message }]);
  }
  const context: ConfigurationContext<Environment> = { environment, env };
  const clients = await configuration.clients(context);
  const removed = await evaluate(configuration.removed, context);
  const providers = await evaluate(configuration.providers, context);
  const journal = await evaluate(configuration.journal, context);
  const inUse = new Set<ClientProvider>([...Object.values(clients).map(({ provider }) => provider), ...(providers ?? [])]);
  return {
    project: configuration.project,
    environment,
    accounts: configuration.environments[environment].accounts,
    ...ifDefined("journal", journal),
    clients,
    removed: Object.fromEntries(Object.entries(removed ?? {}).map(([key, one]) => [key, readRemoved(one)])),
    providers: [...inUse],
    settings: configuration.settings ?? {},
  };
}

function readRemoved(removed: "forget" | "delete" | RemovedClient): RemovedClient {
  return typeof removed === "string" ? { action: removed } : removed;
}

async function evaluate<Environment extends string, Setting>(
  setting: PerEnvironment<Environment, Setting> | undefined,
  context: ConfigurationContext<Environment>,
): Promise<Setting | undefined> {
  if (typeof setting !== "function") return setting;
  return (setting as (context: ConfigurationContext<Environment>) => Setting | Promise<Setting>)(context);
}

/** How a secret input is sent again. */
export interface SecretInputOptions {
  /** A change of the version sends the secret again. @default 1 */
  readonly version?: number;
}

/**
 * A secret in an environment variable. The variable is read when the secret is sent.
 *
 * @param name - the variable's name
 * @param options - the version of the secret, and where variables are: `process.env` unless `env` is given
 */
export function fromEnv(
  name: string,
  options: SecretInputOptions & { readonly env?: Readonly<Record<string, string | undefined>> } = {},
): SecretInput {
  return {
    source: `environment variable ${name}`,
    version: options.version ?? 1,
    read: async () => {
      const value = (options.env ?? process.env)[name];
      if (value === undefined || value === "") throw new Error(`environment variable ${name} is not set. Nothing was sent.`);
      return value;
    },
  };
}

/**
 * A secret in a file. The file is read when the secret is sent. A line break at its end is removed.
 *
 * @param path - the file's path
 * @param options - the version of the secret
 */
export function fromFile(path: string, options: SecretInputOptions = {}): SecretInput {
  return {
    source: `file ${path}`,
    version: options.version ?? 1,
    read: async (call) => {
      const text = await readFile(path, { encoding: "utf8", ...(call?.signal ? { signal: call.signal } : {}) }).catch(
        (error) => {
          throwIfAborted(call?.signal);
          const { code } = error as { readonly code?: string };
          const problem = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
          throw new Error(`file ${path} ${problem}. Nothing was sent.`);
        },
      );
      const value = text.replace(/\r?\n$/, "");
      if (value === "") throw new Error(`file ${path} is empty. Nothing was sent.`);
      return value;
    },
  };
}
