import type { ServiceProvider } from "./options.js";

/** The rules for clients of one VCS provider. */
export interface Provider {
  readonly displayName: string;
  /** A new client needs a personal access token. */
  readonly needsToken: boolean;
  /** A new client needs an SSH private key. For other providers the key is invalid. */
  readonly needsPrivateKey: boolean;
  /** A client can have an RSA public key. */
  readonly takesRsaPublicKey: boolean;
  /** A client can have an Azure DevOps organization and Entra tenant. */
  readonly takesAdoNames: boolean;
}

const provider = (displayName: string, deviation: Partial<Provider> = {}): Provider => ({
  displayName,
  needsToken: true,
  needsPrivateKey: false,
  takesRsaPublicKey: false,
  takesAdoNames: false,
  ...deviation,
});

const providers: Readonly<Record<ServiceProvider, Provider>> = {
  ado_server: provider("Azure DevOps Server", { needsPrivateKey: true }),
  ado_services: provider("Azure DevOps Services", { takesAdoNames: true }),
  bitbucket_data_center: provider("Bitbucket Data Center", { needsToken: false, takesRsaPublicKey: true }),
  bitbucket_hosted: provider("Bitbucket Cloud"),
  bitbucket_server: provider("Bitbucket Server", { needsToken: false, takesRsaPublicKey: true }),
  // Only the other two Bitbucket kinds need no token.
  bitbucket_server_legacy: provider("Bitbucket Server Legacy"),
  github: provider("GitHub"),
  github_enterprise: provider("GitHub Enterprise"),
  gitlab_community_edition: provider("GitLab Community VersionFeatures"),
  gitlab_enterprise_edition: provider("GitLab Enterprise VersionFeatures"),
  gitlab_hosted: provider("GitLab"),
};

/** Returns the rules of a provider. Undefined for an unknown provider. */
export function findProvider(kind: string | null): Provider | undefined {
  return kind !== null && Object.hasOwn(providers, kind) ? providers[kind as ServiceProvider] : undefined;
}
