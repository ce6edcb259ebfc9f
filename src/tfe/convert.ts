import { ifNonEmpty, readInstant } from "../core/values.js";
import { hostedAddresses, isHosted } from "./endpoints.js";
import type { ParsedClientInput, TfeClient, TfeClientChanges, TfeOAuthToken } from "./types.js";
import type { ReadClient, ReadToken, WireChanges, WireCreation, WireProjects } from "./wire.js";

/** Terraform Enterprise's names of the attributes whose values are sent unchanged. */
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

/** Converts the input of a create to the request body. */
export function writeCreation(input: ParsedClientInput): WireCreation {
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

/** Converts changes to the request body. An absent or `undefined` field is not sent, `null` is sent as `null`. */
export function writeChanges(id: string, changes: TfeClientChanges): WireChanges {
  return {
    data: { id, type: "oauth-clients", attributes: writeAttributes(changes), ...writeRelationships(changes) },
  };
}

/** Converts project ids to the request body. */
export function writeProjects(projectIds: readonly string[]): WireProjects {
  return { data: projectIds.map((id) => ({ id, type: "projects" })) };
}

/** The URLs of a service provider: the given ones, or the known ones of a hosted provider. */
export function readAddresses({ serviceProvider, httpUrl, apiUrl }: ParsedClientInput): { httpUrl: string; apiUrl: string } {
  const known = isHosted(serviceProvider) ? hostedAddresses[serviceProvider] : { httpUrl: "", apiUrl: "" };
  return { httpUrl: httpUrl ?? known.httpUrl, apiUrl: apiUrl ?? known.apiUrl };
}

type Secrets = Pick<TfeClientChanges, "oauthTokenString" | "key" | "secret"> & {
  readonly privateKey?: string | undefined;
  readonly sshKey?: string | null;
};

/**
 * The values that must not appear in an error message. A key with several lines is also redacted line by line, because a server may
 * return a part of it or other line breaks.
 */
export function readSecrets({ oauthTokenString, key, secret, privateKey, sshKey }: Secrets): string[] {
  const secrets = [oauthTokenString, key, secret, privateKey, sshKey].filter((value) => typeof value === "string");
  return secrets.flatMap((value) => [value, ...value.split(/\r?\n/)]);
}

function writeAttributes(fields: TfeClientChanges): WireChanges["data"]["attributes"] {
  return Object.fromEntries(
    Object.entries(names).flatMap(([field, attribute]) => {
      const value = fields[field as keyof typeof names];
      return value === undefined ? [] : [[attribute, value]];
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

/** Converts a client in a response. `null` and empty text count as absent. */
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

/** Converts a token in a response. */
export function readOAuthToken({ id, attributes: wire, relationships }: ReadToken): TfeOAuthToken {
  return {
    id,
    ...ifNonEmpty("oauthClientId", relationships?.["oauth-client"]?.data?.id),
    ...ifNonEmpty("serviceProviderUser", wire?.["service-provider-user"]),
    hasSshKey: wire?.["has-ssh-key"] ?? false,
    ...ifNonEmpty("createdAt", readInstant(wire?.["created-at"])),
  };
}
