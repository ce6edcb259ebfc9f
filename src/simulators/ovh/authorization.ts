import type { Caller } from "./authentication.js";
import { forbidden, notGranted } from "./errors.js";
import type { PermissionsGroup } from "./permission-groups.js";
import type { Permissions } from "./permissions.js";
import type { StoredPolicy } from "./policies.js";
import { covers } from "./urns.js";

/** The required permission of an operation. */
export interface Need {
  readonly action: string;
  /** The URN of the resource. */
  readonly resource: string;
}

/** The route of a request. */
export interface RouteCalled {
  readonly method: string;
  /** Without `/1.0` and `/v1`; with `/v2`. */
  readonly path: string;
}

/**
 * Checks the access of the key or token, and then the policies.
 *
 * @throws {ErrorResponse} 403, with the missing action
 */
export function authorize(
  caller: Caller,
  { method, path }: RouteCalled,
  need: Need | undefined,
  policies: {
    readonly all: readonly StoredPolicy[];
    readonly groups: ReadonlyMap<string, PermissionsGroup>;
    readonly nowMs: number;
  },
): void {
  // Every caller can read its authentication details: the vendor's Terraform provider needs them.
  const isOpen = path === "/auth/details";
  const granted = isOpen || (caller.routes?.some((rule) => rule.method === method && covers(rule.path, path)) ?? true);
  if (!granted) throw notGranted(need?.action ?? "");
  if (!need) return;
  if (!reaches(caller.scopes, need.action)) throw forbidden("ByAuthentication", need.action);
  if (caller.isRoot) return;
  const current = policies.all.filter(({ expiredAt }) => expiredAt === null || Date.parse(expiredAt) > policies.nowMs);
  if (!allows(current, policies.groups, caller.identity, need)) throw forbidden("ByIAM", need.action);
}

/** `all` includes every product, `account/all` one product. */
function reaches(scopes: readonly string[], action: string): boolean {
  return scopes.some((scope) => scope === "all" || action.startsWith(`${scope.slice(0, scope.indexOf("/"))}:`));
}

/**
 * Every action is denied by default. A denial takes precedence over every policy. An exception applies to its own policy or group. Two rules are
 * not documented: the exceptions of a policy apply to its groups, and a policy with conditions allows nothing and denies always, because
 * conditions are not evaluated.
 */
function allows(
  policies: readonly StoredPolicy[],
  groups: ReadonlyMap<string, PermissionsGroup>,
  identity: string,
  { action, resource }: Need,
): boolean {
  const names = (list: Permissions["allow"]) => list?.some((entry) => covers(entry.action, action)) ?? false;
  const concerned = policies
    .filter(({ identities, resources }) => identities.includes(identity) && resources.some(({ urn }) => covers(urn, resource)))
    .map(({ permissions, permissionsGroups, conditions }) => ({
      own: permissions,
      all: [permissions, ...permissionsGroups.flatMap(({ urn }) => groups.get(urn)?.permissions ?? [])],
      isConditional: conditions !== null,
    }));
  if (concerned.some(({ all }) => all.some(({ deny }) => names(deny)))) return false;
  return concerned.some(
    ({ own, all, isConditional }) =>
      !isConditional && !names(own.except) && all.some(({ allow, except }) => names(allow) && !names(except)),
  );
}
