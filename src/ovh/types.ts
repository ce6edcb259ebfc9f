import type { ClientImport, TokenParameters, TokenRequests } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import type { CallOptions, CreateResultWithSecret, ListOptions, OAuthClient, OAuthClientManager } from "../core/manager.js";
import type { SecretOptions } from "../core/secret-sink.js";
import type { NotAllowed, Open } from "../core/values.js";

export type { OvhRegion } from "./endpoints.js";

/** The flow of a client. A client that was read can have one that this library does not know. */
export type OvhFlow = OvhClientInput["flow"] | (string & Record<never, never>);

/** A client as OVHcloud stores it. It has no secret, so it can be logged. */
export interface OvhClient extends OAuthClient {
  readonly vendor: "ovh";
  /** The client's id at OVHcloud: its `client_id`. Opaque: `EU.` and hexadecimal digits today, earlier without a prefix. */
  readonly id: string;
  /** OAuth's `client_id`. Equal to `id`. */
  readonly clientId: string;
  /** The purpose of the client. */
  readonly description: string;
  /** Cannot be changed. */
  readonly flow: OvhFlow;
  /** The redirect URIs. Empty for `client_credentials`. */
  readonly callbackUrls: readonly string[];
  /**
   * The URN of a service account in policies. Absent for `authorization_code`, and when `create` could not read the client: `get`
   * returns it then.
   */
  readonly identity?: string;
}

/** The changes of `update`. An absent or `undefined` field keeps its value. The flow cannot be changed. */
export interface OvhClientChanges {
  /** The name for people. */
  readonly name?: string;
  /** The purpose of the client. */
  readonly description?: string;
  /** Replaces the whole list. Only for `authorization_code`. */
  readonly callbackUrls?: readonly [string, ...string[]];
}

/** A policy as OVHcloud stores it. */
export interface OvhPolicy extends OvhPolicyFields {
  /** A UUID. */
  readonly id: string;
  /** The name of the account. */
  readonly owner?: string;
  /** `true` for OVHcloud's own policies, which cannot be changed. */
  readonly readOnly: boolean;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly except: readonly string[];
  readonly permissionsGroups: readonly string[];
  /** When the policy was created. */
  readonly createdAt?: Date;
  /** When the policy was last changed. Absent until the first change. */
  readonly updatedAt?: Date;
}

/** The changes of `updatePolicy`. An absent or `undefined` field keeps its value; a list replaces the list; `null` clears a field. */
export interface OvhPolicyChanges extends Partial<Omit<OvhPolicyFields, "description" | "conditions" | "expiresAt">> {
  /** The purpose of the policy. */
  readonly description?: string | null;
  /** The conditions of the policy. */
  readonly conditions?: OvhPolicyCondition | null;
  /** When the policy ends. */
  readonly expiresAt?: Date | null;
}

/** The access that `grantAccess` allows. */
export interface OvhAccessGrant {
  /** URNs of the resources that the client may act on. */
  readonly resources: readonly string[];
  /** Allowed actions; `*` stands for any text: `webHosting:*`. Required without `permissionsGroups`. */
  readonly actions?: readonly string[];
  /** Groups of allowed actions: the name of a group of OVHcloud, or the URN of any group. */
  readonly permissionsGroups?: readonly OvhPermissionsGroupName[];
  /**
   * The policy's name, unique in the account.
   * @default "oauth2-" and the client's id, so that a second grant does not create a second policy
   */
  readonly name?: string;
  /** The purpose of the policy. */
  readonly description?: string;
}

/** The options of `grantAccess`. */
export interface OvhGrantOptions extends CallOptions {
  /**
   * Replaces the content of an existing policy with this name.
   * @default false: other content is a `ConflictError`
   */
  readonly update?: boolean;
}

/** The options of `delete`. */
export interface OvhDeleteOptions extends CallOptions {
  /**
   * Removes the client from the policies that name it. A policy that names only this client is deleted.
   * @default false
   */
  readonly removeFromPolicies?: boolean;
}

/** The result of `delete`. */
export interface OvhDeleteResult {
  /** The policies that still name the deleted client. Absent when they could not be read. */
  readonly policies?: readonly Pick<OvhPolicy, "id" | "name">[];
}

/** The options of `listPolicies`. A policy has to match all filters. */
export interface OvhPolicyListOptions extends CallOptions {
  /** Only policies that name one of these identities, by URN. */
  readonly identities?: readonly string[];
  /** Only policies that name one of these resources, by URN. */
  readonly resources?: readonly string[];
  /** Only policies that name one of these actions. */
  readonly actions?: readonly string[];
  /** Only OVHcloud's own policies, or only the others. */
  readonly readOnly?: boolean;
  /**
   * Policies per request.
   * @default OVHcloud's own
   */
  readonly pageSize?: number;
}

/** An action that policies can name. */
export interface OvhAction {
  /** Its name: `account:apiovh:me/api/oauth2/client/get`. */
  readonly action: string;
  /** A description for people. */
  readonly description?: string;
  /** Values of `CREATE`, `READ`, `EDIT`, `OPERATE`, `DELETE`. */
  readonly categories: readonly string[];
  /** The type of its resources: `webHosting`. */
  readonly resourceType?: string;
}

/** The options of `listActions`. */
export interface OvhActionListOptions extends CallOptions {
  /** Only actions on these types of resources. */
  readonly resourceTypes?: readonly string[];
  /**
   * Actions per request.
   * @default OVHcloud's own
   */
  readonly pageSize?: number;
}

/** The options of a list whose pages have a size. */
export interface OvhPageOptions extends CallOptions {
  /**
   * Entries per request.
   * @default OVHcloud's own
   */
  readonly pageSize?: number;
}

/**
 * The name of one of OVHcloud's permissions groups. `controlPanelAccess` allows the login to the control panel. Further groups are in
 * `listPermissionsGroups`.
 */
export type OvhPermissionsGroupName = Open<"globalAdmin" | "globalReadWrite" | "globalReadOnly" | "controlPanelAccess">;

/** A permissions group: a set of actions that policies can name. */
export interface OvhPermissionsGroup {
  /** Its URN, which policies contain: `urn:v1:eu:permissionsGroup:ovh:globalAdmin`. */
  readonly urn: string;
  /** Its name. */
  readonly name: string;
  /** A description for people. */
  readonly description?: string;
  /** The name of the account, or `ovh` for OVHcloud's own groups. */
  readonly owner?: string;
  /** Actions that are allowed. */
  readonly allow: readonly string[];
  /** Denied actions, even when another policy allows them. */
  readonly deny: readonly string[];
  /** Actions that are excluded from `allow` of this group. */
  readonly except: readonly string[];
  /** When the group was created. */
  readonly createdAt?: Date;
  /** When the group was last changed. */
  readonly updatedAt?: Date;
}

/** A resource of the account, which policies can name. */
export interface OvhResource {
  /** Its URN: `urn:v1:eu:resource:webHosting:example.hosting.ovh.net`. */
  readonly urn: string;
  /** Its name. */
  readonly name: string;
  /** The name for people. */
  readonly displayName?: string;
  /** The name of the account. */
  readonly owner?: string;
  /** Its type: `webHosting`. */
  readonly type?: string;
  /** Its tags. Those that OVHcloud computes begin with `ovh:`. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The options of `listResources`. A resource has to match all filters. */
export interface OvhResourceListOptions extends OvhPageOptions {
  /** Only resources with one of these names. */
  readonly resourceNames?: readonly string[];
  /** Only resources of one of these types. */
  readonly resourceTypes?: readonly string[];
  /** Only resources whose URN matches one of these patterns: `urn:v1:eu:resource:vps:*`. */
  readonly resources?: readonly string[];
}

/** The result of `checkAuthorization`: each action of the request is in one of the lists. */
export interface OvhAuthorizationResult {
  /** The actions that the credential may perform. */
  readonly authorized: readonly string[];
  /** The actions that the credential may not perform. */
  readonly unauthorized: readonly string[];
}

/** The options of `list`. */
export interface OvhListOptions extends ListOptions {
  /**
   * Clients that are read concurrently, from 1 to 50: OVHcloud lists ids only, and each client needs its own request. The manager's
   * `limits.concurrency` applies as well.
   * @default 8
   */
  readonly concurrency?: number;
}

/**
 * The manager of an OVHcloud account's clients. OVHcloud cannot replace a client's secret: create a second client, add its identity to
 * the policies of the first, and delete the first.
 */
export interface OvhManager
  extends OAuthClientManager<OvhClient, OvhClientInput, OvhClientChanges, CreateResultWithSecret<OvhClient>, OvhDeleteResult>,
    TokenRequests,
    ClientImport<OvhClient> {
  /**
   * Reads which account the manager's credential belongs to, with its region: `eu/ab12345-ovh`. With an `apiUrl`, the host takes the
   * place of the region.
   */
  readonly account: (options?: CallOptions) => Promise<string>;
  /**
   * Creates a client. OVHcloud responds with the id and the secret only, so the manager then reads the client. When that read fails,
   * the call still resolves, without `client.identity`. A new service account has no rights until a policy names it: see
   * `grantAccess`.
   *
   * An error with `outcome: "unknown"` means that a client may exist. It cannot be identified with certainty, because names are not
   * unique and OVHcloud generates the ids; the message says what to look for in `list`. Its secret is lost.
   *
   * @throws {ValidationError} the input is invalid; nothing was sent
   * @throws {PermissionDeniedError} the right to the action `account:apiovh:me/api/oauth2/client/create` is missing
   * @throws {SecretStorageError} the `secretSink` failed
   * @see https://eu.api.ovh.com/console-preview/
   */
  readonly create: (input: OvhClientInput, options?: SecretOptions) => Promise<CreateResultWithSecret<OvhClient>>;
  /**
   * Lists all clients in OVHcloud's order: one request reads all ids, then one request reads each client, a few concurrently and not far
   * ahead of the loop. Clients that are deleted in the meantime are left out. `timeoutMs` applies to each request.
   */
  readonly list: (options?: OvhListOptions) => AsyncIterable<OvhClient>;
  /**
   * Changes the given fields only: reads the client, merges the changes, and sends name, description and callback URLs. Empty changes
   * are not sent. A change by another caller between the two requests is lost.
   *
   * @throws {ValidationError} the changes are invalid, or change the flow; nothing was changed
   * @throws {NotFoundError} no client has this id
   */
  readonly update: (id: string, changes: OvhClientChanges, options?: CallOptions) => Promise<OvhClient>;
  /**
   * Reads a client and returns it with its credentials. The reference is an object with `id` and `clientSecret`, or a string in the
   * form of Terraform's import: `client_id` or `client_id|client_secret`. Prefer the object; a secret with `|` requires it.
   *
   * @throws {ValidationError} the reference has another form, or the secret cannot be verified; the message does not repeat it
   * @throws {NotFoundError} no client has this id
   * @throws {TokenEndpointError} `verifySecret` is set, and the token endpoint rejects the secret
   */
  readonly import: ClientImport<OvhClient>["import"];
  /**
   * Creates the token request for these credentials. OVHcloud requires a scope; the default is `all`. Policies decide what the token
   * allows. The secret is sent in the body, as in OVHcloud's guide, unless `credentials.tokenEndpointAuthMethod` is
   * `client_secret_basic`.
   *
   * @throws {ValidationError} `audience` is set, which OVHcloud does not support
   * @throws {ConfigurationError} the manager has `apiUrl` and no `tokenEndpoint`
   */
  readonly tokenRequest: (credentials: ClientCredentials, params?: TokenParameters) => TokenRequest;
  /**
   * Deletes a client. OVHcloud keeps the policies that name it: the result lists them, or `removeFromPolicies` removes the client from
   * them. The client and these policies are read before the deletion.
   *
   * @throws {NotFoundError} no client has this id
   */
  readonly delete: (id: string, options?: OvhDeleteOptions) => Promise<OvhDeleteResult>;
  /**
   * Allows a service account to act, by a policy with its identity. A client without `identity` is read first. When a policy with this
   * name and content exists, the call returns it. Other content is a `ConflictError`, or is replaced with `update: true`.
   *
   * @throws {ValidationError} a URN or action is malformed, or the client is not a service account
   * @throws {ConflictError} a policy with this name has other content
   */
  readonly grantAccess: (
    client: Pick<OvhClient, "id" | "identity">,
    grant: OvhAccessGrant,
    options?: OvhGrantOptions,
  ) => Promise<OvhPolicy>;
  /**
   * Creates a policy. An error with `outcome: "unknown"` means that it may exist; names are unique, so look in `listPolicies`.
   *
   * @throws {ValidationError} a field is invalid, such as `resources: ["*"]`; nothing was sent
   * @throws {ConflictError} a policy has this name
   */
  readonly createPolicy: (policy: OvhPolicyFields, options?: CallOptions) => Promise<OvhPolicy>;
  /** Reads one policy. */
  readonly getPolicy: (id: string, options?: CallOptions) => Promise<OvhPolicy>;
  /** Lists all policies, or those that match the filters. Pages are requested while the loop runs. */
  readonly listPolicies: (options?: OvhPolicyListOptions) => AsyncIterable<OvhPolicy>;
  /** Changes the given fields only: reads the policy, merges the changes, and replaces it. */
  readonly updatePolicy: (id: string, changes: OvhPolicyChanges, options?: CallOptions) => Promise<OvhPolicy>;
  /** Deletes a policy. Actions that only this policy allowed are denied from then on. */
  readonly deletePolicy: (id: string, options?: CallOptions) => Promise<void>;
  /** Lists the actions that policies can name. */
  readonly listActions: (options?: OvhActionListOptions) => AsyncIterable<OvhAction>;
  /** Lists the permissions groups of OVHcloud, such as `globalReadOnly`, and of the account. */
  readonly listPermissionsGroups: (options?: OvhPageOptions) => AsyncIterable<OvhPermissionsGroup>;
  /**
   * Reads one permissions group by its URN.
   *
   * @throws {NotFoundError} no group has this URN
   */
  readonly getPermissionsGroup: (urn: string, options?: CallOptions) => Promise<OvhPermissionsGroup>;
  /** Lists the resources that policies can name, or those that match the filters. */
  readonly listResources: (options?: OvhResourceListOptions) => AsyncIterable<OvhResource>;
  /**
   * Compares actions with the rights of the manager's credential on one resource. Changes nothing. For the rights of a service account,
   * call it on a manager with the credentials of that account.
   *
   * @param resource - the URN of the resource, without `*`
   * @param actions - names of actions, without `*`
   * @throws {ValidationError} a URN or action is malformed; nothing was sent
   */
  readonly checkAuthorization: (
    resource: string,
    actions: readonly string[],
    options?: CallOptions,
  ) => Promise<OvhAuthorizationResult>;
}

/** A service account: a client that requests tokens for itself (RFC 6749 section 4.4). Policies decide what it may do. */
export interface OvhServiceAccountInput {
  /** Cannot be changed later. */
  readonly flow: "client_credentials";
  /** The name for people. Not unique. */
  readonly name: string;
  /** The purpose of the client. OVHcloud requires it. */
  readonly description: string;
  /** Not allowed: a service account has no redirect URIs. */
  readonly callbackUrls?: NotAllowed<"callbackUrls require flow authorization_code: remove them, or change the flow">;
}

/** A client for applications with a login (RFC 6749 section 4.1). */
export interface OvhAuthorizationCodeInput {
  /** Cannot be changed later. */
  readonly flow: "authorization_code";
  /** The name for people. Not unique. */
  readonly name: string;
  /** The purpose of the client. OVHcloud requires it. */
  readonly description: string;
  /** The redirect URIs, at least one: `https:`, or `http:` on a loopback address. */
  readonly callbackUrls: readonly [string, ...string[]];
}

/** The input of `create`. */
export type OvhClientInput = OvhServiceAccountInput | OvhAuthorizationCodeInput;

/**
 * A condition of a policy. `MATCH` compares values, with keys such as `request.IP`, `resource.Tag(name)` and
 * `date(Europe/Paris).WeekDay`; the other operators combine further conditions. At most three levels.
 */
export type OvhPolicyCondition =
  | {
      readonly operator: "MATCH";
      readonly values: Readonly<Record<string, string>>;
      readonly conditions?: never;
    }
  | {
      readonly operator: "AND" | "OR" | "NOT";
      readonly conditions: readonly OvhPolicyCondition[];
      readonly values?: never;
    };

/** The fields of a policy. Every action that no policy allows is denied. */
export interface OvhPolicyFields {
  /** Unique in the account. Names that begin with `ovh-` are reserved by OVHcloud. */
  readonly name: string;
  /** The purpose of the policy. */
  readonly description?: string;
  /** URNs of the identities that the policy applies to, for example the `identity` of a service account. */
  readonly identities: readonly string[];
  /**
   * URNs of the resources that the policy applies to, such as `urn:v1:eu:resource:webHosting:example.hosting.ovh.net`. A `*` at the beginning or
   * end of the last part stands for any text: `urn:v1:eu:resource:vps:*`, and `urn:v1:eu:resource:*` for all resources.
   */
  readonly resources: readonly string[];
  /** Actions that are allowed, such as `webHosting:apiovh:get`; `*` stands for any text: `webHosting:*`. `listActions` lists all. */
  readonly allow?: readonly string[];
  /** Denied actions, even when another policy allows them. */
  readonly deny?: readonly string[];
  /** Actions that are excluded from `allow` of this policy. */
  readonly except?: readonly string[];
  /** URNs of permissions groups, such as `urn:v1:eu:permissionsGroup:ovh:globalAdmin`. */
  readonly permissionsGroups?: readonly string[];
  /** The conditions of the policy. Absent: it always applies. */
  readonly conditions?: OvhPolicyCondition;
  /** When the policy ends. */
  readonly expiresAt?: Date;
}
