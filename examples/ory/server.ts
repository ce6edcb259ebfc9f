import { createOryManager, type OryOptions, oryOptionsFromEnv } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";
import { Complaint } from "../demo/failure.js";
import type { Place } from "../demo/performance.js";
import type { Stage } from "../demo/stage.js";

/** Where the demonstration takes place. */
export interface Server extends Place {
  readonly options: OryOptions;
}

const variables = ["ORY_ADMIN_URL", "ORY_PUBLIC_URL", "ORY_PROJECT_SLUG", "ORY_PROJECT_API_KEY"];

/**
 * The server that the environment names. When it names none: a simulator on two free loopback ports.
 * @throws {ConfigurationError} the variables do not fit together
 */
export async function openServer(environment: Stage["environment"]): Promise<Server> {
  if (!variables.some((name) => environment[name]?.trim())) return simulate();
  const options = oryOptionsFromEnv(environment);
  createOryManager(options);
  const close = async () => {};
  if (options.project !== undefined) return { description: [`Ory Network, project ${options.project}`], options, close };
  const { adminUrl, publicUrl } = options;
  if (publicUrl === undefined) throw new Complaint("ORY_PUBLIC_URL: missing, ORY_ADMIN_URL alone gives no tokens");
  return { description: [`A server of your own: admin ${adminUrl}, public ${publicUrl}`], options, close };
}

async function simulate(): Promise<Server> {
  const { urls, close } = await simulateOry().listen();
  return {
    description: [
      `A simulated Hydra: admin ${urls.admin}, public ${urls.public}`,
      "Set ORY_ADMIN_URL and ORY_PUBLIC_URL to see the same on a server of your own.",
    ],
    options: { adminUrl: urls.admin, publicUrl: urls.public },
    close,
  };
}
