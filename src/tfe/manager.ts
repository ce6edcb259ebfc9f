import { createClient, deleteClient, getAccount, getClient, listClients, updateClient } from "./clients.js";
import { connect } from "./connection.js";
import { vendor } from "./errors.js";
import { deleteOAuthToken, getOAuthToken, listOAuthTokens, updateOAuthToken } from "./oauth-tokens.js";
import { readOptions } from "./options.js";
import { addProjects, removeProjects, replaceProjects } from "./projects.js";
import type { TfeManager, TfeOptions } from "./types.js";

/**
 * Creates the manager of an organization's connections to VCS providers, at HCP Terraform or Terraform Enterprise.
 *
 * @throws {ConfigurationError} an option is missing or invalid; nothing was sent
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-clients
 * @example
 * ```ts
 * import { createTfeManager } from "oauth-clients/tfe";
 *
 * const tfe = createTfeManager({ organization: "acme", token: process.env.TFE_TOKEN ?? "" });
 * const { client } = await tfe.create({ serviceProvider: "github", oauthTokenString: process.env.GITHUB_TOKEN ?? "" });
 * ```
 */
export function createTfeManager(options: TfeOptions): TfeManager {
  const connection = connect(readOptions(options));
  return {
    vendor,
    account: (options) => getAccount(connection, options),
    create: (input, options) => createClient(connection, input, options),
    get: (id, options) => getClient(connection, id, options),
    list: (options) => listClients(connection, options),
    update: (id, changes, options) => updateClient(connection, id, changes, options),
    delete: (id, options) => deleteClient(connection, id, options),
    addProjects: (id, projectIds, options) => addProjects(connection, id, projectIds, options),
    removeProjects: (id, projectIds, options) => removeProjects(connection, id, projectIds, options),
    replaceProjects: (id, projectIds, options) => replaceProjects(connection, id, projectIds, options),
    listOAuthTokens: (options) => listOAuthTokens(connection, options),
    getOAuthToken: (id, options) => getOAuthToken(connection, id, options),
    updateOAuthToken: (id, changes, options) => updateOAuthToken(connection, id, changes, options),
    deleteOAuthToken: (id, options) => deleteOAuthToken(connection, id, options),
  };
}
