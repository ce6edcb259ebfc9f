import type { Permissions } from "./permissions.js";
import { type Account, isActionPattern } from "./urns.js";

/** A group of permissions that policies can name. */
export interface OvhPermissionsGroup {
  /** `urn:v1:eu:permissionsGroup:zz99999-ovh:name` */
  readonly urn: string;
  /** Actions, in which `*` stands for any text. */
  readonly allow?: readonly string[];
  /** Actions that no policy at all may then allow to the same identities on the same resources. */
  readonly deny?: readonly string[];
  /** Actions to take away from `allow`. */
  readonly except?: readonly string[];
}

/** A group as the simulator keeps it. */
export interface PermissionsGroup {
  readonly name: string;
  readonly owner: string;
  readonly permissions: Permissions;
}

/**
 * The groups that exist: the given ones and the vendor's `globalAdmin`, which allows everything. The API does not change them.
 *
 * @throws {TypeError} a URN or an action does not have its form
 */
export function createGroups(
  given: readonly OvhPermissionsGroup[],
  { region }: Account,
): ReadonlyMap<string, PermissionsGroup> {
  const admin = { urn: `urn:v1:${region}:permissionsGroup:ovh:globalAdmin`, allow: ["*"] };
  return new Map(
    [admin, ...given].map(({ urn, ...lists }: OvhPermissionsGroup, index) => {
      const where = `simulateOvh: permissionsGroups[${index - 1}]`;
      const [, owner, name] = new RegExp(`^urn:v1:${region}:permissionsGroup:([^\\s:]+):(\\S+)$`).exec(urn) ?? [];
      if (owner === undefined || name === undefined)
        throw new TypeError(`${where}.urn is not the URN of a group of permissions in this region`);
      const pairs = Object.entries(lists).map(([kind, actions]) => {
        if (!actions.every(isActionPattern)) throw new TypeError(`${where}.${kind} has an entry that is not an action`);
        return [kind, actions.map((action) => ({ action }))];
      });
      return [urn, { name, owner, permissions: Object.fromEntries(pairs) as Permissions }];
    }),
  );
}
