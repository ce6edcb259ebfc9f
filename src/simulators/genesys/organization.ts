import type { components } from "../../openapi/genesys.js";

/** A role. */
export interface GenesysSimulatedRole {
  /**
   * The id.
   * @default a new UUID
   */
  readonly id?: string;
  /** The name. */
  readonly name: string;
  /**
   * The permissions, `domain:entity:action`. A star matches any part.
   * @default []
   */
  readonly permissions?: readonly string[];
  /**
   * Whether clients with this role can have tokens with a lifetime of more than 48 hours.
   * @default false
   */
  readonly scim?: boolean;
}

/** A division. */
export interface GenesysSimulatedDivision {
  /**
   * The id.
   * @default a new UUID
   */
  readonly id?: string;
  /** The name. */
  readonly name: string;
}

/** A role in a division. */
export interface GenesysSimulatedGrant {
  /** Id or name. */
  readonly role: string;
  /** Id or name, or `*` for all divisions. */
  readonly division: string;
}

/** The organization, with its ids. */
export interface GenesysSimulatedOrganization {
  /** A UUID. */
  readonly id: string;
  /** The name. */
  readonly name: string;
  /** All roles. */
  readonly roles: readonly Required<GenesysSimulatedRole>[];
  /** Also the first of `divisions`. */
  readonly homeDivision: Required<GenesysSimulatedDivision>;
  /** All divisions. */
  readonly divisions: readonly Required<GenesysSimulatedDivision>[];
}

/** The options for the organization. */
interface OrganizationSettings {
  readonly organization?: { readonly id?: string; readonly name?: string };
  readonly roles?: readonly GenesysSimulatedRole[];
  readonly homeDivision?: Partial<GenesysSimulatedDivision>;
  readonly divisions?: readonly GenesysSimulatedDivision[];
}

/** A role in a division. */
export type Pair = components["schemas"]["roleDivision"];

/** All divisions. */
export const everyDivision = "*";

/**
 * Creates the organization with default values. Three roles always exist.
 *
 * @throws {TypeError} two roles or two divisions have the same id
 */
export function createOrganization({
  organization = {},
  roles = [],
  homeDivision = {},
  divisions = [],
}: OrganizationSettings): GenesysSimulatedOrganization {
  const home = { id: homeDivision.id ?? crypto.randomUUID(), name: homeDivision.name ?? "Home" };
  const others = divisions.map(({ id = crypto.randomUUID(), name }) => ({ id, name }));
  const all = [
    { name: "admin", permissions: ["*:*:*"] },
    { name: "employee", permissions: [] },
    { name: "SCIM Integration", permissions: ["directory:user:*"], scim: true },
    ...roles,
  ].map(({ id = crypto.randomUUID(), name, permissions = [], scim = false }) => ({ id, name, permissions, scim }));
  unique("roles", all);
  unique("divisions", [home, ...others]);
  return {
    id: organization.id ?? crypto.randomUUID(),
    name: organization.name ?? "Acme",
    roles: all,
    homeDivision: home,
    divisions: [home, ...others],
  };
}

/**
 * Replaces names with ids.
 *
 * @throws {TypeError} a role or division is unknown
 */
export function resolveGrants(organization: GenesysSimulatedOrganization, grants: readonly GenesysSimulatedGrant[]): Pair[] {
  const find = (kind: string, entities: readonly { readonly id: string; readonly name: string }[], wanted: string) => {
    const found = entities.find(({ id, name }) => id === wanted || name === wanted);
    if (!found) throw new TypeError(`simulateGenesys: administrator.grants names the unknown ${kind} "${wanted}"`);
    return found.id;
  };
  return grants.map(({ role, division }) => ({
    roleId: find("role", organization.roles, role),
    divisionId: division === everyDivision ? division : find("division", organization.divisions, division),
  }));
}

/** The missing role and division pairs. A role in all divisions includes each division, not the reverse. */
export function lackingPairs(held: readonly Pair[], wanted: readonly Pair[]): Pair[] {
  return wanted.filter(
    ({ roleId, divisionId }) =>
      !held.some((pair) => pair.roleId === roleId && [divisionId, everyDivision].includes(pair.divisionId)),
  );
}

/** Whether one of the held roles has this permission, `domain:entity:action`. */
export function isPermitted({ roles }: GenesysSimulatedOrganization, held: readonly Pair[], permission: string): boolean {
  const wanted = permission.split(":");
  const covers = (given: string) => {
    const parts = given.split(":");
    return parts.length === wanted.length && parts.every((part, index) => part === "*" || part === wanted[index]);
  };
  return roles.some(({ id, permissions }) => held.some(({ roleId }) => roleId === id) && permissions.some(covers));
}

function unique(name: string, entities: readonly { readonly id: string }[]): void {
  if (new Set(entities.map(({ id }) => id)).size < entities.length)
    throw new TypeError(`simulateGenesys: ${name} has a repeated id`);
}
