import type { Expected } from "../core/values.js";
import {
  createClient,
  deleteClient,
  getClient,
  importClient,
  listClients,
  patchClient,
  setLifespans,
  updateClient,
} from "./clients.js";
import { connect } from "./connection.js";
import { operations, vendor } from "./errors.js";
import { parseCallOptions } from "./input.js";
import type { OryOptions } from "./options.js";
import { readOptions } from "./options.js";
import { deleteRotatedSecrets, rotateSecret } from "./secrets.js";
import { createTokenRequest, deleteTokens, introspectToken, revokeToken } from "./tokens.js";
import type { OryManager } from "./types.js";

/**
 * Creates the manager of the OAuth 2.0 clients of an Ory Network project or of a Hydra.
 *
 * @throws {ConfigurationError} an option is missing or invalid; nothing was sent
 * @see https://www.ory.sh/docs/hydra/reference/api
 * @example
 * ```ts
 * import { createOryManager } from "oauth-clients/ory";
 *
 * const ory = createOryManager({ adminUrl: "https://hydra-admin.example.com", publicUrl: "https://hydra.example.com" });
 * const { client, credentials } = await ory.create({ name: "Report", grantTypes: ["client_credentials"] });
 * ```
 */
export function createOryManager(
  options: Expected<"project and apiKey for Ory Network, or adminUrl for a Hydra", OryOptions>,
): OryManager {
  const connection = connect(readOptions(options));
  return {
    vendor,
    account: async (options) => {
      parseCallOptions(options, operations.account).signal?.throwIfAborted();
      return connection.account;
    },
    create: ((input, options) => createClient(connection, input, options)) as OryManager["create"],
    get: (id, options) => getClient(connection, id, options),
    list: (options) => listClients(connection, options),
    update: (id, changes, options) => updateClient(connection, id, changes, options),
    patch: (id, patch, options) => patchClient(connection, id, patch, options),
    delete: (id, options) => deleteClient(connection, id, options),
    deleteTokens: (id, options) => deleteTokens(connection, id, options),
    setLifespans: (id, lifespans, options) => setLifespans(connection, id, lifespans, options),
    rotateSecret: (id, options) => rotateSecret(connection, id, options),
    deleteRotatedSecrets: (id, options) => deleteRotatedSecrets(connection, id, options),
    import: (reference, options) => importClient(connection, reference, options),
    tokenRequest: (credentials, params) => createTokenRequest(connection.publicUrl, credentials, params),
    introspect: (token, options) => introspectToken(connection, token, options),
    revoke: (token, credentials, options) => revokeToken(connection, token, credentials, options),
  };
}
