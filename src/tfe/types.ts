import type { CallOptions, CreateResult, ListOptions, OAuthClient, OAuthClientManager } from "../core/manager.js";
import type { TransportOptions } from "../core/options.js";
import type { NotAllowed, Open } from "../core/values.js";

/**
 * A client as Terraform Enterprise stores it: an organization's connection to one VCS provider. It is not an OAuth client of
 * Terraform's own API and has no credentials for it. It has no secret, so it can be logged.
 */
export interface TfeClient extends OAuthClient {
  readonly vendor: "tfe";
  /** Begins with `oc-`. */
  readonly id: string;
  /** Empty if the client has no name; Terraform's pages then show `serviceProviderDisplayName`. */
  readonly name: string;
  /** The name of the organization, which is also its id. */
  readonly organization?: string;
  /** The kind of VCS provider. */
  readonly serviceProvider: TfeServiceProvider;
  /** The display name of the service provider: `GitHub`, `GitLab`. */
  readonly serviceProviderDisplayName?: string;
  /** The service provider's home page. */
  readonly httpUrl?: string;
  /** Base URL of the service provider's API. */
  readonly apiUrl?: string;
  /** The id of the token, which workspaces, policy sets and modules refer to. Begins with `ot-`. Absent without a token. */
  readonly oauthTokenId?: string;
  /** The ids of all tokens: zero or one. */
  readonly oauthTokenIds: readonly string[];
  /** The consumer key or application id at the VCS provider. Not the secret. */
  readonly key?: string;
  /** PEM, byte for byte as it was sent. */
  readonly rsaPublicKey?: string;
  /** Whether all projects may use the client, or only those of `projectIds`. `true` on servers without this attribute. */
  readonly organizationScoped: boolean;
  /** Projects that may use a client that is not `organizationScoped`. */
  readonly projectIds: readonly string[];
  /** The agent pool that connects to a service provider in a private network. */
  readonly agentPoolId?: string;
  /** The organization of the token at Azure DevOps Services. */
  readonly adoOrganizationName?: string;
  /** The Entra tenant at Azure DevOps Services. */
  readonly adoEntraTenantId?: string;
  /** The redirect URI to register at the VCS provider. */
  readonly callbackUrl?: string;
  /** Path and query, at the manager's address, at which a user starts the authorization in a browser. Required without a token. */
  readonly connectPath?: string;
  /** When the client was last changed. Not every server returns it. */
  readonly updatedAt?: Date;
  /** Names of workspaces that use the client, at most 25. Only with `showAffectedWorkspaces`. */
  readonly affectedWorkspaces?: readonly string[];
  /** How many workspaces use it. Only with `showAffectedWorkspaces`. */
  readonly affectedWorkspacesCount?: number;
}

/**
 * Changes of `update`. An absent or `undefined` field does not change; `null` clears it. The service provider and the URLs cannot be
 * changed: create another client instead.
 */
export interface TfeClientChanges {
  /** The display name. `null`: the service provider's display name is shown. */
  readonly name?: string | null;
  /**
   * A new token of the VCS provider. The ids of the client and of its token do not change, so workspaces keep their connection and no
   * runs start. Servers before September 2025 may silently ignore it. Write-only.
   */
  readonly oauthTokenString?: string;
  /** The application id or consumer key at the VCS provider. It cannot be cleared for Bitbucket Data Center. */
  readonly key?: string | null;
  /** The consumer secret; for Bitbucket Server and Data Center, the private key in PEM. Write-only. */
  readonly secret?: string | null;
  /** The public key in PEM, for Bitbucket Server and Data Center. */
  readonly rsaPublicKey?: string | null;
  /** Whether all projects may use the client, or only those of `projectIds`. */
  readonly organizationScoped?: boolean;
  /** Replaces the whole set; `[]` clears it. */
  readonly projectIds?: readonly string[];
  /** The agent pool that connects to a service provider in a private network. */
  readonly agentPoolId?: string | null;
  /** For `ado_services`: the organization of the token. */
  readonly adoOrganizationName?: string | null;
  /** For `ado_services`: the Entra tenant. */
  readonly adoEntraTenantId?: string | null;
}

/** A token of a VCS provider, as Terraform Enterprise returns it: without the token itself. */
export interface TfeOAuthToken {
  /** Begins with `ot-`. */
  readonly id: string;
  /** The client that the token belongs to. Begins with `oc-`. */
  readonly oauthClientId?: string;
  /** The user's name at the VCS provider. */
  readonly serviceProviderUser?: string;
  /** Whether an SSH key for submodules is set. */
  readonly hasSshKey: boolean;
  /** When the token was stored. */
  readonly createdAt?: Date;
}

/** Options of `get`. */
export interface TfeGetOptions extends CallOptions {
  /**
   * Returns the workspaces that use the client. Servers up to v202505-1 do not support it.
   * @default false
   */
  readonly showAffectedWorkspaces?: boolean;
}

/** Options of `list`. */
export interface TfeListOptions extends TfeGetOptions, ListOptions {
  /**
   * Clients per page, from 1 to 100.
   * @default 100
   */
  readonly pageSize?: number;
}

/** Options of `listOAuthTokens`. */
export interface TfeOAuthTokenListOptions extends CallOptions {
  /** Only the tokens of this client. */
  readonly oauthClientId?: string;
  /** Only the tokens of this service provider. Cannot be combined with `oauthClientId`. */
  readonly serviceProvider?: TfeServiceProvider;
  /**
   * Tokens per page, from 1 to 100.
   * @default 100
   */
  readonly pageSize?: number;
}

/** Changes of `updateOAuthToken`. */
export interface TfeOAuthTokenChanges {
  /** The SSH private key for submodules, in PEM. `null` removes it. Write-only. */
  readonly sshKey: string | null;
}

/** Options of `createTfeManager`. */
export interface TfeOptions extends TransportOptions {
  /** A user, team or organization token that may manage VCS settings. Environment: `TFE_TOKEN`. */
  readonly token: string;
  /** The name of the organization whose clients are created and listed. Environment: `TFE_ORGANIZATION`. */
  readonly organization: string;
  /**
   * URL of Terraform Enterprise, with or without a final `/api/v2`. Environment: `TFE_ADDRESS`, or only its host in
   * `TFE_HOSTNAME`.
   * @default "https://app.terraform.io", which is HCP Terraform
   */
  readonly address?: string;
  /**
   * Deletes at `DELETE /organizations/{organization}/oauth-clients/{id}`, the only path that installations of 2018 support.
   * Whether current servers support it is not documented.
   * @default false
   */
  readonly deleteUnderOrganization?: boolean;
}

/**
 * A manager of an organization's connections to VCS providers. Terraform Enterprise's clients have no credentials: this manager has no
 * `rotateSecret`, `tokenRequest` and `import`.
 *
 * A 404 means that the resource does not exist or that the token has no permission to see it: Terraform Enterprise does not
 * distinguish them.
 */
export interface TfeManager extends OAuthClientManager<TfeClient, TfeClientInput, TfeClientChanges, CreateResult<TfeClient>> {
  /**
   * Returns the name of the organization, after a request that shows that it exists and that the token can read it.
   * @throws {NotFoundError} the organization does not exist, or the token has no permission
   */
  readonly account: (options?: CallOptions) => Promise<string>;
  /**
   * Creates a client. With a token in the input, workspaces refer to `client.oauthTokenId`; without one, a user must open
   * `client.connectPath` first.
   *
   * An error with `outcome: "unknown"` means that a client may exist. Names and URLs are not unique, so it cannot be identified with
   * certainty; the message describes the client to look for in `list`.
   *
   * @throws {ValidationError} the input is invalid; nothing was sent
   * @throws {NotFoundError} the organization does not exist, or the token has no permission to manage its VCS settings
   * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-clients
   */
  readonly create: (input: TfeClientInput, options?: CallOptions) => Promise<CreateResult<TfeClient>>;
  /** Reads one client. A deleted client may still be readable for a moment. */
  readonly get: (id: string, options?: TfeGetOptions) => Promise<TfeClient>;
  /** All clients of the organization. */
  readonly list: (options?: TfeListOptions) => AsyncIterable<TfeClient>;
  /**
   * Changes the given fields only. Empty changes are not sent: the client is read.
   *
   * @throws {ValidationError} the changes are invalid, or change the service provider or a URL; nothing was sent
   * @throws {NotFoundError} no client has this id, or the token has no permission
   */
  readonly update: (id: string, changes: TfeClientChanges, options?: CallOptions) => Promise<TfeClient>;
  /**
   * Deletes the client. Every workspace that uses it loses its connection to its repository and must be connected again manually.
   *
   * @throws {NotFoundError} no client has this id, or the token has no permission
   */
  readonly delete: (id: string, options?: CallOptions) => Promise<void>;
  /**
   * Adds projects that may use a client that is not `organizationScoped`. Servers before 2024 respond with 404.
   * @throws {ValidationError} the list is empty; nothing was sent
   */
  readonly addProjects: (id: string, projectIds: readonly string[], options?: CallOptions) => Promise<void>;
  /**
   * Removes projects from those that may use the client.
   * @throws {ValidationError} the list is empty; nothing was sent
   */
  readonly removeProjects: (id: string, projectIds: readonly string[], options?: CallOptions) => Promise<void>;
  /** Replaces all projects that may use the client. An empty list removes all. */
  readonly replaceProjects: (id: string, projectIds: readonly string[], options?: CallOptions) => Promise<TfeClient>;
  /** The tokens of the organization's clients, or those of one client or one service provider. */
  readonly listOAuthTokens: (options?: TfeOAuthTokenListOptions) => AsyncIterable<TfeOAuthToken>;
  /** Reads one token. */
  readonly getOAuthToken: (id: string, options?: CallOptions) => Promise<TfeOAuthToken>;
  /**
   * Sets the SSH key of a token, which is used to clone submodules, or removes it with `{ sshKey: null }`.
   * @throws {ValidationError} the changes are invalid; nothing was sent
   */
  readonly updateOAuthToken: (id: string, changes: TfeOAuthTokenChanges, options?: CallOptions) => Promise<TfeOAuthToken>;
  /**
   * Deletes a token. The client remains, without a token. Terraform Enterprise allows ten of these requests per minute; a further one
   * waits and is repeated as `retry` allows.
   */
  readonly deleteOAuthToken: (id: string, options?: CallOptions) => Promise<void>;
}

/** Service providers of new clients. */
export type KnownServiceProvider = TfeClientInput["serviceProvider"];

/**
 * A service provider: a kind of VCS provider. `github` includes GitHub Enterprise Cloud; `github_enterprise` is for self-hosted
 * servers only. `bitbucket_server` is deprecated. `bitbucket_server_legacy` is for Bitbucket Server up to 5.3.
 */
export type TfeServiceProvider = Open<KnownServiceProvider>;

/** Fields of every client. */
export interface TfeClientFields {
  /**
   * The display name. Not unique.
   * @default none: the service provider's display name is shown
   */
  readonly name?: string;
  /**
   * Whether all projects may use the client. With `false`, no project can use the client until projects are given, here or with
   * `addProjects`.
   * @default true
   */
  readonly organizationScoped?: boolean;
  /** Projects that may use a client that is not `organizationScoped`. */
  readonly projectIds?: readonly string[];
  /** The agent pool that connects to a service provider in a private network. */
  readonly agentPoolId?: string;
}

/** Fields of clients that have a token and no secret. */
export interface TfeTokenClientFields extends TfeClientFields {
  /** A token of the VCS provider, for example a personal access token. Write-only. */
  readonly oauthTokenString: string;
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key?: string;
  readonly secret?: NotAllowed<"secret: only for bitbucket_hosted, bitbucket_data_center and bitbucket_server">;
  readonly rsaPublicKey?: NotAllowed<"rsaPublicKey: only for bitbucket_data_center and bitbucket_server">;
  readonly privateKey?: NotAllowed<"privateKey: only for ado_server">;
  readonly adoOrganizationName?: NotAllowed<"adoOrganizationName: only for ado_services">;
  readonly adoEntraTenantId?: NotAllowed<"adoEntraTenantId: only for ado_services">;
}

/**
 * A client for github.com or gitlab.com, at `https://github.com` and `https://api.github.com`, or `https://gitlab.com` and
 * `https://gitlab.com/api/v4`.
 */
export interface TfeHostedClientInput extends TfeTokenClientFields {
  /** The kind of VCS provider. It cannot be changed later. */
  readonly serviceProvider: "github" | "gitlab_hosted";
  readonly httpUrl?: NotAllowed<"httpUrl: give apiUrl too, or omit both">;
  readonly apiUrl?: NotAllowed<"apiUrl: give httpUrl too, or omit both">;
}

/** A client for GitHub or GitLab in the cloud, with its own URLs, for example of GitHub Enterprise Cloud. */
export interface TfeHostedClientWithUrlsInput extends TfeTokenClientFields {
  /** The kind of VCS provider. It cannot be changed later. */
  readonly serviceProvider: "github" | "gitlab_hosted";
  /** The service provider's home page. It cannot be changed later. */
  readonly httpUrl: string;
  /** Base URL of the service provider's API. It cannot be changed later. */
  readonly apiUrl: string;
}

/** A client for a self-hosted service provider. `github_enterprise` is refused with URLs of github.com. */
export interface TfeSelfHostedClientInput extends TfeTokenClientFields {
  /** The kind of VCS provider. It cannot be changed later. */
  readonly serviceProvider:
    | "github_enterprise"
    | "gitlab_community_edition"
    | "gitlab_enterprise_edition"
    | "bitbucket_server_legacy";
  /** The service provider's home page. It cannot be changed later. */
  readonly httpUrl: string;
  /** Base URL of the service provider's API. It cannot be changed later. */
  readonly apiUrl: string;
}

/** Fields of clients for Bitbucket Cloud. */
export interface TfeBitbucketCloudFields extends TfeClientFields {
  /** The kind of VCS provider. It cannot be changed later. */
  readonly serviceProvider: "bitbucket_hosted";
  /** A token of the VCS provider, for example a personal access token. Write-only. */
  readonly oauthTokenString: string;
  readonly rsaPublicKey?: NotAllowed<"rsaPublicKey: only for bitbucket_data_center and bitbucket_server">;
  readonly privateKey?: NotAllowed<"privateKey: only for ado_server">;
  readonly adoOrganizationName?: NotAllowed<"adoOrganizationName: only for ado_services">;
  readonly adoEntraTenantId?: NotAllowed<"adoEntraTenantId: only for ado_services">;
}

/** A client for Bitbucket Cloud, at `https://bitbucket.org` and `https://api.bitbucket.org/2.0`. */
export interface TfeBitbucketCloudClientInput extends TfeBitbucketCloudFields {
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key?: string;
  readonly httpUrl?: NotAllowed<"httpUrl: give apiUrl too, or omit both">;
  readonly apiUrl?: NotAllowed<"apiUrl: give httpUrl too, or omit both">;
  readonly secret?: NotAllowed<"secret: requires key">;
}

/** A client for Bitbucket Cloud with an OAuth consumer. */
export interface TfeBitbucketCloudConsumerInput extends TfeBitbucketCloudFields {
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key: string;
  /** The consumer secret. Write-only. */
  readonly secret: string;
  readonly httpUrl?: NotAllowed<"httpUrl: give apiUrl too, or omit both">;
  readonly apiUrl?: NotAllowed<"apiUrl: give httpUrl too, or omit both">;
}

/** A client for Bitbucket Cloud with its own URLs. */
export interface TfeBitbucketCloudWithUrlsInput extends TfeBitbucketCloudFields {
  /** The service provider's home page. It cannot be changed later. */
  readonly httpUrl: string;
  /** Base URL of the service provider's API. It cannot be changed later. */
  readonly apiUrl: string;
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key?: string;
  readonly secret?: NotAllowed<"secret: requires key">;
}

/** A client for Bitbucket Cloud with an OAuth consumer and its own URLs. */
export interface TfeBitbucketCloudConsumerWithUrlsInput extends TfeBitbucketCloudFields {
  /** The service provider's home page. It cannot be changed later. */
  readonly httpUrl: string;
  /** Base URL of the service provider's API. It cannot be changed later. */
  readonly apiUrl: string;
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key: string;
  /** The consumer secret. Write-only. */
  readonly secret: string;
}

/** Fields of clients for Bitbucket Data Center or Server. */
export interface TfeBitbucketServerFields extends TfeClientFields {
  /** The kind of VCS provider. It cannot be changed later. */
  readonly serviceProvider: "bitbucket_data_center" | "bitbucket_server";
  /** A token of the VCS provider, for example a personal access token. Write-only. */
  readonly oauthTokenString?: string;
  /** The service provider's home page. It cannot be changed later. */
  readonly httpUrl: string;
  /** Base URL of the service provider's API. It cannot be changed later. */
  readonly apiUrl: string;
  readonly privateKey?: NotAllowed<"privateKey: only for ado_server">;
  readonly adoOrganizationName?: NotAllowed<"adoOrganizationName: only for ado_services">;
  readonly adoEntraTenantId?: NotAllowed<"adoEntraTenantId: only for ado_services">;
}

/** A client for Bitbucket Data Center or Server, which requires no token. */
export interface TfeBitbucketServerClientInput extends TfeBitbucketServerFields {
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key?: string;
  readonly secret?: NotAllowed<"secret: requires key">;
  readonly rsaPublicKey?: NotAllowed<"rsaPublicKey: requires key and secret">;
}

/** A client for Bitbucket Data Center or Server with an application link. */
export interface TfeBitbucketServerConsumerInput extends TfeBitbucketServerFields {
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key: string;
  /** The private key in PEM. Write-only. */
  readonly secret: string;
  readonly rsaPublicKey?: NotAllowed<"rsaPublicKey: requires key and secret">;
}

/** A client for Bitbucket Data Center or Server with an application link and its public key. */
export interface TfeBitbucketServerKeyPairInput extends TfeBitbucketServerFields {
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key: string;
  /** The private key in PEM. Write-only. */
  readonly secret: string;
  /** The public key of `secret`, in PEM. Readable on the client. */
  readonly rsaPublicKey: string;
}

/** A client for Azure DevOps Server, which requires an SSH key. Its two URLs are usually equal. */
export interface TfeAzureServerClientInput extends TfeClientFields {
  /** The kind of VCS provider. It cannot be changed later. */
  readonly serviceProvider: "ado_server";
  /** A token of the VCS provider, for example a personal access token. Write-only. */
  readonly oauthTokenString: string;
  /** The service provider's home page. It cannot be changed later. */
  readonly httpUrl: string;
  /** Base URL of the service provider's API. It cannot be changed later. */
  readonly apiUrl: string;
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key?: string;
  /** An SSH private key in PEM. Write-only. It cannot be changed later. */
  readonly privateKey: string;
  readonly secret?: NotAllowed<"secret: only for bitbucket_hosted, bitbucket_data_center and bitbucket_server">;
  readonly rsaPublicKey?: NotAllowed<"rsaPublicKey: only for bitbucket_data_center and bitbucket_server">;
  readonly adoOrganizationName?: NotAllowed<"adoOrganizationName: only for ado_services">;
  readonly adoEntraTenantId?: NotAllowed<"adoEntraTenantId: only for ado_services">;
}

/** Fields of clients for Azure DevOps Services. */
export interface TfeAzureServicesFields extends TfeClientFields {
  /** The kind of VCS provider. It cannot be changed later. */
  readonly serviceProvider: "ado_services";
  /** A token of the VCS provider, for example a personal access token. Write-only. */
  readonly oauthTokenString: string;
  /** The application id or consumer key at the VCS provider. Readable on the client. */
  readonly key?: string;
  /** The organization of the token. At most 50 letters, digits and inner hyphens. HCP Terraform since September 2026. */
  readonly adoOrganizationName?: string;
  /** The Entra tenant of an Entra application. */
  readonly adoEntraTenantId?: string;
  readonly secret?: NotAllowed<"secret: only for bitbucket_hosted, bitbucket_data_center and bitbucket_server">;
  readonly rsaPublicKey?: NotAllowed<"rsaPublicKey: only for bitbucket_data_center and bitbucket_server">;
  readonly privateKey?: NotAllowed<"privateKey: only for ado_server">;
}

/** A client for Azure DevOps Services, at `https://dev.azure.com` and `https://app.vssps.visualstudio.com`. */
export interface TfeAzureServicesClientInput extends TfeAzureServicesFields {
  readonly httpUrl?: NotAllowed<"httpUrl: give apiUrl too, or omit both">;
  readonly apiUrl?: NotAllowed<"apiUrl: give httpUrl too, or omit both">;
}

/** A client for Azure DevOps Services with its own URLs. */
export interface TfeAzureServicesWithUrlsInput extends TfeAzureServicesFields {
  /** The service provider's home page. It cannot be changed later. */
  readonly httpUrl: string;
  /** Base URL of the service provider's API. It cannot be changed later. */
  readonly apiUrl: string;
}

// Compile errors name the last member that fits the service provider: the one with the fewest fields.
/** Input of `create`. */
export type TfeClientInput =
  | TfeHostedClientWithUrlsInput
  | TfeHostedClientInput
  | TfeSelfHostedClientInput
  | TfeBitbucketCloudConsumerWithUrlsInput
  | TfeBitbucketCloudWithUrlsInput
  | TfeBitbucketCloudConsumerInput
  | TfeBitbucketCloudClientInput
  | TfeBitbucketServerKeyPairInput
  | TfeBitbucketServerConsumerInput
  | TfeBitbucketServerClientInput
  | TfeAzureServerClientInput
  | TfeAzureServicesWithUrlsInput
  | TfeAzureServicesClientInput;

/** A validated input of `create`. */
export interface ParsedClientInput extends TfeClientFields {
  readonly serviceProvider: KnownServiceProvider;
  readonly oauthTokenString?: string;
  readonly httpUrl?: string;
  readonly apiUrl?: string;
  readonly key?: string;
  readonly secret?: string;
  readonly rsaPublicKey?: string;
  readonly privateKey?: string;
  readonly adoOrganizationName?: string;
  readonly adoEntraTenantId?: string;
}
