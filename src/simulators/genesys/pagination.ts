import type { components } from "../../openapi/genesys.js";
import type { Call } from "../core/router.js";
import { renderDivision } from "./documents.js";
import { invalidValue } from "./errors.js";
import type { GenesysListing } from "./options.js";
import type { GenesysSimulatedOrganization } from "./organization.js";

type Schemas = components["schemas"];
/** The members of a list besides its entities. */
type Envelope = Omit<Schemas["roleListing"], "entities">;

/** The default page size, and the page size of clients. */
const usualSize = 25;

/**
 * Lists clients. The operation has no query parameters. With `whole` and `repeated`, every response has all clients.
 */
export function listClients(
  entities: readonly Schemas["oauthClient"][],
  { url }: Call,
  listing: GenesysListing,
): Schemas["oauthClientListing"] {
  const pageNumber = listing === "whole" ? 1 : (readCount(url.searchParams, "pageNumber") ?? 1);
  const { nextUri, previousUri, ...envelope } = envelopeOf(url, entities.length, pageNumber, usualSize);
  const shown = listing === "pages" ? cut(entities, pageNumber, usualSize) : [...entities];
  if (listing === "whole") return { entities: shown, ...envelope };
  return { entities: shown, ...envelope, ...(nextUri ? { nextUri } : {}), ...(previousUri ? { previousUri } : {}) };
}

/**
 * Lists roles by page number. The filter matches a part of the name, case-insensitively.
 *
 * @throws {ErrorResponse} 400: a page number or page size is invalid. The maximum page size is 100.
 */
export function listRoles({ roles }: GenesysSimulatedOrganization, { url }: Call): Schemas["roleListing"] {
  const query = url.searchParams;
  const [name, ids] = [(query.get("name") ?? "").toLowerCase(), query.getAll("id").flatMap((id) => id.split(","))];
  const matching = roles.filter(
    (role) => role.name.toLowerCase().includes(name) && (ids.length === 0 || ids.includes(role.id)),
  );
  const pageNumber = readCount(query, "pageNumber") ?? 1;
  const pageSize = readCount(query, "pageSize") ?? usualSize;
  if (pageSize > 100) throw invalidValue("pageSize", "a whole number from 1 to 100");
  const entities = cut(matching, pageNumber, pageSize).map((role) => ({
    id: role.id,
    name: role.name,
    permissions: [...role.permissions],
    ...(query.get("userCount") === "false" ? {} : { userCount: 0 }),
    selfUri: `/api/v2/authorization/roles/${role.id}`,
  }));
  return { entities, ...envelopeOf(url, matching.length, pageNumber, pageSize) };
}

/**
 * Lists divisions a page at a time, as `listRoles` does.
 *
 * @throws {ErrorResponse} 400: a page number or size is invalid
 */
export function listDivisions(organization: GenesysSimulatedOrganization, { url }: Call): Schemas["divisionListing"] {
  const query = url.searchParams;
  const [name, ids] = [(query.get("name") ?? "").toLowerCase(), query.getAll("id").flatMap((id) => id.split(","))];
  const matching = organization.divisions.filter(
    (division) => division.name.toLowerCase().includes(name) && (ids.length === 0 || ids.includes(division.id)),
  );
  const pageNumber = readCount(query, "pageNumber") ?? 1;
  const pageSize = readCount(query, "pageSize") ?? usualSize;
  if (pageSize > 100) throw invalidValue("pageSize", "a whole number from 1 to 100");
  const entities = cut(matching, pageNumber, pageSize).map(({ id }) => renderDivision(id, organization));
  return { entities, ...envelopeOf(url, matching.length, pageNumber, pageSize) };
}

/**
 * Lists integration credentials by cursor. The cursor is the id of the last entity of a page.
 *
 * @throws {ErrorResponse} 400: the page size is invalid, or the cursor is unknown
 */
export function listCredentials(
  entities: readonly Schemas["credentialInfo"][],
  { url }: Call,
): Schemas["credentialInfoListing"] {
  const after = url.searchParams.get("after");
  const pageSize = readCount(url.searchParams, "pageSize") ?? usualSize;
  if (pageSize > 200) throw invalidValue("pageSize", "a whole number from 1 to 200");
  const start = after === null ? 0 : entities.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) throw invalidValue("after", "the cursor of a page");
  const page = entities.slice(start, start + pageSize);
  const query = new URLSearchParams({ after: page.at(-1)?.id ?? "", pageSize: String(pageSize) });
  return {
    entities: page,
    selfUri: `${url.pathname}${url.search}`,
    ...(start + pageSize < entities.length ? { nextUri: `${url.pathname}?${query}` } : {}),
  };
}

function cut<Entity>(entities: readonly Entity[], pageNumber: number, pageSize: number): Entity[] {
  return entities.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
}

function envelopeOf(url: URL, total: number, pageNumber: number, pageSize: number): Envelope {
  const pageCount = Math.ceil(total / pageSize);
  const uri = (page: number) => {
    const query = new URLSearchParams(url.searchParams);
    query.set("pageSize", String(pageSize));
    query.set("pageNumber", String(page));
    return `${url.pathname}?${query}`;
  };
  return {
    pageSize,
    pageNumber,
    pageCount,
    total,
    selfUri: uri(pageNumber),
    firstUri: uri(1),
    lastUri: uri(Math.max(1, pageCount)),
    ...(pageNumber < pageCount ? { nextUri: uri(pageNumber + 1) } : {}),
    ...(pageNumber > 1 ? { previousUri: uri(pageNumber - 1) } : {}),
  };
}

function readCount(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^0*[1-9]\d{0,8}$/.test(text)) throw invalidValue(name, "a whole number from 1 up");
  return Number(text);
}
