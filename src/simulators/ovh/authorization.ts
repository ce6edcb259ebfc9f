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
  policies: PoliciesInForce,
): void {
  // Every caller can read its authentication details: the vendor's Terraform provider needs them.
  const isOpen = path === "/auth/details";
  const granted = isOpen || (caller.routes?.some((rule) => rule.method === method && covers(rule.path, path)) ?? true);
  if (!granted) throw notGranted(need?.action ?? "");
  if (!need) return;
  const missing = findMissing(caller, need, policies);
  if (missing) throw forbidden(missing, need.action);
}

/** The policies at one time. */
export interface PoliciesInForce {
  readonly all: readonly StoredPolicy[];
  readonly groups: ReadonlyMap<string, PermissionsGroup>;
  readonly nowMs: number;
}

/** What lacks a permission: the key or token, or the policies. Undefined: the caller has the permission. */
export function findMissing(
  caller: Caller,
  need: Need,
  { all, groups, nowMs }: PoliciesInForce,
): "ByAuthentication" | "ByIAM" | undefined {
  if (!reaches(caller.scopes, need.action)) return "ByAuthentication";
  if (caller.isRoot) return undefined;
  const current = all.filter(({ expiredAt }) => expiredAt === null || Date.parse(expiredAt) > nowMs);
  return allows(current, groups, caller.identity, need) ? undefined : "ByIAM";
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
