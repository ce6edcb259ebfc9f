import { ifNonEmpty, readInstant } from "../core/values.js";
import type {
  OvhAction,
  OvhClient,
  OvhClientChanges,
  OvhClientInput,
  OvhPolicy,
  OvhPolicyChanges,
  OvhPolicyCondition,
  OvhPolicyFields,
} from "./types.js";
import type { ReadAction, ReadClient, ReadPolicy, WireChanges, WireCreation, WirePolicy } from "./wire.js";

const flows = {
  client_credentials: "CLIENT_CREDENTIALS",
  authorization_code: "AUTHORIZATION_CODE",
} as const satisfies Record<OvhClientInput["flow"], WireCreation["flow"]>;

const permissionNames = ["allow", "deny", "except"] as const;

/** Puts a client that is to be made into OVHcloud's words: all four members, as its own tools send them. */
export function writeCreation({ flow, name, description, callbackUrls }: OvhClientInput): WireCreation {
  return { callbackUrls: [...(callbackUrls ?? [])], description, flow: flows[flow], name };
}

/**
 * Puts changes into OVHcloud's words, over the client as it is: all three members, since what the server makes of one that is left
 * out is not known.
 */
export function mergeChanges(current: ReadClient, { name, description, callbackUrls }: OvhClientChanges): WireChanges {
  return {
    callbackUrls: [...(callbackUrls ?? current.callbackUrls ?? [])],
    description: description ?? current.description ?? "",
    name: name ?? current.name ?? "",
  };
}

/** Reads a client out of OVHcloud's words. */
export function readClient(wire: ReadClient): OvhClient {
  return {
    vendor: "ovh",
    id: wire.clientId,
    clientId: wire.clientId,
    name: wire.name ?? "",
    description: wire.description ?? "",
    flow: wire.flow.toLowerCase(),
    callbackUrls: wire.callbackUrls ?? [],
    ...ifNonEmpty("identity", wire.identity),
    ...ifNonEmpty("createdAt", readInstant(wire.createdAt)),
  };
}

/** Puts a policy that is to be made into OVHcloud's words. Lists that are empty are left out, as in its guide. */
export function writePolicy(policy: OvhPolicyFields): WirePolicy {
  const { name, description, identities, resources, conditions, expiresAt } = policy;
  const groups = writeUrns(policy.permissionsGroups);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    identities: [...identities],
    resources: writeUrns(resources),
    permissions: Object.fromEntries(
      permissionNames.flatMap((list) => {
        const actions = policy[list] ?? [];
        return actions.length === 0 ? [] : [[list, actions.map((action) => ({ action }))]];
      }),
    ),
    ...(groups.length === 0 ? {} : { permissionsGroups: groups }),
    ...(conditions === undefined ? {} : { conditions: writeCondition(conditions) }),
    ...(expiresAt === undefined ? {} : { expiredAt: expiresAt.toISOString() }),
  };
}

/**
 * Puts changes of a policy over it as it is: the whole policy is replaced. Lists that are empty become `null`, and what `null`
 * clears is left out, as OVHcloud's Terraform provider does it.
 */
export function mergePolicy(current: ReadPolicy, changes: OvhPolicyChanges): WirePolicy {
  const { description, conditions, expiresAt, ...lists } = changes;
  const { description: told, conditions: _, expiresAt: __, ...kept } = readPolicy(current);
  const named = Object.fromEntries(Object.entries(lists).filter(([, value]) => value !== undefined));
  const words = description === undefined ? told : description;
  const written = writePolicy({ ...kept, ...named, ...(words ? { description: words } : {}) });
  // What is kept is sent as it came: a condition may be newer than this library, and an instant finer than a `Date`.
  const condition = conditions === undefined ? current.conditions : conditions && writeCondition(conditions);
  const end = expiresAt === undefined ? current.expiredAt : expiresAt?.toISOString();
  return {
    permissionsGroups: null,
    ...written,
    permissions: { ...current.permissions, allow: null, deny: null, except: null, ...written.permissions },
    ...(condition ? { conditions: condition } : {}),
    ...(end ? { expiredAt: end } : {}),
  };
}

/** Reads a policy out of OVHcloud's words. */
export function readPolicy(wire: ReadPolicy): OvhPolicy {
  return {
    id: wire.id,
    name: wire.name ?? "",
    ...ifNonEmpty("description", wire.description),
    ...ifNonEmpty("owner", wire.owner),
    readOnly: wire.readOnly ?? false,
    identities: wire.identities ?? [],
    resources: readUrns(wire.resources),
    allow: readActions(wire.permissions?.allow),
    deny: readActions(wire.permissions?.deny),
    except: readActions(wire.permissions?.except),
    permissionsGroups: readUrns(wire.permissionsGroups),
    ...ifNonEmpty("conditions", wire.conditions as OvhPolicyCondition | null | undefined),
    ...ifNonEmpty("createdAt", readInstant(wire.createdAt)),
    ...ifNonEmpty("updatedAt", readInstant(wire.updatedAt)),
    ...ifNonEmpty("expiresAt", readInstant(wire.expiredAt)),
  };
}

/** Reads an action out of OVHcloud's words. */
export function readAction(wire: ReadAction): OvhAction {
  return {
    action: wire.action,
    ...ifNonEmpty("description", wire.description),
    categories: wire.categories ?? [],
    ...ifNonEmpty("resourceType", wire.resourceType),
  };
}

function writeCondition({ operator, values, conditions }: OvhPolicyCondition): NonNullable<WirePolicy["conditions"]> {
  return {
    operator,
    ...(values === undefined ? {} : { values: { ...values } }),
    ...(conditions === undefined ? {} : { conditions: conditions.map(writeCondition) }),
  };
}

function writeUrns(urns: readonly string[] = []): { urn: string }[] {
  return urns.map((urn) => ({ urn }));
}

function readUrns(urns: ReadPolicy["resources"]): string[] {
  return urns?.map(({ urn }) => urn) ?? [];
}

function readActions(actions: NonNullable<ReadPolicy["permissions"]>["allow"]): string[] {
  return actions?.map(({ action }) => action) ?? [];
}
