import type { Expected } from "../core/values.js";
import { deleteClient, grantAccess } from "./access.js";
import { createClient, getClient, importClient, listClients, updateClient } from "./clients.js";
import { connect, getAccount } from "./connection.js";
import { vendor } from "./errors.js";
import type { OvhOptions } from "./options.js";
import { readOptions } from "./options.js";
import { checkAuthorization, getPermissionsGroup, listPermissionsGroups, listResources } from "./permissions.js";
import { createPolicy, deletePolicy, getPolicy, listActions, listPolicies, updatePolicy } from "./policies.js";
import { createTokenRequest } from "./tokens.js";
import type { OvhManager } from "./types.js";

/**
 * Creates the manager of an OVHcloud account's OAuth 2.0 clients and of its IAM policies.
 *
 * @throws {ConfigurationError} an option is missing or invalid; nothing was sent
 * @see https://eu.api.ovh.com/console-preview/
 * @example
 * ```ts
 * import { createOvhManager } from "oauth-clients/ovh";
 *
 * const ovh = createOvhManager({ region: "eu", clientId: "EU.0123456789abcdef", clientSecret: process.env.OVH_CLIENT_SECRET ?? "" });
 * const { client, credentials } = await ovh.create({ flow: "client_credentials", name: "ci", description: "deploys" });
 * ```
 */
export function createOvhManager(
  options: Expected<
    "clientId and clientSecret, or accessToken, or applicationKey, applicationSecret and consumerKey",
    OvhOptions
  >,
): OvhManager {
  const connection = connect(readOptions(options));
  return {
    vendor,
    account: (options) => getAccount(connection, options),
    create: (input, options) => createClient(connection, input, options),
    get: (id, options) => getClient(connection, id, options),
    list: (options) => ({ [Symbol.asyncIterator]: () => listClients(connection, options) }),
    update: (id, changes, options) => updateClient(connection, id, changes, options),
    delete: (id, options) => deleteClient(connection, id, options),
    import: (reference, options) => importClient(connection, reference, options),
    tokenRequest: (credentials, params) => createTokenRequest(connection.tokenEndpoint, credentials, params),
    grantAccess: (client, grant, options) => grantAccess(connection, client, grant, options),
    createPolicy: (policy, options) => createPolicy(connection, policy, options),
    getPolicy: (id, options) => getPolicy(connection, id, options),
    listPolicies: (options) => listPolicies(connection, options),
    updatePolicy: (id, changes, options) => updatePolicy(connection, id, changes, options),
    deletePolicy: (id, options) => deletePolicy(connection, id, options),
    listActions: (options) => listActions(connection, options),
    listPermissionsGroups: (options) => listPermissionsGroups(connection, options),
    getPermissionsGroup: (urn, options) => getPermissionsGroup(connection, urn, options),
    listResources: (options) => listResources(connection, options),
    checkAuthorization: (resource, actions, options) => checkAuthorization(connection, resource, actions, options),
  };
}
