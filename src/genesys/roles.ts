import type { Deadline } from "../core/abort.js";
import type { ValidationIssue } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { collect, paginate } from "../core/pagination.js";
import { validationError } from "../core/validation.js";
import type { paths } from "../openapi/genesys.js";
import { operations, vendor } from "./errors.js";
import type { GenesysRole, ParsedRole } from "./types.js";
import { divisionWire, type ReadSubject, rolesWire, subjectWire } from "./wire.js";

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
export function createRoleResolver(http: Http<paths>, verifyRoles: boolean): RoleResolver {
  let home: string | undefined;
  let homeRequest: Promise<string> | undefined;

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

  async function homeDivision(options: CallOptions, deadline: Deadline): Promise<string> {
    if (home !== undefined) return home;
    // A call with its own deadline or signal does not share the request of another call.
    if (options.timeoutMs !== undefined || options.signal !== undefined) return requestHome(deadline.remaining());
    homeRequest ??= requestHome(undefined).finally(() => {
      homeRequest = undefined;
    });
    return homeRequest;
  }

  async function resolve(
    roles: readonly ParsedRole[],
    operation: string,
    options: CallOptions,
    deadline: Deadline,
  ): Promise<GenesysRole[]> {
    const issues: ValidationIssue[] = [];
    const resolved: GenesysRole[] = [];
    const idsByName = new Map<string, readonly string[]>();
    for (const [index, { roleId, roleName, divisionId }] of roles.entries()) {
      const name = roleName ?? "";
      if (roleId === undefined && !idsByName.has(name)) idsByName.set(name, await findRoles(http, name, deadline.remaining()));
      const ids = roleId === undefined ? (idsByName.get(name) ?? []) : [roleId];
      const [id] = ids;
      const path = `roles.${index}.roleName`;
      if (id === undefined) issues.push({ path, message: `no role is named "${name}"` });
      else if (ids.length > 1) issues.push({ path, message: `${ids.length} roles are named "${name}"; give the id of one` });
      else resolved.push({ roleId: id, divisionId: divisionId ?? (await homeDivision(options, deadline)) });
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

// The server's filter by name also returns similar names.
async function findRoles(http: Http<paths>, name: string, options: CallOptions | undefined): Promise<string[]> {
  const fetchPage = async (cursor: string | undefined) => {
    const pageNumber = Number(cursor ?? 1);
    const { value } = await http({
      operation: operations.findRole,
      method: "get",
      path: "/api/v2/authorization/roles",
      query: { name, pageSize, pageNumber, userCount: false },
      returns: rolesWire,
      options,
    });
    return { items: value.entities, next: pageNumber < (value.pageCount ?? 1) ? String(pageNumber + 1) : undefined };
  };
  const roles = await collect(paginate(fetchPage, (role) => role.id));
  return roles.filter((role) => role.name === name).map(({ id }) => id);
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
