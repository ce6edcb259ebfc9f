import type { components } from "../../openapi/genesys.js";
import type { StoredClient } from "./clients.js";
import { everyDivision, type GenesysSimulatedOrganization } from "./organization.js";

type Schemas = components["schemas"];

/** Creates the client of a response, without its secret. */
export function renderClient({ id, fields, extra, ...client }: StoredClient): Schemas["oauthClient"] {
  const { description, dateToDelete, ...rest } = fields;
  const { dateCreated, dateModified, createdBy, modifiedBy } = client;
  return structuredClone({
    id,
    ...rest,
    ...(description === undefined ? {} : { description }),
    ...(dateToDelete === undefined ? {} : { dateToDelete }),
    roleIds: [...new Set(fields.roleDivisions.map(({ roleId }) => roleId))],
    dateCreated,
    dateModified,
    ...(createdBy === undefined ? {} : { createdBy: renderAuthor(createdBy) }),
    ...(modifiedBy === undefined ? {} : { modifiedBy: renderAuthor(modifiedBy) }),
    selfUri: `/api/v2/oauth/clients/${id}`,
    ...extra,
  });
}

/** Creates the client of a response with its new secret. */
export function renderNewSecret(client: StoredClient): Schemas["oauthClientWithSecret"] {
  return { ...renderClient(client), secret: client.secret };
}

/** Creates the subject of a response: the caller and its grants. */
export function renderSubject(
  client: StoredClient,
  { roles, ...organization }: GenesysSimulatedOrganization,
): Schemas["subject"] {
  const grants = client.fields.roleDivisions.map(({ roleId, divisionId }) => ({
    subjectId: client.id,
    division: renderDivision(divisionId, organization),
    role: { id: roleId, name: roles.find(({ id }) => id === roleId)?.name ?? "" },
    grantMadeAt: client.dateCreated,
  }));
  return { id: client.id, name: client.fields.name, grants, version: 1, selfUri: "/api/v2/authorization/subjects/me" };
}

/** Creates a division of a response. A grant in all divisions has the division `*`, because the vendor's value is not documented. */
export function renderDivision(
  divisionId: string,
  { divisions, homeDivision }: Pick<GenesysSimulatedOrganization, "divisions" | "homeDivision">,
): Schemas["division"] {
  if (divisionId === everyDivision) return { id: everyDivision, name: everyDivision, homeDivision: false };
  return {
    id: divisionId,
    name: divisions.find(({ id }) => id === divisionId)?.name ?? "",
    homeDivision: divisionId === homeDivision.id,
    selfUri: `/api/v2/authorization/divisions/${divisionId}`,
  };
}

/** Creates the token of a response. */
export function renderToken(
  client: StoredClient,
  { id, name }: GenesysSimulatedOrganization,
  idlesAt: Date | undefined,
): Schemas["tokenInfo"] {
  const { state, authorizedGrantType, scope, roleDivisions } = client.fields;
  return {
    organization: { id, name },
    homeOrganization: { id, name },
    authorizedScope: [],
    ...(idlesAt === undefined ? {} : { dateTokenIdles: idlesAt.toISOString() }),
    OAuthClient: {
      id: client.id,
      name: client.fields.name,
      authorizedGrantType,
      scope,
      roleDivisions,
      ...(state === "deleted" ? {} : { state }),
      organization: { id, name },
      dateCreated: client.dateCreated,
      dateModified: client.dateModified,
    },
  };
}

/** Creates the organization of a response. The vendor's Terraform provider needs the country. */
export function renderOrganization({ id, name }: GenesysSimulatedOrganization): Schemas["organization"] {
  return {
    id,
    name,
    defaultLanguage: "en-us",
    defaultCountryCode: "US",
    domain: "acme",
    version: 1,
    state: "active",
    selfUri: `/api/v2/organizations/${id}`,
  };
}

/** Creates the author of a change. A client has the URI of a user, because the vendor's value is not documented. */
function renderAuthor(id: string): Schemas["entityReference"] {
  return { id, selfUri: `/api/v2/users/${id}` };
}
