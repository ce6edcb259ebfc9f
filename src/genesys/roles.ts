import { type Deadline, shareInFlight } from "../core/abort.js";
import type { ValidationIssue } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { validationError } from "../core/outcome.js";
import { collect, paginate } from "../core/pagination.js";
import { ifNonEmpty } from "../core/values.js";
import type { paths } from "../openapi/genesys.js";
import { operations, vendor } from "./errors.js";
import type { GenesysClient, GenesysRole, ParsedRole } from "./types.js";
import { divisionsWire, divisionWire, type ReadSubject, rolesWire, subjectWire } from "./wire.js";

// The page size of Genesys' own Terraform provider.
const pageSize = 100;

const allDivisions = "*";

/** Resolves the names of roles and the default division to ids, and compares the result with the roles of the caller. */
export interface RoleResolver {
  /**
   * @throws {ValidationError} no role or several roles have a name, or the caller does not have a role in a division
   */
  readonly resolve: (
    roles: readonly ParsedRole[],
    operation: string,
    options: CallOptions,
    deadline: Deadline,
  ) => Promise<GenesysRole[]>;
}

/** Creates the role resolver of one manager. It caches the id of the home division, which does not change. */
export function createRoleResolver(http: Http<paths>, verifyRoles: boolean, timeoutMs: number): RoleResolver {
  let home: string | undefined;

  async function requestHome(options: CallOptions | undefined): Promise<string> {
    const { value } = await http({
      operation: operations.getHomeDivision,
      method: "get",
      path: "/api/v2/authorization/divisions/home",
      returns: divisionWire,
      options,
    });
    home = value.id;
    return value.id;
  }

  const joinHomeRequest = shareInFlight(() => requestHome(undefined), timeoutMs);

  async function homeDivision(options: CallOptions, deadline: Deadline): Promise<string> {
    if (home !== undefined) return home;
    // A call with its own deadline or signal does not share the request of another call.
    if (options.timeoutMs !== undefined || options.signal !== undefined) return requestHome(deadline.remaining());
    return joinHomeRequest();
  }

  async function resolve(
    roles: readonly ParsedRole[],
    operation: string,
    options: CallOptions,
    deadline: Deadline,
  ): Promise<GenesysRole[]> {
    const issues: ValidationIssue[] = [];
    const resolved: GenesysRole[] = [];
    const roleIds = createNameCache((name) => findIds(requestRoles(http), name, deadline));
    const divisionIds = createNameCache((name) => findIds(requestDivisions(http), name, deadline));
    for (const [index, role] of roles.entries()) {
      const roleId = role.roleId ?? (await roleIds(role.roleName ?? ""));
      const divisionId = role.divisionId ?? (role.divisionName && (await divisionIds(role.divisionName)));
      const found = [
        toIssue(`roles.${index}.roleName`, "role", role.roleName, roleId),
        toIssue(`roles.${index}.divisionName`, "division", role.divisionName, divisionId),
      ].filter((issue) => issue !== undefined);
      issues.push(...found);
      if (found.length === 0)
        resolved.push({
          roleId: String(roleId),
          divisionId: divisionId?.toString() ?? (await homeDivision(options, deadline)),
        });
    }
    if (issues.length > 0) throw validationError({ vendor, operation }, ...issues);
    if (verifyRoles && resolved.length > 0) {
      const missing = missingGrants(resolved, roles, await getCaller(http, deadline.remaining()));
      if (missing.length > 0) throw validationError({ vendor, operation }, ...missing);
    }
    return resolved;
  }

  return { resolve };
}

// The id of a name, or the number of ids if it is not 1.
type NameLookup = string | number;

function createNameCache(find: (name: string) => Promise<readonly string[]>): (name: string) => Promise<NameLookup> {
  const cache = new Map<string, NameLookup>();
  return async (name) => {
    const [id, ...others] = cache.has(name) ? [] : await find(name);
    const lookup = cache.get(name) ?? (id === undefined ? 0 : others.length > 0 ? others.length + 1 : id);
    cache.set(name, lookup);
    return lookup;
  };
}

function toIssue(
  path: string,
  noun: string,
  name: string | undefined,
  lookup: NameLookup | undefined,
): ValidationIssue | undefined {
  if (typeof lookup !== "number") return undefined;
  return {
    path,
    message: lookup === 0 ? `no ${noun} is named "${name}"` : `${lookup} ${noun}s are named "${name}"; give the id of one`,
  };
}

interface NamedPage {
  readonly entities: readonly { readonly id: string; readonly name?: string | null | undefined }[];
  readonly pageCount?: number | null | undefined;
}

type Filter = { readonly name: string } | { readonly id: string[] };

/** Requests one page of roles or divisions. */
type RequestPage = (filter: Filter, pageNumber: number, options: CallOptions | undefined) => Promise<NamedPage>;

function requestRoles(http: Http<paths>): RequestPage {
  return async (filter, pageNumber, options) => {
    const { value } = await http({
      operation: operations.findRole,
      method: "get",
      path: "/api/v2/authorization/roles",
      query: { ...filter, pageSize, pageNumber, userCount: false },
      returns: rolesWire,
      options,
    });
    return value;
  };
}

function requestDivisions(http: Http<paths>): RequestPage {
  return async (filter, pageNumber, options) => {
    const { value } = await http({
      operation: operations.findDivision,
      method: "get",
      path: "/api/v2/authorization/divisions",
      query: { ...filter, pageSize, pageNumber },
      returns: divisionsWire,
      options,
    });
    return value;
  };
}

async function listNamed(requestPage: RequestPage, filter: Filter, deadline: Deadline): Promise<NamedPage["entities"]> {
  const fetchPage = async (cursor: string | undefined) => {
    const pageNumber = Number(cursor ?? 1);
    const { entities, pageCount } = await requestPage(filter, pageNumber, deadline.remaining());
    return { items: entities, next: pageNumber < (pageCount ?? 1) ? String(pageNumber + 1) : undefined };
  };
  return collect(paginate(fetchPage, (entity) => entity.id, { vendor, operation: operations.findRole }));
}

// The server's filter by name also returns similar names.
async function findIds(requestPage: RequestPage, name: string, deadline: Deadline): Promise<string[]> {
  const entities = await listNamed(requestPage, { name }, deadline);
  return entities.filter((entity) => entity.name === name).map(({ id }) => id);
}

/** Adds the names of roles and divisions to clients. */
export async function addRoleNames(
  http: Http<paths>,
  clients: readonly GenesysClient[],
  deadline: Deadline,
): Promise<GenesysClient[]> {
  const roles = clients.flatMap((client) => client.roles);
  const roleNames = await readNames(
    requestRoles(http),
    roles.map(({ roleId }) => roleId),
    deadline,
  );
  const divisionIds = roles.map(({ divisionId }) => divisionId).filter((id) => id !== allDivisions);
  const divisionNames = await readNames(requestDivisions(http), divisionIds, deadline);
  return clients.map((client) => ({
    ...client,
    roles: client.roles.map((role) => ({
      ...role,
      ...ifNonEmpty("roleName", roleNames.get(role.roleId.toLowerCase())),
      ...ifNonEmpty("divisionName", divisionNames.get(role.divisionId.toLowerCase())),
    })),
  }));
}

// So many ids fit into one URL.
const idsPerRequest = 50;

async function readNames(
  requestPage: RequestPage,
  ids: readonly string[],
  deadline: Deadline,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const unique = [...new Set(ids)];
  for (let start = 0; start < unique.length; start += idsPerRequest)
    for (const { id, name } of await listNamed(requestPage, { id: unique.slice(start, start + idsPerRequest) }, deadline))
      if (name) names.set(id.toLowerCase(), name);
  return names;
}

async function getCaller(http: Http<paths>, options: CallOptions | undefined): Promise<ReadSubject> {
  const { value } = await http({
    operation: operations.getGrants,
    method: "get",
    path: "/api/v2/authorization/subjects/me",
    returns: subjectWire,
    options,
  });
  return value;
}

/** The roles that the caller has neither in the division nor in all divisions. */
export function missingGrants(
  roles: readonly GenesysRole[],
  inputs: readonly ParsedRole[],
  { grants }: ReadSubject,
): ValidationIssue[] {
  const toKey = (roleId: string, divisionId: string) => `${roleId} ${divisionId}`.toLowerCase();
  const own = new Set(grants?.map(({ role, division }) => toKey(role?.id ?? "", division?.id ?? "")));
  return roles.flatMap(({ roleId, divisionId }, index) => {
    if (own.has(toKey(roleId, divisionId)) || own.has(toKey(roleId, allDivisions))) return [];
    const name = inputs[index]?.roleName;
    const role = name === undefined ? roleId : `"${name}" (${roleId})`;
    const where = divisionId === allDivisions ? "all divisions" : `division ${divisionId}`;
    const message = `the manager's own credentials do not have role ${role} in ${where}, so they cannot give it to a client`;
    return [{ path: `roles.${index}`, message }];
  });
}
