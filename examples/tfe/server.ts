import { simulateTfe } from "oauth-clients/testing";
import { createTfeManager, type TfeOptions, tfeOptionsFromEnv } from "oauth-clients/tfe";
import type { Place } from "../demo/performance.js";
import type { Stage } from "../demo/stage.js";

/** Where the demonstration takes place. */
export interface Server extends Place {
  readonly options: TfeOptions;
  /** Projects that clients may be given to. A real organization's own are left alone. */
  readonly projectIds: readonly string[];
}

// The terraform command's own TF_TOKEN_... is on many machines: that alone asks for nothing.
const variables = ["TFE_TOKEN", "TFE_ORGANIZATION", "TFE_ADDRESS", "TFE_HOSTNAME"];

/** @throws {ConfigurationError} the variables do not fit together */
export async function openServer(environment: Stage["environment"]): Promise<Server> {
  if (!variables.some((name) => environment[name]?.trim())) return simulate();
  const options = tfeOptionsFromEnv(environment);
  createTfeManager(options);
  const where = options.address ?? "HCP Terraform";
  return { description: [`${where}, organization ${options.organization}`], options, projectIds: [], close: async () => {} };
}

async function simulate(): Promise<Server> {
  const organization = "my-organization";
  const projectIds = ["prj-Frontend00000001", "prj-Backend000000001"];
  const { urls, close } = await simulateTfe({ organizations: [{ name: organization, projects: projectIds }] }).listen();
  return {
    description: [
      `A simulated Terraform Enterprise: ${urls.host}, organization ${organization}`,
      "Set TFE_TOKEN and TFE_ORGANIZATION to see the same on HCP Terraform.",
    ],
    options: { address: urls.host, organization, token: "any-token-will-do" },
    projectIds,
    close,
  };
}
