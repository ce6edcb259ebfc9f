import { spawn } from "node:child_process";
import { simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import { UsageError } from "./exit-codes.js";

const factories = {
  ory: () => simulateOry(),
  ovh: () => simulateOvh(),
  genesys: () => simulateGenesys(),
  tfe: () => simulateTfe(),
} as const;

type Vendor = keyof typeof factories;

/** The vendors that can be simulated. */
export const simulatedVendors = Object.keys(factories) as readonly Vendor[];

/** Simulators that listen on loopback ports. */
export interface RunningSimulators {
  /** The variables that the `...OptionsFromEnv` functions and the command read. The credentials in them work at the simulators only. */
  readonly env: Readonly<Record<string, string>>;
  /** Closes every connection and frees the ports. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the simulators of some vendors on 127.0.0.1.
 *
 * @param names - vendors; empty: all
 * @throws {UsageError} a vendor is unknown
 */
export async function startSimulators(names: readonly string[]): Promise<RunningSimulators> {
  const unknown = names.find((name) => !Object.hasOwn(factories, name));
  if (unknown !== undefined) throw new UsageError(`Unknown vendor "${unknown}". Vendors: ${simulatedVendors.join(", ")}.`);
  const vendors = names.length === 0 ? simulatedVendors : (names as readonly Vendor[]);
  const servers = await Promise.all(vendors.map((vendor) => factories[vendor]().listen()));
  return {
    env: Object.assign({}, ...servers.map((server) => server.env())),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** Runs a command with additional variables. Resolves to its exit code. */
export function runCommand([command = "", ...parameters]: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: "inherit", env: { ...process.env, ...env } });
    child.once("error", () => reject(new UsageError(`The command "${command}" cannot be started.`)));
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}
