import {
  createGenesysManager,
  type GenesysClientInput,
  type GenesysOptions,
  genesysOptionsFromEnv,
} from "oauth-clients/genesys";
import { type GenesysSimulator, type GenesysSimulatorOptions, simulateGenesys } from "oauth-clients/testing";
import type { Place } from "../demo/performance.js";
import type { Stage } from "../demo/stage.js";
import { makeSecretDirectory, type SecretDirectory } from "./directory.js";

/** Where the demonstration takes place. */
export interface Server extends Place {
  readonly options: GenesysOptions;
  /** The folder of the secret files. */
  readonly secrets: SecretDirectory;
  /** Makes a client that is older than 30 days, which only a simulator can, and returns its id. */
  readonly makeOldClient?: () => string;
}

const variables = [
  "GENESYSCLOUD_OAUTHCLIENT_ID",
  "GENESYSCLOUD_OAUTHCLIENT_SECRET",
  "GENESYSCLOUD_ACCESS_TOKEN",
  "GENESYSCLOUD_REGION",
];

/** @throws {ConfigurationError} the variables do not fit together */
export async function openServer(environment: Stage["environment"], inputs: readonly GenesysClientInput[]): Promise<Server> {
  if (!variables.some((name) => environment[name]?.trim())) return simulate(inputs);
  const options = genesysOptionsFromEnv(environment);
  createGenesysManager(options);
  const secrets = await makeSecretDirectory();
  return { description: [`Genesys Cloud, region ${options.region ?? "us-east-1"}`], options, secrets, close: secrets.remove };
}

async function simulate(inputs: readonly GenesysClientInput[]): Promise<Server> {
  const genesys = simulateGenesys({ roles: namedRoles(inputs) });
  const { urls, close } = await genesys.listen();
  const secrets = await makeSecretDirectory();
  return {
    description: [
      `A simulated Genesys Cloud: API ${urls.api}, login ${urls.login}`,
      "Set GENESYSCLOUD_OAUTHCLIENT_ID and _SECRET to see the same in a real organization.",
    ],
    options: connectionTo(urls),
    secrets,
    makeOldClient: () => insertOldClient(genesys),
    close: async () => {
      await secrets.remove();
      await close();
    },
  };
}

/** How to reach a simulator: with the credentials that it begins with. */
export function connectionTo({ api, login }: GenesysSimulator["urls"]): GenesysOptions {
  const [clientId, clientSecret] = ["11111111-1111-4111-8111-111111111111", "administrator-secret"];
  return { apiUrl: api, loginUrl: login, clientId, clientSecret };
}

// What every simulated organization has.
const builtIn = ["admin", "employee", "SCIM Integration"];

/** The roles that a file of clients names, so that a simulator has them. Whether a real organization does is its own affair. */
export function namedRoles(clients: readonly unknown[]): NonNullable<GenesysSimulatorOptions["roles"]> {
  const roles = clients.flatMap((client) => {
    const { roles } = (client ?? {}) as { roles?: unknown };
    return Array.isArray(roles) ? (roles as readonly ({ roleId?: unknown; roleName?: unknown } | null)[]) : [];
  });
  const texts = (values: readonly unknown[]) => [...new Set(values.filter((value) => typeof value === "string"))];
  return [
    ...texts(roles.map((role) => role?.roleName))
      .filter((name) => !builtIn.includes(name))
      .map((name) => ({ name })),
    ...texts(roles.map((role) => role?.roleId)).map((id) => ({ id, name: `role ${id}` })),
  ];
}

function insertOldClient({ insert }: GenesysSimulator): string {
  const dateCreated = new Date(Date.now() - 40 * 86_400_000).toISOString();
  return insert({
    fields: { name: "made 40 days ago", authorizedGrantType: "CODE", scope: ["users"], state: "active", dateCreated },
  });
}
