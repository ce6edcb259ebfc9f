import type { Permissions } from "./permissions.js";
import { type Account, isActionPattern } from "./urns.js";

/** A permissions group for policies. */
export interface OvhPermissionsGroup {
  /** `urn:v1:eu:permissionsGroup:zz99999-ovh:name` */
  readonly urn: string;
  /** The allowed actions. `*` matches any text. */
  readonly allow?: readonly string[];
  /** Actions that are denied to the same identities on the same resources in every policy. */
  readonly deny?: readonly string[];
  /** Actions that are excluded from `allow`. */
  readonly except?: readonly string[];
}

/** A stored group. */
export interface PermissionsGroup {
  readonly name: string;
  readonly owner: string;
  readonly permissions: Permissions;
}

// The vendor's own groups. `controlPanelAccess` is documented. The contents of the others are not; these are stricter than their names.
const vendorGroups: Readonly<Record<string, Omit<OvhPermissionsGroup, "urn">>> = {
  globalAdmin: { allow: ["*"] },
  globalReadWrite: { allow: ["*"], except: ["account:apiovh:iam/*", "account:apiovh:me/api/*"] },
  globalReadOnly: { allow: ["*:apiovh:get", "*:apiovh:*/get"] },
  controlPanelAccess: {
    allow: ["me/get", "me/supportLevel/get", "me/certificates/get", "me/tag/get"].map((name) => `account:apiovh:${name}`),
  },
};

/**
 * Creates the groups of the vendor and those of the options. The API does not change them.
 *
 * @throws {TypeError} a URN or an action is invalid
 */
export function createGroups(
  given: readonly OvhPermissionsGroup[],
  { region }: Account,
): ReadonlyMap<string, PermissionsGroup> {
  const own = Object.entries(vendorGroups).map(([name, lists]) => ({
    urn: `urn:v1:${region}:permissionsGroup:ovh:${name}`,
    ...lists,
  }));
  return new Map(
    [...own, ...given].map(({ urn, ...lists }: OvhPermissionsGroup, index) => {
      const where = `simulateOvh: permissionsGroups[${index - own.length}]`;
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
