import { ifNonEmpty, readInstant } from "../core/values.js";
import { hostedAddresses, isHosted } from "./endpoints.js";
import type { TfeClient, TfeClientChanges, TfeClientInput, TfeOAuthToken } from "./types.js";
import type { ReadClient, ReadToken, WireChanges, WireCreation, WireProjects } from "./wire.js";

/** Our names of the attributes that travel as they are, and Terraform Enterprise's. */
const names = {
  name: "name",
  oauthTokenString: "oauth-token-string",
  key: "key",
  secret: "secret",
  rsaPublicKey: "rsa-public-key",
  organizationScoped: "organization-scoped",
  adoOrganizationName: "ado-org-name",
  adoEntraTenantId: "ado-entra-tenant-id",
} as const satisfies Record<
  Exclude<keyof TfeClientChanges, "projectIds" | "agentPoolId">,
  keyof WireChanges["data"]["attributes"]
>;

/** Puts a client that is to be made into Terraform Enterprise's words. */
export function writeCreation(input: TfeClientInput): WireCreation {
  const { serviceProvider, privateKey } = input;
  const { httpUrl, apiUrl } = readAddresses(input);
  return {
    data: {
      type: "oauth-clients",
      attributes: {
        "service-provider": serviceProvider,
        "http-url": httpUrl,
        "api-url": apiUrl,
        ...writeAttributes(input),
        ...(privateKey === undefined ? {} : { "private-key": privateKey }),
      },
      ...writeRelationships(input),
    },
  };
}

/** Puts changes into Terraform Enterprise's words. What is absent or `undefined` stays absent, `null` stays `null`. */
export function writeChanges(id: string, changes: TfeClientChanges): WireChanges {
  return {
    data: { id, type: "oauth-clients", attributes: writeAttributes(changes), ...writeRelationships(changes) },
  };
}

/** Puts projects into Terraform Enterprise's words. */
export function writeProjects(projectIds: readonly string[]): WireProjects {
  return { data: projectIds.map((id) => ({ id, type: "projects" })) };
}

/** The addresses of a provider: those that are given, or else those that are known. */
export function readAddresses({ serviceProvider, httpUrl, apiUrl }: TfeClientInput): { httpUrl: string; apiUrl: string } {
  const known = isHosted(serviceProvider) ? hostedAddresses[serviceProvider] : { httpUrl: "", apiUrl: "" };
  return { httpUrl: httpUrl ?? known.httpUrl, apiUrl: apiUrl ?? known.apiUrl };
}

type Secrets = Pick<TfeClientChanges, "oauthTokenString" | "key" | "secret"> & {
  readonly privateKey?: string | undefined;
  readonly sshKey?: string | null;
};

/**
 * Every value that must never reach an error message. Keys of many lines also line by line, since a server may repeat them in part
 * or with other ends of lines.
 */
export function readSecrets({ oauthTokenString, key, secret, privateKey, sshKey }: Secrets): string[] {
  const secrets = [oauthTokenString, key, secret, privateKey, sshKey].filter((value) => typeof value === "string");
  return secrets.flatMap((value) => [value, ...value.split(/\r?\n/)]);
}

function writeAttributes(fields: TfeClientChanges): WireChanges["data"]["attributes"] {
  return Object.fromEntries(
    Object.entries(names).flatMap(([ours, theirs]) => {
      const value = fields[ours as keyof typeof names];
      return value === undefined ? [] : [[theirs, value]];
    }),
  );
}

function writeRelationships({ projectIds, agentPoolId }: Pick<TfeClientChanges, "projectIds" | "agentPoolId">): {
  relationships?: NonNullable<WireChanges["data"]["relationships"]>;
} {
  if (projectIds === undefined && agentPoolId === undefined) return {};
  return {
    relationships: {
      ...(projectIds === undefined ? {} : { projects: writeProjects(projectIds) }),
      ...(agentPoolId === undefined
        ? {}
        : { "agent-pool": { data: agentPoolId === null ? null : { id: agentPoolId, type: "agent-pools" } } }),
    },
  };
}

/** Reads a client out of Terraform Enterprise's words: null and absent are one, and so are empty text and absent. */
export function readClient({ id, attributes: wire, relationships }: ReadClient): TfeClient {
  const oauthTokenIds = relationships?.["oauth-tokens"]?.data?.map((token) => token.id) ?? [];
  return {
    vendor: "tfe",
    id,
    name: wire.name ?? "",
    ...ifNonEmpty("organization", relationships?.organization?.data?.id),
    serviceProvider: wire["service-provider"],
    ...ifNonEmpty("serviceProviderDisplayName", wire["service-provider-display-name"]),
    ...ifNonEmpty("httpUrl", wire["http-url"]),
    ...ifNonEmpty("apiUrl", wire["api-url"]),
    ...ifNonEmpty("oauthTokenId", oauthTokenIds[0]),
    oauthTokenIds,
    ...ifNonEmpty("key", wire.key),
    ...ifNonEmpty("rsaPublicKey", wire["rsa-public-key"]),
    organizationScoped: wire["organization-scoped"] ?? true,
    projectIds: relationships?.projects?.data?.map((project) => project.id) ?? [],
    ...ifNonEmpty("agentPoolId", relationships?.["agent-pool"]?.data?.id),
    ...ifNonEmpty("adoOrganizationName", wire["ado-org-name"]),
    ...ifNonEmpty("adoEntraTenantId", wire["ado-entra-tenant-id"]),
    ...ifNonEmpty("callbackUrl", wire["callback-url"]),
    ...ifNonEmpty("connectPath", wire["connect-path"]),
    ...ifNonEmpty("createdAt", readInstant(wire["created-at"])),
    ...ifNonEmpty("updatedAt", readInstant(wire["updated-at"])),
    ...ifNonEmpty("affectedWorkspaces", wire["affected-workspaces"]),
    ...ifNonEmpty("affectedWorkspacesCount", wire["affected-workspaces-count"]),
  };
}

/** Reads a token out of Terraform Enterprise's words. */
export function readOAuthToken({ id, attributes: wire, relationships }: ReadToken): TfeOAuthToken {
  return {
    id,
    ...ifNonEmpty("oauthClientId", relationships?.["oauth-client"]?.data?.id),
    ...ifNonEmpty("serviceProviderUser", wire?.["service-provider-user"]),
    hasSshKey: wire?.["has-ssh-key"] ?? false,
    ...ifNonEmpty("createdAt", readInstant(wire?.["created-at"])),
  };
}
