import type { TokenParameters } from "../core/capabilities.js";
import type { Expected } from "../core/values.js";
import {
  createClient,
  deleteClient,
  getAccount,
  getClient,
  importClient,
  listClients,
  rotateSecret,
  updateClient,
} from "./clients.js";
import { connect } from "./connection.js";
import { vendor } from "./errors.js";
import {
  createIntegrationCredential,
  deleteIntegrationCredential,
  listIntegrationCredentials,
  updateIntegrationCredential,
} from "./integration-credentials.js";
import { readOptions } from "./options.js";
import { createTokenRequest } from "./tokens.js";
import type { GenesysManager, GenesysOptions } from "./types.js";

/**
 * Creates a manager of the OAuth clients of one Genesys Cloud organization.
 *
 * @throws {ConfigurationError} an option is invalid; no request was sent
 * @see https://developer.genesys.cloud/api/rest/v2/oauth/
 * @example
 * ```ts
 * import { createGenesysManager, genesysOptionsFromEnv } from "oauth-clients/genesys";
 *
 * const genesys = createGenesysManager(genesysOptionsFromEnv(process.env));
 * const roles = [{ roleName: "employee" }] as const;
 * const { client } = await genesys.create({ name: "Sync", grantType: "client_credentials", roles });
 * ```
 */
export function createGenesysManager(
  options: Expected<"clientId and clientSecret, or accessToken", GenesysOptions>,
): GenesysManager {
  const connection = connect(readOptions(options));
  return {
    vendor,
    create: ((input, options) => createClient(connection, input, options)) as GenesysManager["create"],
    get: (id, options) => getClient(connection, id, options),
    list: (options) => listClients(connection, options),
    update: (id, changes, options) => updateClient(connection, id, changes, options),
    delete: (id, options) => deleteClient(connection, id, options),
    rotateSecret: (id, options) => rotateSecret(connection, id, options),
    import: (reference, options) => importClient(connection, reference, options),
    account: (options) => getAccount(connection, options),
    // Callers typed as `TokenRequests` may pass parameters.
    tokenRequest: (credentials, parameters?: TokenParameters) =>
      createTokenRequest(connection.loginUrl, credentials, parameters),
    listIntegrationCredentials: (options) => listIntegrationCredentials(connection, options),
    createIntegrationCredential: (name, credentials, options) =>
      createIntegrationCredential(connection, name, credentials, options),
    updateIntegrationCredential: (id, credentials, options) =>
      updateIntegrationCredential(connection, id, credentials, options),
    deleteIntegrationCredential: (id, options) => deleteIntegrationCredential(connection, id, options),
  };
}
