import type { components } from "../../openapi/ovh.js";
import type { Now } from "../core/time.js";
import type { OvhReadOnlyMembers } from "./bodies.js";
import { conflict, forbidden, notFound } from "./errors.js";
import type { PermissionsGroup } from "./permission-groups.js";
import { type PolicyDocument, type PolicyRules, readPolicy } from "./permissions.js";
import type { Account } from "./urns.js";

/** A policy as the API writes it. */
export type PolicyWire = components["schemas"]["policy"];

/** Adds to a URN what it stands for. */
export type DescribeResource = (urn: string) => Omit<components["schemas"]["policyResource"], "urn">;

/** A policy as the vendor keeps it. */
export interface StoredPolicy extends PolicyDocument {
  readonly id: string;
  /** In the order of creation. */
  readonly position: number;
  readonly createdAt: string;
  /** Undefined until the first change. */
  readonly updatedAt: string | undefined;
}

/** The policies of one account. Every method throws a `ErrorResponse` where the vendor refuses. */
export interface PolicyStore {
  /** In the order of creation. */
  readonly all: () => readonly StoredPolicy[];
  readonly get: (id: string) => StoredPolicy;
  /** `writer` is who writes, or undefined for the account itself. */
  readonly create: (text: string, writer: Writer) => StoredPolicy;
  readonly update: (id: string, text: string, writer: Writer) => StoredPolicy;
  readonly remove: (id: string, writer: Writer) => void;
}

/** The service account that writes, and what it does. Undefined for the account itself, whom nothing restricts. */
export type Writer = { readonly identity: string; readonly action: string } | undefined;

/** What the store is told about its account. */
export interface PolicySettings {
  readonly account: Account;
  readonly now: Now;
  readonly readOnlyMembers: OvhReadOnlyMembers;
  /** Whether a service account has this identity. */
  readonly hasClient: (identity: string) => boolean;
  readonly groups: ReadonlyMap<string, PermissionsGroup>;
}

/** Makes an empty store. */
export function createPolicyStore({ account, now, readOnlyMembers, hasClient, groups }: PolicySettings): PolicyStore {
  const policies = new Map<string, StoredPolicy>();
  let created = 0;

  const load = (id: string): StoredPolicy => {
    const policy = policies.get(id);
    if (!policy) throw notFound("This policy does not exist");
    return policy;
  };
  const read = (text: string, before?: StoredPolicy): PolicyDocument => {
    const rules: PolicyRules = {
      account,
      readOnlyMembers,
      now,
      // Whoever reads a policy and writes it back is not refused because a client has gone meanwhile.
      knowsIdentity: (urn) => hasClient(urn) || (before?.identities.includes(urn) ?? false),
      knowsGroup: (urn) => groups.has(urn),
    };
    const document = readPolicy(text, rules);
    const taken = [...policies.values()].some(({ id, name }) => id !== before?.id && name === document.name);
    if (taken) throw conflict("A policy with this name already exists");
    return document;
  };
  const save = (policy: StoredPolicy): StoredPolicy => {
    policies.set(policy.id, policy);
    return policy;
  };

  return {
    all: () => [...policies.values()],
    get: load,
    create(text, writer) {
      const document = read(text);
      refuseOwn(document, writer);
      created += 1;
      const createdAt = new Date(now()).toISOString();
      return save({ ...document, id: crypto.randomUUID(), position: created, createdAt, updatedAt: undefined });
    },
    update(id, text, writer) {
      const before = load(id);
      refuseOwn(before, writer);
      const document = read(text, before);
      refuseOwn(document, writer);
      return save({ ...before, ...document, updatedAt: new Date(now()).toISOString() });
    },
    remove(id, writer) {
      refuseOwn(load(id), writer);
      policies.delete(id);
    },
  };
}

/**
 * A service account cannot grant itself rights. How the vendor sees to that is not known: here it writes no policy that names
 * it, not even to take something away.
 */
function refuseOwn({ identities }: PolicyDocument, writer: Writer): void {
  if (writer && identities.includes(writer.identity)) throw forbidden("ByIAM", writer.action);
}

/** Keeps the policies that every filter of the query fits. Of one filter's values, any will do; they are compared whole. */
export function filterPolicies(policies: readonly StoredPolicy[], query: URLSearchParams): readonly StoredPolicy[] {
  const fits = (name: string, values: readonly string[]) =>
    !query.has(name) || query.getAll(name).some((wanted) => values.includes(wanted));
  return policies.filter(({ identities, resources, permissions: { allow = [], deny = [], except = [] } }) => {
    const actions = [...allow, ...deny, ...except].map(({ action }) => action);
    const urns = resources.map(({ urn }) => urn);
    return fits("identity", identities) && fits("resourceURN", urns) && fits("action", actions) && fits("readOnly", ["false"]);
  });
}

/** Writes a policy as the vendor's answers do. `describe` and `groups` are for answers with details. */
export function renderPolicy(
  { position: _, updatedAt, ...policy }: StoredPolicy,
  owner: string,
  details?: { readonly describe: DescribeResource; readonly groups: ReadonlyMap<string, PermissionsGroup> },
): PolicyWire {
  return structuredClone({
    ...policy,
    identities: [...policy.identities],
    owner,
    permissions: copyOf(policy.permissions),
    permissionsGroups: policy.permissionsGroups.map(({ urn }) => {
      const group = details?.groups.get(urn);
      return group ? { urn, name: group.name, owner: group.owner, permissions: copyOf(group.permissions) } : { urn };
    }),
    // The vendor's own policies are not simulated.
    readOnly: false,
    resources: policy.resources.map(({ urn }) => ({ urn, ...details?.describe(urn) })),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  });
}

function copyOf({ allow, deny, except }: PolicyDocument["permissions"]): PolicyWire["permissions"] {
  return {
    ...(allow && { allow: [...allow] }),
    ...(deny && { deny: [...deny] }),
    ...(except && { except: [...except] }),
  };
}
