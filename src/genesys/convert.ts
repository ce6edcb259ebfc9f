import type { ClientCredentials } from "../core/credentials.js";
import { ifDefined, ifNonEmpty, readInstant } from "../core/values.js";
import type {
  GenesysClient,
  GenesysCredentialFields,
  GenesysGrantType,
  GenesysIntegrationCredential,
  GenesysRole,
  KnownGrantType,
  ParsedChanges,
  ParsedClientInput,
} from "./types.js";
import type { ReadClient, ReadCredential, WireClient, WireCredential, WireGrantType } from "./wire.js";

/** Genesys Cloud's names of the grant types, by IANA name. */
export const grantTypes = {
  client_credentials: "CLIENT-CREDENTIALS",
  authorization_code: "CODE",
  "urn:ietf:params:oauth:grant-type:saml2-bearer": "SAML2-BEARER",
  password: "PASSWORD",
  implicit: "TOKEN",
} as const satisfies Record<KnownGrantType, WireGrantType>;

/** The type of integration credentials that contain a client's credentials. */
export const credentialType = "pureCloudOAuthClient";

/** Fields of a client, with the ids of its roles. */
export type Writable<Fields> = Omit<Fields, "roles" | "forScim"> & { readonly roles?: readonly GenesysRole[] | undefined };

/** Converts the input of a create to the request body. Absent lists are not sent. */
export function writeCreation(input: Writable<ParsedClientInput>): WireClient {
  return {
    ...input.additionalFields,
    name: input.name,
    authorizedGrantType: grantTypes[input.grantType],
    ...writeFields(input),
  };
}

// Set by the server. A response may contain them, a request must not.
const notSentBack = ["id", "secret", "selfUri", "dateCreated", "dateModified", "createdBy", "modifiedBy"] as const;

/**
 * Creates the body that replaces a client: every member that was read, unknown ones included, with the changes applied. Every list is
 * sent, since Genesys Cloud does not document whether an absent list clears the stored one.
 */
export function mergeChanges(current: ReadClient, changes: Writable<ParsedChanges>): WireClient {
  const { name, authorizedGrantType, roleDivisions, roleIds, dateToDelete, ...unchanged } = current;
  const body: Record<string, unknown> = { ...withoutNull(unchanged), ...changes.additionalFields };
  for (const member of notSentBack) delete body[member];
  if (changes.description === null) delete body.description;
  if (changes.accessTokenValidityMs === null) delete body.accessTokenValiditySeconds;
  // Old clients have roles without a division. A change of another field must not remove them.
  const rolesWithoutDivision = changes.roles === undefined && !roleDivisions?.length && roleIds?.length ? { roleIds } : {};
  return {
    registeredRedirectUri: [],
    scope: [],
    roleDivisions: roleDivisions ?? [],
    ...rolesWithoutDivision,
    ...(dateToDelete && changes.state !== "active" ? { dateToDelete } : {}),
    ...body,
    ...writeFields(changes),
    name: changes.name ?? name ?? "",
    authorizedGrantType: changes.grantType ? grantTypes[changes.grantType] : writeGrantType(authorizedGrantType),
  };
}

function writeFields(fields: Writable<ParsedChanges>): Omit<WireClient, "name" | "authorizedGrantType"> {
  const { description, accessTokenValidityMs: ms, redirectUris, scopes, roles, state } = fields;
  return {
    ...ifDefined("description", description),
    ...ifDefined("accessTokenValiditySeconds", ms && ms / 1_000),
    ...ifDefined("registeredRedirectUri", redirectUris && [...redirectUris]),
    ...ifDefined("scope", scopes && [...scopes]),
    ...ifDefined(
      "roleDivisions",
      roles?.map(({ roleId, divisionId }) => ({ roleId, divisionId })),
    ),
    ...ifDefined("state", state),
  };
}

/** Members of a body that have their own field, or that the server sets. */
export const ownMembers: readonly string[] = [
  ...notSentBack,
  "name",
  "authorizedGrantType",
  "description",
  "accessTokenValiditySeconds",
  "registeredRedirectUri",
  "scope",
  "roleDivisions",
  "roleIds",
  "state",
];

/** Converts credentials to the body of an integration credential. */
export function writeCredential(name: string, credentials: ClientCredentials | GenesysCredentialFields): WireCredential {
  if ("type" in credentials) return { name, type: { name: credentials.type }, credentialFields: { ...credentials.fields } };
  const { clientId, clientSecret } = credentials;
  return { name, type: { name: credentialType }, credentialFields: { clientId, clientSecret } };
}

/** Converts a client in a response. `null` and empty text count as absent. */
export function readClient(wire: ReadClient): GenesysClient {
  const { id, accessTokenValiditySeconds: seconds } = wire;
  return {
    vendor: "genesys",
    id,
    clientId: id,
    name: wire.name ?? "",
    ...ifNonEmpty("grantType", readGrantType(wire.authorizedGrantType)),
    ...ifNonEmpty("description", wire.description),
    ...ifNonEmpty("accessTokenValidityMs", typeof seconds === "number" ? seconds * 1_000 : undefined),
    redirectUris: wire.registeredRedirectUri ?? [],
    scopes: wire.scope ?? [],
    roles: (wire.roleDivisions ?? []).map(({ roleId, divisionId }) => ({ roleId, divisionId })),
    ...ifNonEmpty("state", wire.state),
    ...ifNonEmpty("deletesAt", readInstant(wire.dateToDelete)),
    ...ifNonEmpty("createdAt", readInstant(wire.dateCreated)),
    ...ifNonEmpty("updatedAt", readInstant(wire.dateModified)),
    ...ifNonEmpty("createdBy", wire.createdBy?.id),
    ...ifNonEmpty("updatedBy", wire.modifiedBy?.id),
  };
}

/** Converts an integration credential in a response. */
export function readCredential({ id, name, type }: ReadCredential): GenesysIntegrationCredential {
  return { id, ...ifNonEmpty("name", name), ...ifNonEmpty("type", type?.name) };
}

/** Converts a grant type in any spelling that Genesys Cloud has used. An unknown one is returned unchanged. */
export function readGrantType(wire: string | null | undefined): GenesysGrantType | undefined {
  const spelling = normalizeGrantType(wire);
  const known = Object.entries(grantTypes).find(([, name]) => name === spelling)?.[0];
  return known ?? wire ?? undefined;
}

// Old spellings are sent in the current spelling. An unknown grant type is sent back unchanged.
function writeGrantType(wire: string | null | undefined): WireGrantType {
  const known = Object.values(grantTypes).find((name) => name === normalizeGrantType(wire));
  return known ?? (wire as WireGrantType);
}

function normalizeGrantType(wire: string | null | undefined): string {
  return (wire ?? "")
    .toUpperCase()
    .replaceAll("_", "-")
    .replace(/^SAML2BEARER$/, "SAML2-BEARER");
}

function withoutNull(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
}
