import type { Open } from "../core/values.js";
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
