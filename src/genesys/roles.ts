import type { Deadline } from "../core/abort.js";
import type { ValidationIssue } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { collect, paginate } from "../core/pagination.js";
import type { paths } from "../openapi/genesys.js";
import { inputError } from "./input.js";
import type { GenesysRole, GenesysRoleInput } from "./types.js";
import { divisionWire, type ReadSubject, rolesWire, subjectWire } from "./wire.js";

// What Genesys' own Terraform provider asks for at once.
const pageSize = 100;

const everywhere = "*";

/** Puts ids in the place of names and of the division that is not named, and compares the result with what the caller holds. */
export interface RoleBook {
  /**
   * @throws {ValidationError} a name is no role's, or more than one's; or the caller does not hold a role in a division
   */
  readonly resolve: (
    roles: readonly GenesysRoleInput[],
    operation: string,
    options: CallOptions | undefined,
    deadline: Deadline,
  ) => Promise<GenesysRole[]>;
}

/** Makes the role book of one manager. It remembers the home division, which does not change. */
export function createRoleBook(http: Http<paths>, verifyRoles: boolean): RoleBook {
  let home: string | undefined;
  let asking: Promise<string> | undefined;

  async function askHome(options: CallOptions | undefined): Promise<string> {
    const request = { operation: "get home division", method: "get", path: "/api/v2/authorization/divisions/home" } as const;
    const { value } = await http({ ...request, returns: divisionWire, options });
    home = value.id;
    return value.id;
  }

  async function homeDivision(options: CallOptions | undefined, deadline: Deadline): Promise<string> {
    if (home !== undefined) return home;
    // A call with a deadline or a signal of its own must not wait for another's.
    if (options?.timeoutMs !== undefined || options?.signal !== undefined) return askHome(deadline.remaining());
    asking ??= askHome(undefined).finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function resolve(
    roles: readonly GenesysRoleInput[],
    operation: string,
    options: CallOptions | undefined,
    deadline: Deadline,
  ) {
    const issues: ValidationIssue[] = [];
    const resolved: GenesysRole[] = [];
    const names = new Map<string, readonly string[]>();
    for (const [index, { roleId, roleName, divisionId }] of roles.entries()) {
      const name = roleName ?? "";
      if (roleId === undefined && !names.has(name)) names.set(name, await findRoles(http, name, deadline.remaining()));
      const ids = roleId === undefined ? (names.get(name) ?? []) : [roleId];
      const [id] = ids;
      if (id === undefined) issues.push({ path: `roles.${index}.roleName`, message: `no role is named "${name}"` });
      else if (ids.length > 1)
        issues.push({
          path: `roles.${index}.roleName`,
          message: `${ids.length} roles are named "${name}", give the id of one`,
        });
      else resolved.push({ roleId: id, divisionId: divisionId ?? (await homeDivision(options, deadline)) });
    }
    if (issues.length > 0) throw inputError(operation, issues);
    if (verifyRoles && resolved.length > 0) {
      const missing = missingGrants(resolved, roles, await readCaller(http, deadline.remaining()));
      if (missing.length > 0) throw inputError(operation, missing);
    }
    return resolved;
  }

  return { resolve };
}

// The server's filter by name is not exact.
async function findRoles(http: Http<paths>, name: string, options: CallOptions | undefined): Promise<string[]> {
  const fetchPage = async (cursor: string | undefined) => {
    const pageNumber = Number(cursor ?? 1);
    const { value } = await http({
      operation: "find role",
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

async function readCaller(http: Http<paths>, options: CallOptions | undefined): Promise<ReadSubject> {
  const { value } = await http({
    operation: "get own grants",
    method: "get",
    path: "/api/v2/authorization/subjects/me",
    returns: subjectWire,
    options,
  });
  return value;
}

/** The roles that the caller does not hold in the division, nor in all of them. */
export function missingGrants(
  wanted: readonly GenesysRole[],
  inputs: readonly GenesysRoleInput[],
  { grants }: ReadSubject,
): ValidationIssue[] {
  const pair = (roleId: string, divisionId: string) => `${roleId} ${divisionId}`.toLowerCase();
  const own = new Set(grants?.map(({ role, division }) => pair(role?.id ?? "", division?.id ?? "")));
  const held = (roleId: string, divisionId: string) => own.has(pair(roleId, divisionId)) || own.has(pair(roleId, everywhere));
  return wanted.flatMap(({ roleId, divisionId }, index) => {
    if (held(roleId, divisionId)) return [];
    const name = inputs[index]?.roleName;
    const role = name === undefined ? roleId : `"${name}" (${roleId})`;
    const where = divisionId === everywhere ? "all divisions" : `division ${divisionId}`;
    const message = `the manager's own credentials do not hold role ${role} in ${where}, so they cannot give it to a client`;
    return [{ path: `roles.${index}`, message }];
  });
}
