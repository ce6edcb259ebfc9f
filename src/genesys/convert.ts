import type { ClientCredentials } from "../core/credentials.js";
import { ifDefined, ifNonEmpty, readInstant } from "../core/values.js";
import type {
  GenesysClient,
  GenesysClientChanges,
  GenesysClientInput,
  GenesysGrantType,
  GenesysIntegrationCredential,
  GenesysRole,
  KnownGrantType,
} from "./types.js";
import type { ReadClient, ReadCredential, WireClient, WireCredential, WireGrantType } from "./wire.js";

/** Grant types by their IANA names, and Genesys Cloud's. */
export const grantTypes = {
  client_credentials: "CLIENT-CREDENTIALS",
  authorization_code: "CODE",
  "urn:ietf:params:oauth:grant-type:saml2-bearer": "SAML2-BEARER",
  password: "PASSWORD",
  implicit: "TOKEN",
} as const satisfies Record<KnownGrantType, WireGrantType>;

/** The one type of integration credentials that holds a client's credentials. */
export const credentialType = "pureCloudOAuthClient";

/** What a client is to have, its roles by their ids. */
export type Writable<Fields> = Omit<Fields, "roles" | "forScim"> & { readonly roles?: readonly GenesysRole[] | undefined };

/** Puts a client that is to be made into Genesys Cloud's words. Lists that are not given are not sent. */
export function writeCreation(input: Writable<GenesysClientInput>): WireClient {
  return {
    ...input.additionalFields,
    name: input.name,
    authorizedGrantType: grantTypes[input.grantType],
    ...writeFields(input),
  };
}

// Set by the server, or never shown to be sent back.
const notSentBack = ["id", "secret", "selfUri", "dateCreated", "dateModified", "createdBy", "modifiedBy"] as const;

/**
 * Makes the body that replaces a client: all that was read, unknown members too, with the changes on top. Every list is explicit,
 * since whether the server keeps those that are left out is not documented.
 */
export function mergeChanges(current: ReadClient, changes: Writable<GenesysClientChanges>): WireClient {
  const { name, authorizedGrantType, roleDivisions, roleIds, dateToDelete, ...kept } = current;
  const body: Record<string, unknown> = { ...withoutNull(kept), ...changes.additionalFields };
  for (const member of notSentBack) delete body[member];
  if (changes.description === null) delete body.description;
  if (changes.accessTokenValidityMs === null) delete body.accessTokenValiditySeconds;
  // Roles without a division, from before there were divisions: they are not lost by somebody else's change.
  const ancient = changes.roles === undefined && !roleDivisions?.length && roleIds?.length ? { roleIds } : {};
  return {
    registeredRedirectUri: [],
    scope: [],
    roleDivisions: roleDivisions ?? [],
    ...ancient,
    ...(dateToDelete && changes.state !== "active" ? { dateToDelete } : {}),
    ...body,
    ...writeFields(changes),
    name: changes.name ?? name ?? "",
    authorizedGrantType: changes.grantType ? grantTypes[changes.grantType] : writeGrantType(authorizedGrantType),
  };
}

/** Puts what is named into Genesys Cloud's words. */
function writeFields(fields: Writable<GenesysClientChanges>): Omit<WireClient, "name" | "authorizedGrantType"> {
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

/** Members of a body that have a field of their own, or that the server sets. */
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

/** Puts credentials into Genesys Cloud's words. */
export function writeCredential(name: string, { clientId, clientSecret }: ClientCredentials): WireCredential {
  return { name, type: { name: credentialType }, credentialFields: { clientId, clientSecret } };
}

/** Reads a client out of Genesys Cloud's words: null, `[]` and absent are one, and so are empty text and absent. */
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

/** Reads what is known of an integration credential. */
export function readCredential({ id, name }: Pick<ReadCredential, "id" | "name">): GenesysIntegrationCredential {
  return { id, ...ifNonEmpty("name", name) };
}

/** Reads a grant type in any of the spellings that Genesys Cloud has had. One that is not known stays as it is. */
export function readGrantType(wire: string | null | undefined): GenesysGrantType | undefined {
  const spelling = dashed(wire);
  const known = Object.entries(grantTypes).find(([, theirs]) => theirs === spelling)?.[0];
  return known ?? wire ?? undefined;
}

// The dashes of today for the spellings of old; what is not known goes back as it came.
function writeGrantType(wire: string | null | undefined): WireGrantType {
  const known = Object.values(grantTypes).find((one) => one === dashed(wire));
  return known ?? (wire as WireGrantType);
}

function dashed(wire: string | null | undefined): string {
  return (wire ?? "")
    .toUpperCase()
    .replaceAll("_", "-")
    .replace(/^SAML2BEARER$/, "SAML2-BEARER");
}

function withoutNull(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
}
