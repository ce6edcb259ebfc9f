import type { TransportOptions } from "oauth-clients";
import { createGenesysManager } from "oauth-clients/genesys";
import { createOryManager } from "oauth-clients/ory";
import { createOvhManager } from "oauth-clients/ovh";
import { createTfeManager } from "oauth-clients/tfe";

/** A method: its arguments without the options, and the options that it has beside `signal` and `timeoutMs`. */
export type Method = readonly [args: readonly unknown[], options?: readonly string[]];

/** A vendor's manager and all its methods. */
export interface Vendor {
  readonly create: (transport: TransportOptions) => object;
  readonly methods: Readonly<Record<string, Method>>;
  /** Methods without options, because they send no request. */
  readonly pure: readonly string[];
}

const url = "http://127.0.0.1:9";
const credentials = { clientId: "00000000-0000-4000-8000-000000000000", clientSecret: "a-secret" };
const ory = "00000000-0000-4000-8000-000000000000";
const ovh = "EU.ffffffffffffffff";
const policy = { name: "demo", identities: ["urn:v1:eu:identity:credential:x/oauth2-a"], resources: ["urn:v1:eu:resource:*"] };

/** All methods of all managers. A test compares the table with the managers. */
export const vendors: Readonly<Record<string, Vendor>> = {
  ory: {
    create: (transport) => createOryManager({ adminUrl: url, publicUrl: url, ...transport }),
    methods: {
      create: [[{ name: "worker", grantTypes: ["client_credentials"] }], ["secretSink"]],
      get: [[ory]],
      list: [[], ["onUnreadable", "name", "owner", "pageSize"]],
      update: [[ory, { name: "new" }]],
      delete: [[ory]],
      patch: [[ory, [{ op: "replace", path: "/client_name", value: "new" }]]],
      setLifespans: [[ory, { clientCredentialsGrantAccessTokenMs: 60_000 }]],
      deleteTokens: [[ory]],
      rotateSecret: [[ory], ["secretSink", "overlap"]],
      deleteRotatedSecrets: [[ory]],
      import: [[{ id: ory, clientSecret: "a-secret" }], ["verifySecret"]],
      introspect: [["a-token"], ["scopes"]],
      revoke: [["a-token", credentials]],
      account: [[]],
    },
    pure: ["tokenRequest"],
  },
  ovh: {
    create: (transport) => createOvhManager({ apiUrl: url, accessToken: "a-token", ...transport }),
    methods: {
      create: [[{ flow: "client_credentials", name: "worker", description: "exports" }], ["secretSink"]],
      get: [[ovh]],
      list: [[], ["onUnreadable", "concurrency"]],
      update: [[ovh, { name: "new" }]],
      delete: [[ovh]],
      import: [[`${ovh}|a-secret`], ["verifySecret"]],
      grantAccess: [[{ id: ovh }, { resources: policy.resources, actions: ["webHosting:*"] }]],
      createPolicy: [[{ ...policy, allow: ["webHosting:*"] }]],
      getPolicy: [["a-policy"]],
      listPolicies: [[], ["identities", "resources", "actions", "readOnly", "pageSize"]],
      updatePolicy: [["a-policy", { name: "new" }]],
      deletePolicy: [["a-policy"]],
      listActions: [[], ["resourceTypes", "pageSize"]],
      listPermissionsGroups: [[], ["pageSize"]],
      getPermissionsGroup: [["urn:v1:eu:permissionsGroup:ovh:globalAdmin"]],
      listResources: [[], ["resourceNames", "resourceTypes", "resources", "pageSize"]],
      checkAuthorization: [["urn:v1:eu:resource:account:zz99999-ovh", ["vps:apiovh:get"]]],
      account: [[]],
    },
    pure: ["tokenRequest"],
  },
  genesys: {
    create: (transport) => createGenesysManager({ apiUrl: url, loginUrl: url, accessToken: "a-token", ...transport }),
    methods: {
      create: [[{ grantType: "authorization_code", name: "desk", scopes: ["users"] }], ["secretSink", "integrationCredential"]],
      get: [[ory], ["roleNames"]],
      list: [[], ["onUnreadable", "roleNames"]],
      update: [[ory, { name: "new" }]],
      delete: [[ory]],
      rotateSecret: [[ory], ["secretSink", "integrationCredential"]],
      import: [[{ id: ory, clientSecret: "a-secret" }], ["verifySecret"]],
      listIntegrationCredentials: [[], ["name"]],
      createIntegrationCredential: [["billing", credentials]],
      updateIntegrationCredential: [[ory, credentials]],
      deleteIntegrationCredential: [[ory], ["type"]],
      account: [[]],
    },
    pure: ["tokenRequest"],
  },
  tfe: {
    create: (transport) => createTfeManager({ address: url, organization: "acme", token: "a-token", ...transport }),
    methods: {
      create: [[{ serviceProvider: "github", oauthTokenString: "a-token" }]],
      get: [["oc-1"], ["showAffectedWorkspaces"]],
      list: [[], ["onUnreadable", "showAffectedWorkspaces", "pageSize"]],
      update: [["oc-1", { name: "new" }]],
      delete: [["oc-1"]],
      addProjects: [["oc-1", ["prj-1"]]],
      removeProjects: [["oc-1", ["prj-1"]]],
      replaceProjects: [["oc-1", []]],
      listOAuthTokens: [[], ["oauthClientId", "serviceProvider", "pageSize"]],
      getOAuthToken: [["ot-1"]],
      updateOAuthToken: [["ot-1", { sshKey: null }]],
      deleteOAuthToken: [["ot-1"]],
      account: [[]],
    },
    pure: [],
  },
};

/** Every method of every vendor. */
export const cases = Object.entries(vendors).flatMap(([vendor, { methods }]) =>
  Object.entries(methods).map(([name, method]) => [vendor, name, method] as const),
);

/** Awaits a promise, or the first element of an iterable. */
export async function firstResult(result: unknown): Promise<unknown> {
  if (typeof result === "object" && result !== null && Symbol.asyncIterator in result)
    return (result as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
  return result;
}
