import type { ClientImport, TokenParameters, TokenRequests } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import type { CallOptions, CreateResultWithSecret, OAuthClient, OAuthClientManager } from "../core/manager.js";
import type { TransportOptions } from "../core/options.js";
import type { SecretOptions } from "../core/secret-sink.js";
import type { OvhRegion } from "./endpoints.js";

export type { OvhRegion } from "./endpoints.js";
/** The flow that a client may use. In answers it may be one that nobody has heard of. */
export type OvhFlow = OvhClientInput["flow"] | (string & Record<never, never>);

/** A client as OVHcloud keeps it. Holds no secret, so it can be logged. */
export interface OvhClient extends OAuthClient {
  readonly vendor: "ovh";
  /** At OVHcloud the handle is the `client_id`. Opaque: `EU.` and hexadecimal digits today, digits alone earlier. */
  readonly id: string;
  /** OAuth's `client_id`. The same as `id`. */
  readonly clientId: string;
  /** What the client is for. */
  readonly description: string;
  /** Cannot be changed. */
  readonly flow: OvhFlow;
  /** Where people may be sent back to. Empty for `client_credentials`. */
  readonly callbackUrls: readonly string[];
  /**
   * The URN by which policies name a service account. Absent for `authorization_code`, and when `create` could not read it: then
   * `get` has it.
   */
  readonly identity?: string;
}

/** What `update` takes. A field that is absent or `undefined` stays as it is. The flow cannot be changed. */
export interface OvhClientChanges {
  /** The name for people. */
  readonly name?: string;
  /** What the client is for. */
  readonly description?: string;
  /** Replaces the whole list. Only for `authorization_code`. */
  readonly callbackUrls?: readonly [string, ...string[]];
}

/** A policy as OVHcloud keeps it. */
export interface OvhPolicy extends OvhPolicyFields {
  /** A UUID. */
  readonly id: string;
  /** The name of the account. */
  readonly owner?: string;
  /** `true` for OVHcloud's own, which cannot be changed. */
  readonly readOnly: boolean;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly except: readonly string[];
  readonly permissionsGroups: readonly string[];
  /** When the policy was made. */
  readonly createdAt?: Date;
  /** When the policy was last changed. Absent until the first change. */
  readonly updatedAt?: Date;
}

/** What `updatePolicy` takes. A field that is absent or `undefined` stays as it is; lists are replaced; `null` clears a field. */
export type OvhPolicyChanges = {
  readonly [Field in Exclude<keyof OvhPolicyFields, Clearable>]?: NonNullable<OvhPolicyFields[Field]>;
} & { readonly [Field in Clearable]?: OvhPolicyFields[Field] | null };

type Clearable = "description" | "conditions" | "expiresAt";

/** What `grant` takes. */
export interface OvhAccessGrant {
  /** URNs of what the client may act on. */
  readonly resources: readonly string[];
  /** Actions that it may take there; `*` stands for any text: `webHosting:*`. */
  readonly actions: readonly string[];
  /**
   * The policy's name, unique in the account.
   * @default "oauth2-" and the client's id, so that granting twice is a `ConflictError` and not a second policy
   */
  readonly name?: string;
  /** What the policy is for. */
  readonly description?: string;
}

/** What `listPolicies` takes. Filters combine with "and". */
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
   * Policies asked for at once.
   * @default what OVHcloud gives unasked
   */
  readonly pageSize?: number;
}

/** An action that policies can name. */
export interface OvhAction {
  /** Its name: `account:apiovh:me/api/oauth2/client/get`. */
  readonly action: string;
  /** What it does, for people. */
  readonly description?: string;
  /** Of `CREATE`, `READ`, `EDIT`, `OPERATE`, `DELETE`. */
  readonly categories: readonly string[];
  /** The type of the resources that it acts on: `webHosting`. */
  readonly resourceType?: string;
}

/** What `listActions` takes. */
export interface OvhActionListOptions extends CallOptions {
  /** Only actions on these types of resources. */
  readonly resourceTypes?: readonly string[];
  /**
   * Actions asked for at once.
   * @default what OVHcloud gives unasked
   */
  readonly pageSize?: number;
}

/** What `list` takes. */
export interface OvhListOptions extends CallOptions {
  /**
   * Clients read at once, from 1 to 50: OVHcloud lists ids alone, and each client is a call of its own. The manager's
   * `limits.concurrency` holds besides.
   * @default 8
   */
  readonly concurrency?: number;
}

/** Where OVHcloud is. */
export type OvhEndpointOptions =
  | {
      /**
       * The region of the account. Environment: `OVH_ENDPOINT`, as `ovh-eu`, `ovh-ca` or `ovh-us`.
       * @default "eu"
       */
      readonly region?: OvhRegion;
      readonly apiUrl?: never;
      readonly tokenEndpoint?: never;
    }
  | {
      /**
       * The address of the API, with or without a version at its end: `https://api.eu.ovhcloud.com`, a proxy, a simulator.
       * Environment: `OVH_ENDPOINT`.
       */
      readonly apiUrl: string;
      /**
       * The address of the token endpoint: `https://auth.eu.ovhcloud.com/oauth2/token`. Needed where the manager itself
       * authenticates as a service account, for `tokenRequest` and for proving secrets.
       */
      readonly tokenEndpoint?: string;
      readonly region?: never;
    };

/** Calls signed with an application key and a consumer key. */
export interface OvhApplicationKeyAuth {
  /** Names the application. Environment: `OVH_APPLICATION_KEY`. */
  readonly applicationKey: string;
  /** Goes into signatures and is never sent. Environment: `OVH_APPLICATION_SECRET`. */
  readonly applicationSecret: string;
  /** Names the customer who has let the application in. Environment: `OVH_CONSUMER_KEY`. */
  readonly consumerKey: string;
  readonly clientId?: never;
  readonly clientSecret?: never;
  readonly accessToken?: never;
}

/** Calls as a service account, whose tokens the manager fetches and renews. */
export interface OvhServiceAccountAuth {
  /** OAuth's `client_id`. Environment: `OVH_CLIENT_ID`. */
  readonly clientId: string;
  /** OAuth's `client_secret`. Environment: `OVH_CLIENT_SECRET`. */
  readonly clientSecret: string;
  readonly applicationKey?: never;
  readonly applicationSecret?: never;
  readonly consumerKey?: never;
  readonly accessToken?: never;
}

/** Calls with a token that somebody else renews. */
export interface OvhAccessTokenAuth {
  /** An access token. Environment: `OVH_ACCESS_TOKEN`. */
  readonly accessToken: string;
  readonly applicationKey?: never;
  readonly applicationSecret?: never;
  readonly consumerKey?: never;
  readonly clientId?: never;
  readonly clientSecret?: never;
}

/** What `createOvhManager` takes: one place and one way in. */
export type OvhOptions = TransportOptions &
  OvhEndpointOptions &
  (OvhApplicationKeyAuth | OvhServiceAccountAuth | OvhAccessTokenAuth);

/**
 * The header of the manager is its table of capabilities. OVHcloud cannot replace a client's secret: that takes a second client, its
 * identity in the policies of the first, and the end of the first.
 */
export interface OvhManager
  extends OAuthClientManager<OvhClient, OvhClientInput, OvhClientChanges, CreateResultWithSecret<OvhClient>>,
    TokenRequests,
    ClientImport<OvhClient> {
  /**
   * Reads which account the manager's credential belongs to, with its region: `eu/ab12345-ovh`. With an `apiUrl`, the host takes the
   * place of the region.
   */
  readonly account: (options?: CallOptions) => Promise<string>;
  /**
   * Makes a client. OVHcloud answers id and secret alone, so the client is read afterwards; when that fails, the call still resolves,
   * and `client.identity` is absent. A new service account may do nothing until a policy names it: see `grant`.
   *
   * An error with `outcome: "unknown"` means that a client may exist. Nothing tells it from another for certain, since names are
   * not unique and ids are OVHcloud's to choose; the message says what to look for in `list`. Its secret is lost.
   *
   * @throws {ValidationError} the input cannot work; nothing was sent
   * @throws {PermissionDeniedError} the action `account:apiovh:me/api/oauth2/client/create` is missing
   * @throws {SecretStorageError} the secret could not be stored where `secretSink` says
   * @see https://eu.api.ovh.com/console-preview/
   */
  readonly create: (input: OvhClientInput, options?: SecretOptions) => Promise<CreateResultWithSecret<OvhClient>>;
  /**
   * All clients, in OVHcloud's order: first all ids in one call, then each client in a call of its own, a few at a time and not
   * far ahead of the loop. Clients that are deleted meanwhile are left out. `timeoutMs` holds for each of these calls.
   */
  readonly list: (options?: OvhListOptions) => AsyncIterable<OvhClient>;
  /**
   * Changes what is named and nothing else: reads the client, merges, and sends name, description and callback addresses. Changes
   * that name nothing are not sent. There is no protection against somebody else's change in between.
   *
   * @throws {ValidationError} the changes cannot work, the flow among them; nothing was changed
   * @throws {NotFoundError} no client has this id
   */
  readonly update: (id: string, changes: OvhClientChanges, options?: CallOptions) => Promise<OvhClient>;
  /**
   * Reads a client and joins it with the secret that was kept: an object, or what Terraform's import takes, `client_id` and
   * `client_id|client_secret`. A secret with a `|` in it needs the object.
   *
   * @throws {ValidationError} the reference has another form, or there is nothing to prove; the reference is not repeated
   * @throws {NotFoundError} no client has this id
   * @throws {TokenEndpointError} `verifySecret` was asked for, and the secret is not accepted
   */
  readonly import: ClientImport<OvhClient>["import"];
  /**
   * Says how to ask for a token with these credentials. OVHcloud gives none without a scope, so it is `all` where none is asked for;
   * what the token may do is up to policies. The secret goes into the body, as in OVHcloud's guide, unless
   * `credentials.tokenEndpointAuthMethod` says `client_secret_basic`.
   *
   * @throws {ValidationError} an audience is asked for, of which OVHcloud knows none
   * @throws {ConfigurationError} the manager has `apiUrl` and no `tokenEndpoint`
   */
  readonly tokenRequest: (credentials: ClientCredentials, wanted?: TokenParameters) => TokenRequest;
  /**
   * Lets a service account act: makes the policy that names it. A client without `identity` is read first.
   *
   * @throws {ValidationError} a URN or action is malformed, or the client is no service account
   * @throws {ConflictError} a policy has this name
   */
  readonly grantAccess: (
    client: Pick<OvhClient, "id" | "identity">,
    grant: OvhAccessGrant,
    options?: CallOptions,
  ) => Promise<OvhPolicy>;
  /**
   * Makes a policy. An error with `outcome: "unknown"` means that it may exist; names are unique, so `listPolicies` tells.
   *
   * @throws {ValidationError} a field cannot work, such as `resources: ["*"]`; nothing was sent
   * @throws {ConflictError} a policy has this name
   */
  readonly createPolicy: (policy: OvhPolicyFields, options?: CallOptions) => Promise<OvhPolicy>;
  /** Reads one policy. */
  readonly getPolicy: (id: string, options?: CallOptions) => Promise<OvhPolicy>;
  /** All policies, or those that pass the filters, page by page as the loop goes on. */
  readonly listPolicies: (options?: OvhPolicyListOptions) => AsyncIterable<OvhPolicy>;
  /** Changes what is named and nothing else: reads the policy, merges, and replaces it as a whole. */
  readonly updatePolicy: (id: string, changes: OvhPolicyChanges, options?: CallOptions) => Promise<OvhPolicy>;
  /** Removes a policy. What it alone has allowed is denied from then on. */
  readonly deletePolicy: (id: string, options?: CallOptions) => Promise<void>;
  /** The actions that policies can name. */
  readonly listActions: (options?: OvhActionListOptions) => AsyncIterable<OvhAction>;
}

interface Fields {
  /** The name for people. Not unique. */
  readonly name: string;
  /** What the client is for. OVHcloud insists on one. */
  readonly description: string;
}

/** A service account: a client that gets tokens for itself (RFC 6749 section 4.4). What it may do is up to policies. */
export interface OvhServiceAccountInput extends Fields {
  /** Cannot be changed later. */
  readonly flow: "client_credentials";
  readonly callbackUrls?: never;
}

/** A client for applications that people log in to (RFC 6749 section 4.1). */
export interface OvhAuthorizationCodeInput extends Fields {
  /** Cannot be changed later. */
  readonly flow: "authorization_code";
  /** Where people may be sent back to: `https:`, or `http:` on a loopback address. */
  readonly callbackUrls: readonly [string, ...string[]];
}

/** What `create` takes. */
export type OvhClientInput = OvhServiceAccountInput | OvhAuthorizationCodeInput;

/**
 * When a policy holds. `MATCH` compares values, by keys such as `request.IP`, `resource.Tag(name)` and
 * `date(Europe/Paris).WeekDay`; the others join further conditions. At most three levels.
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

/** What a policy is made of. Everything that no policy allows is denied. */
export interface OvhPolicyFields {
  /** Unique in the account. Names that begin with `ovh-` are OVHcloud's own. */
  readonly name: string;
  /** What the policy is for. */
  readonly description?: string;
  /** URNs of whom the policy is for: `identity` of a service account, say. */
  readonly identities: readonly string[];
  /**
   * URNs of what the policy is about, such as `urn:v1:eu:resource:webHosting:example.hosting.ovh.net`. A `*` at the beginning or
   * end of the last part stands for any text: `urn:v1:eu:resource:vps:*`, and `urn:v1:eu:resource:*` for everything.
   */
  readonly resources: readonly string[];
  /** Actions that are allowed, such as `webHosting:apiovh:get`; `*` stands for any text: `webHosting:*`. `listActions` has all. */
  readonly allow?: readonly string[];
  /** Actions that are denied, whatever any policy allows. */
  readonly deny?: readonly string[];
  /** Actions that are taken away from `allow` of this policy. */
  readonly except?: readonly string[];
  /** URNs of groups of permissions, such as `urn:v1:eu:permissionsGroup:ovh:globalAdmin`. */
  readonly permissionsGroups?: readonly string[];
  /** When the policy holds. Absent: always. */
  readonly conditions?: OvhPolicyCondition;
  /** When the policy ends. */
  readonly expiresAt?: Date;
}
