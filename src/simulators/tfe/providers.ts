import type { ServiceProvider } from "./options.js";

/** What the vendor asks of clients of one kind of VCS provider. */
export interface Provider {
  readonly displayName: string;
  /** Whether a client cannot be made without a personal access token. */
  readonly needsToken: boolean;
  /** Whether a client cannot be made without an SSH private key. No other kind takes one. */
  readonly needsPrivateKey: boolean;
  /** Whether a client may have an RSA public key. */
  readonly takesRsaPublicKey: boolean;
  /** Whether a client may name an Azure DevOps organization and Entra tenant. */
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
  // The vendor's clients exempt two kinds from the token. This one is not among them.
  bitbucket_server_legacy: provider("Bitbucket Server Legacy"),
  github: provider("GitHub"),
  github_enterprise: provider("GitHub Enterprise"),
  gitlab_community_edition: provider("GitLab Community VersionFeatures"),
  gitlab_enterprise_edition: provider("GitLab Enterprise VersionFeatures"),
  gitlab_hosted: provider("GitLab"),
};

/** What is asked of this kind, or undefined when there is no such kind. */
export function findProvider(kind: string | null): Provider | undefined {
  return kind !== null && Object.hasOwn(providers, kind) ? providers[kind as ServiceProvider] : undefined;
}
