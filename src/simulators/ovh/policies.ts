import type { components } from "../../openapi/ovh.js";
import type { Now } from "../core/time.js";
import type { OvhReadOnlyMembers } from "./bodies.js";
import { conflict, forbidden, notFound } from "./errors.js";
import type { PermissionsGroup } from "./permission-groups.js";
import { type PolicyDocument, type PolicyRules, readPolicy } from "./permissions.js";
import type { Account } from "./urns.js";

/** A policy of a response. */
export type PolicyWire = components["schemas"]["policy"];

/** Returns the details of a URN. */
export type DescribeResource = (urn: string) => Omit<components["schemas"]["policyResource"], "urn">;

/** A stored policy. */
export interface StoredPolicy extends PolicyDocument {
  readonly id: string;
  /** In the order of creation. */
  readonly position: number;
  readonly createdAt: string;
  /** Undefined until the first change. */
  readonly updatedAt: string | undefined;
}

/** The policies of one account. @throws {ErrorResponse} from the methods of the API */
export interface PolicyStore {
  /** In the order of creation. */
  readonly all: () => readonly StoredPolicy[];
  readonly get: (id: string) => StoredPolicy;
  /** @param writer undefined for the account itself */
  readonly create: (text: string, writer: Writer) => StoredPolicy;
  readonly update: (id: string, text: string, writer: Writer) => StoredPolicy;
  readonly remove: (id: string, writer: Writer) => void;
}

/** The service account that writes, and its action. Undefined for the account itself, which is not restricted. */
export type Writer = { readonly identity: string; readonly action: string } | undefined;

/** The settings of the store. */
export interface PolicySettings {
  readonly account: Account;
  readonly now: Now;
  readonly readOnlyMembers: OvhReadOnlyMembers;
  /** Whether a service account has this identity. */
  readonly hasClient: (identity: string) => boolean;
  readonly groups: ReadonlyMap<string, PermissionsGroup>;
}

/** Creates an empty store. */
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
      // A policy can be written back unchanged after a client was deleted.
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
      rejectOwn(document, writer);
      created += 1;
      const createdAt = new Date(now()).toISOString();
      return save({ ...document, id: crypto.randomUUID(), position: created, createdAt, updatedAt: undefined });
    },
    update(id, text, writer) {
      const before = load(id);
      rejectOwn(before, writer);
      const document = read(text, before);
      rejectOwn(document, writer);
      return save({ ...before, ...document, updatedAt: new Date(now()).toISOString() });
    },
    remove(id, writer) {
      rejectOwn(load(id), writer);
      policies.delete(id);
    },
  };
}

/**
 * A service account cannot grant itself permissions. The vendor's check is not documented. Here a service account cannot write policies that
 * contain its identity.
 */
function rejectOwn({ identities }: PolicyDocument, writer: Writer): void {
  if (writer && identities.includes(writer.identity)) throw forbidden("ByIAM", writer.action);
}

/** Returns the policies that match every filter. A filter matches when one of its values is equal. */
export function filterPolicies(policies: readonly StoredPolicy[], query: URLSearchParams): readonly StoredPolicy[] {
  const fits = (name: string, values: readonly string[]) =>
    !query.has(name) || query.getAll(name).some((wanted) => values.includes(wanted));
  return policies.filter(({ identities, resources, permissions: { allow = [], deny = [], except = [] } }) => {
    const actions = [...allow, ...deny, ...except].map(({ action }) => action);
    const urns = resources.map(({ urn }) => urn);
    return fits("identity", identities) && fits("resourceURN", urns) && fits("action", actions) && fits("readOnly", ["false"]);
  });
}

/** Creates the policy of a response. `details` is for responses with details. */
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
