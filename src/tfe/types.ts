import type { CallOptions, CreateResult, OAuthClient, OAuthClientManager } from "../core/manager.js";
import type { TransportOptions } from "../core/options.js";
import type { Open } from "../core/values.js";

/**
 * A client as Terraform Enterprise keeps it: an organization's connection to one VCS provider. It is no OAuth client of
 * Terraform's own API and has no credentials for it. Holds no secret, so it can be logged.
 */
export interface TfeClient extends OAuthClient {
  readonly vendor: "tfe";
  /** Begins with `oc-`. */
  readonly id: string;
  /** Empty when the client has none; Terraform's pages then show `serviceProviderDisplayName`. */
  readonly name: string;
  /** The name of the organization, which is its id too. */
  readonly organization?: string;
  /** The kind of VCS provider. */
  readonly serviceProvider: TfeServiceProvider;
  /** For people: `GitHub`, `GitLab`. */
  readonly serviceProviderDisplayName?: string;
  /** The provider's home page. */
  readonly httpUrl?: string;
  /** Where the provider's API is. */
  readonly apiUrl?: string;
  /** The id of the token that workspaces, policy sets and modules refer to. Begins with `ot-`. Absent while there is none. */
  readonly oauthTokenId?: string;
  /** The ids of all tokens: none or one. */
  readonly oauthTokenIds: readonly string[];
  /** The consumer key or application id at the VCS provider. Not the secret. */
  readonly key?: string;
  /** PEM, byte for byte as it was given. */
  readonly rsaPublicKey?: string;
  /** Whether all projects may use the client, or only those of `projectIds`. `true` at servers that do not say so. */
  readonly organizationScoped: boolean;
  /** Projects that may use a client that is not `organizationScoped`. */
  readonly projectIds: readonly string[];
  /** The agent pool that reaches a provider in a private network. */
  readonly agentPoolId?: string;
  /** The organization at Azure DevOps Services that the token is for. */
  readonly adoOrganizationName?: string;
  /** The Entra tenant at Azure DevOps Services. */
  readonly adoEntraTenantId?: string;
  /** The redirect URI to register at the VCS provider. */
  readonly callbackUrl?: string;
  /** Path and query, at the manager's address, where a person's browser starts the authorization. Needed where no token was given. */
  readonly connectPath?: string;
  /** When the client was last changed, where the server says so. */
  readonly updatedAt?: Date;
  /** Names of workspaces that use the client, at most 25. Only when asked for. */
  readonly affectedWorkspaces?: readonly string[];
  /** How many workspaces use it. Only when asked for. */
  readonly affectedWorkspacesCount?: number;
}

/**
 * What `update` takes. A field that is absent or `undefined` stays as it is; `null` clears it. Provider and addresses cannot be
 * changed: that takes another client.
 */
export interface TfeClientChanges {
  /** The name for people. `null`: the provider's display name is shown. */
  readonly name?: string | null;
  /**
   * A new token of the VCS provider. The client and the id of its token stay, so that workspaces do not notice, and no runs are
   * started. Servers before September 2025 may ignore it without a word. Write-only.
   */
  readonly oauthTokenString?: string;
  /** The application id or consumer key at the VCS provider. Bitbucket Data Center does not let go of one. */
  readonly key?: string | null;
  /** The consumer secret; for Bitbucket Server and Data Center, the private key in PEM. Write-only. */
  readonly secret?: string | null;
  /** The public key in PEM, for Bitbucket Server and Data Center. */
  readonly rsaPublicKey?: string | null;
  /** Whether all projects may use the client, or only those of `projectIds`. */
  readonly organizationScoped?: boolean;
  /** Replaces the whole set; `[]` clears it. */
  readonly projectIds?: readonly string[];
  /** The agent pool that reaches a provider in a private network. */
  readonly agentPoolId?: string | null;
  /** For `ado_services`: the organization that the token is for. */
  readonly adoOrganizationName?: string | null;
  /** For `ado_services`: the Entra tenant. */
  readonly adoEntraTenantId?: string | null;
}

/** What Terraform Enterprise tells of a token of a VCS provider. Its text is not among it. */
export interface TfeOAuthToken {
  /** Begins with `ot-`. */
  readonly id: string;
  /** The client that the token belongs to. Begins with `oc-`. */
  readonly oauthClientId?: string;
  /** The user's name at the VCS provider. */
  readonly serviceProviderUser?: string;
  /** Whether an SSH key is set, for submodules. */
  readonly hasSshKey: boolean;
  /** When the token was stored. */
  readonly createdAt?: Date;
}

/** What `get` takes. */
export interface TfeGetOptions extends CallOptions {
  /**
   * Tell which workspaces use the client. Servers up to v202505-1 do not.
   * @default false
   */
  readonly showAffectedWorkspaces?: boolean;
}

/** What `list` takes. */
export interface TfeListOptions extends TfeGetOptions {
  /**
   * Clients asked for at once, from 1 to 100.
   * @default 100, the most that Terraform Enterprise gives
   */
  readonly pageSize?: number;
}

/** What `listOAuthTokens` takes. */
export interface TfeOAuthTokenListOptions extends CallOptions {
  /** Only the tokens of this client. */
  readonly oauthClientId?: string;
  /** Only the tokens of this kind of provider. Excludes `oauthClientId`. */
  readonly serviceProvider?: TfeServiceProvider;
  /**
   * Tokens asked for at once, from 1 to 100.
   * @default 100
   */
  readonly pageSize?: number;
}

/** What `createTfeManager` takes. */
export interface TfeOptions extends TransportOptions {
  /** A user, team or organization token that may manage VCS settings. Environment: `TFE_TOKEN`. */
  readonly token: string;
  /** The name of the organization whose clients are created and listed. Environment: `TFE_ORGANIZATION`. */
  readonly organization: string;
  /**
   * Where Terraform Enterprise is, with or without a final `/api/v2`. Environment: `TFE_ADDRESS`, or the host alone in
   * `TFE_HOSTNAME`.
   * @default "https://app.terraform.io", which is HCP Terraform
   */
  readonly address?: string;
  /**
   * Deletes at `DELETE /organizations/{organization}/oauth-clients/{id}`, the only address that installations of 2018 know.
   * Whether servers of today still know it is not documented.
   * @default false
   */
  readonly deleteUnderOrganization?: boolean;
}

/**
 * The header of the manager is its table of capabilities: Terraform Enterprise gives its clients no credentials, so there is no
 * secret to rotate, no token to ask for and nothing to import.
 *
 * A 404 of any call means that the thing does not exist or that the token may not see it: Terraform Enterprise does not tell
 * these two apart.
 */
export interface TfeManager extends OAuthClientManager<TfeClient, TfeClientInput, TfeClientChanges, CreateResult<TfeClient>> {
  /**
   * Makes a client. Where the input has a token, `client.oauthTokenId` is what workspaces refer to; without one, a person has to
   * open `client.connectPath` first.
   *
   * An error with `outcome: "unknown"` means that a client may exist. Nothing tells it from another for certain, since neither
   * names nor addresses are unique; the message says what to look for in `list`.
   *
   * @throws {ValidationError} the input cannot work; nothing was sent
   * @throws {NotFoundError} no such organization, or no permission to manage its VCS settings
   * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-clients
   */
  readonly create: (input: TfeClientInput, options?: CallOptions) => Promise<CreateResult<TfeClient>>;
  /** Reads one client. A client may still be read for a moment after it was deleted. */
  readonly get: (id: string, options?: TfeGetOptions) => Promise<TfeClient>;
  /** All clients of the organization. */
  readonly list: (options?: TfeListOptions) => AsyncIterable<TfeClient>;
  /**
   * Changes what is named and nothing else. Changes that name nothing are not sent: the client is read.
   *
   * @throws {ValidationError} the changes cannot work, provider and addresses among them; nothing was sent
   * @throws {NotFoundError} no client has this id, or no permission
   */
  readonly update: (id: string, changes: TfeClientChanges, options?: CallOptions) => Promise<TfeClient>;
  /**
   * Removes the client. Every workspace that uses it loses its repository and has to be linked again by hand.
   *
   * @throws {NotFoundError} no client has this id, or no permission
   */
  readonly delete: (id: string, options?: CallOptions) => Promise<void>;
  /**
   * Adds projects to those that may use a client that is not `organizationScoped`. Servers before 2024 answer 404.
   * @throws {ValidationError} no project is named
   */
  readonly addProjects: (id: string, projectIds: readonly string[], options?: CallOptions) => Promise<void>;
  /**
   * Takes projects away from those that may use the client.
   * @throws {ValidationError} no project is named
   */
  readonly removeProjects: (id: string, projectIds: readonly string[], options?: CallOptions) => Promise<void>;
  /** Puts these projects in place of all that may use the client. An empty list leaves none. */
  readonly replaceProjects: (id: string, projectIds: readonly string[], options?: CallOptions) => Promise<TfeClient>;
  /** The tokens of the organization's clients, or those of one client or one kind of provider. */
  readonly listOAuthTokens: (options?: TfeOAuthTokenListOptions) => AsyncIterable<TfeOAuthToken>;
  /** Reads what is known of a token. */
  readonly getOAuthToken: (id: string, options?: CallOptions) => Promise<TfeOAuthToken>;
  /**
   * Sets the SSH key with which submodules are cloned, or removes it with `null`.
   * @param sshKey - the private key in PEM. Write-only
   */
  readonly setSshKey: (id: string, sshKey: string | null, options?: CallOptions) => Promise<TfeOAuthToken>;
  /**
   * Removes a token. The client stays, without a token. Terraform Enterprise allows ten of these calls a minute; one that is over
   * the limit waits as `retry` allows.
   */
  readonly deleteOAuthToken: (id: string, options?: CallOptions) => Promise<void>;
}

/** Kinds of VCS providers that a client can be made for. */
export type KnownServiceProvider = TfeClientInput["serviceProvider"];

/**
 * A kind of VCS provider. `github` is also for GitHub Enterprise Cloud, and `github_enterprise` for servers of one's own alone.
 * `bitbucket_server` is deprecated, and `bitbucket_server_legacy` is for Bitbucket Server up to 5.3.
 */
export type TfeServiceProvider = Open<KnownServiceProvider>;

interface Fields {
  /**
   * The name for people. Not unique.
   * @default none: the provider's display name is shown
   */
  readonly name?: string;
  /**
   * Whether all projects may use the client. A client for which this is `false` can be used nowhere until projects are named,
   * here or with `addProjects`.
   * @default true
   */
  readonly organizationScoped?: boolean;
  /** Projects that may use a client that is not `organizationScoped`. */
  readonly projectIds?: readonly string[];
  /** The agent pool that reaches a provider in a private network. */
  readonly agentPoolId?: string;
}

interface Token {
  /** The token that the VCS provider gave: a personal access token, say. Write-only. */
  readonly oauthTokenString: string;
}

interface Addresses {
  /** The provider's home page. Cannot be changed later. */
  readonly httpUrl: string;
  /** Where the provider's API is. Cannot be changed later. */
  readonly apiUrl: string;
}

// Both or neither: a token for one address must not end up at another's default.
type OptionalAddresses = Addresses | Without<keyof Addresses>;

type Without<Names extends string> = { readonly [Name in Names]?: never };
type KeyPair = "secret" | "rsaPublicKey";
type Azure = "adoOrganizationName" | "adoEntraTenantId";

interface Key {
  /** The application id or consumer key at the VCS provider. Shown on the client. */
  readonly key?: string;
}

interface KeyAndSecret {
  readonly key: string;
  /** The consumer secret; for Bitbucket Server and Data Center, the private key in PEM. Write-only. */
  readonly secret: string;
}

interface KeyAndKeyPair extends KeyAndSecret {
  /** The public key in PEM, to `secret`. Shown on the client. */
  readonly rsaPublicKey: string;
}

/**
 * A client for a provider in the cloud.
 *
 * The addresses need not be given: they are `https://github.com` and `https://api.github.com`, `https://gitlab.com` and
 * `https://gitlab.com/api/v4`.
 */
export type TfeHostedClientInput = Fields &
  Token &
  OptionalAddresses &
  Key &
  Without<KeyPair | Azure | "privateKey"> & { readonly serviceProvider: "github" | "gitlab_hosted" };

/** A client for a provider on a server of one's own. `github_enterprise` is refused at addresses of github.com. */
export type TfeSelfHostedClientInput = Fields &
  Token &
  Addresses &
  Key &
  Without<KeyPair | Azure | "privateKey"> & {
    readonly serviceProvider:
      | "github_enterprise"
      | "gitlab_community_edition"
      | "gitlab_enterprise_edition"
      | "bitbucket_server_legacy";
  };

/** A client for Bitbucket Cloud, whose addresses are `https://bitbucket.org` and `https://api.bitbucket.org/2.0` if not given. */
export type TfeBitbucketCloudClientInput = Fields &
  Token &
  OptionalAddresses &
  ((Key & Without<"secret">) | KeyAndSecret) &
  Without<"rsaPublicKey" | Azure | "privateKey"> & { readonly serviceProvider: "bitbucket_hosted" };

/** A client for Bitbucket Data Center or Server: the two that need no token. */
export type TfeBitbucketServerClientInput = Fields &
  Partial<Token> &
  Addresses &
  ((Key & Without<KeyPair>) | (KeyAndSecret & Without<"rsaPublicKey">) | KeyAndKeyPair) &
  Without<Azure | "privateKey"> & { readonly serviceProvider: "bitbucket_data_center" | "bitbucket_server" };

/** A client for Azure DevOps Server, which always needs an SSH key and whose two addresses are the same as a rule. */
export type TfeAzureServerClientInput = Fields &
  Token &
  Addresses &
  Key &
  Without<KeyPair | Azure> & {
    readonly serviceProvider: "ado_server";
    /** An SSH private key in PEM. Write-only, and cannot be changed later. */
    readonly privateKey: string;
  };

/**
 * A client for Azure DevOps Services, whose addresses are `https://dev.azure.com` and `https://app.vssps.visualstudio.com` if not
 * given.
 */
export type TfeAzureServicesClientInput = Fields &
  Token &
  OptionalAddresses &
  Key &
  Without<KeyPair | "privateKey"> & {
    readonly serviceProvider: "ado_services";
    /** The organization that the token is for. At most 50 letters, digits and inner hyphens. HCP Terraform since September 2026. */
    readonly adoOrganizationName?: string;
    /** The Entra tenant, where an Entra application is used. */
    readonly adoEntraTenantId?: string;
  };

/** What `create` takes. */
export type TfeClientInput =
  | TfeHostedClientInput
  | TfeSelfHostedClientInput
  | TfeBitbucketCloudClientInput
  | TfeBitbucketServerClientInput
  | TfeAzureServerClientInput
  | TfeAzureServicesClientInput;
