import type { Caller } from "./authentication.js";
import { forbidden, notGranted } from "./errors.js";
import type { PermissionsGroup } from "./permission-groups.js";
import type { Permissions } from "./permissions.js";
import type { StoredPolicy } from "./policies.js";
import { covers } from "./urns.js";

/** What a caller must be allowed to do. */
export interface Need {
  readonly action: string;
  /** The URN of what is acted on. */
  readonly resource: string;
}

/** One request, as far as routes are concerned. */
export interface RouteCalled {
  readonly method: string;
  /** Without `/1.0` and `/v1`; with `/v2`. */
  readonly path: string;
}

/**
 * Holds a call against what the caller's key or token reaches, and then against the policies.
 *
 * @throws {ErrorResponse} 403, and says which action was lacking
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
  // Whoever may call at all may ask who is calling: the vendor's Terraform provider relies on that.
  const isOpen = path === "/auth/details";
  const granted = isOpen || (caller.routes?.some((rule) => rule.method === method && covers(rule.path, path)) ?? true);
  if (!granted) throw notGranted(need?.action ?? "");
  if (!need) return;
  if (!reaches(caller.scopes, need.action)) throw forbidden("ByAuthentication", need.action);
  if (caller.isRoot) return;
  const current = policies.all.filter(({ expiredAt }) => expiredAt === null || Date.parse(expiredAt) > policies.nowMs);
  if (!allows(current, policies.groups, caller.identity, need)) throw forbidden("ByIAM", need.action);
}

/** `all` is every product; `account/all` is one. */
function reaches(scopes: readonly string[], action: string): boolean {
  return scopes.some((scope) => scope === "all" || action.startsWith(`${scope.slice(0, scope.indexOf("/"))}:`));
}

/**
 * Everything is denied by default; a denial beats whatever any policy allows; an exception takes away from what its own policy
 * or group allows. Two stricter guesses: the exceptions of a policy reach into its groups, and since conditions are kept and not
 * weighed, a policy with conditions allows nothing and denies always.
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
