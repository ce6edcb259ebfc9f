import type { components } from "../../openapi/ovh.js";

type ReferenceAction = components["schemas"]["referenceAction"];

const account = "account:apiovh:";

/**
 * The IAM action of each operation. The list of actions, the list of resources, the check of an authorization and the authentication details
 * need none.
 */
export const requiredActions = {
  getAccount: `${account}me/get`,
  listOAuth2Clients: `${account}me/api/oauth2/client/get`,
  createOAuth2Client: `${account}me/api/oauth2/client/create`,
  getOAuth2Client: `${account}me/api/oauth2/client/get`,
  updateOAuth2Client: `${account}me/api/oauth2/client/edit`,
  deleteOAuth2Client: `${account}me/api/oauth2/client/delete`,
  getWebHosting: "webHosting:apiovh:get",
  listPolicies: `${account}iam/policy/get`,
  createPolicy: `${account}iam/policy/create`,
  getPolicy: `${account}iam/policy/get`,
  updatePolicy: `${account}iam/policy/edit`,
  deletePolicy: `${account}iam/policy/delete`,
  listPermissionsGroups: `${account}iam/permissionsGroup/get`,
  getPermissionsGroup: `${account}iam/permissionsGroup/get`,
} as const;

const entry = (action: string, category: string, description: string): ReferenceAction => ({
  action,
  categories: [category],
  description,
  hasQueryParameters: false,
  resourceType: action.slice(0, action.indexOf(":")),
});

/** The list of actions: those of the simulated operations, and some of other resource types. */
export const referenceActions: readonly ReferenceAction[] = [
  entry(`${account}iam/permissionsGroup/get`, "READ", "Read permissions groups"),
  entry(`${account}iam/policy/create`, "CREATE", "Create a policy"),
  entry(`${account}iam/policy/delete`, "DELETE", "Delete a policy"),
  entry(`${account}iam/policy/edit`, "EDIT", "Change a policy"),
  entry(`${account}iam/policy/get`, "READ", "Read policies"),
  entry(`${account}me/api/oauth2/client/create`, "CREATE", "Create an OAuth2 client"),
  entry(`${account}me/api/oauth2/client/delete`, "DELETE", "Delete an OAuth2 client"),
  entry(`${account}me/api/oauth2/client/edit`, "EDIT", "Change an OAuth2 client"),
  entry(`${account}me/api/oauth2/client/get`, "READ", "Read OAuth2 clients"),
  entry(`${account}me/get`, "READ", "Read the account"),
  entry("dedicatedServer:apiovh:install/start", "OPERATE", "Start an installation"),
  entry("dedicatedServer:apiovh:install/status/get", "READ", "Read how an installation goes"),
  entry("webHosting:apiovh:get", "READ", "Read web hosting plans"),
];
