import { ifNonEmpty, readInstant } from "../core/values.js";
import type {
  OvhAction,
  OvhClient,
  OvhClientChanges,
  OvhClientInput,
  OvhPermissionsGroup,
  OvhPolicy,
  OvhPolicyChanges,
  OvhPolicyCondition,
  OvhPolicyFields,
  OvhResource,
} from "./types.js";
import type {
  ReadAction,
  ReadClient,
  ReadPermissionsGroup,
  ReadPolicy,
  ReadResource,
  WireChanges,
  WireCreation,
  WirePolicy,
} from "./wire.js";

const flows = {
  client_credentials: "CLIENT_CREDENTIALS",
  authorization_code: "AUTHORIZATION_CODE",
} as const satisfies Record<OvhClientInput["flow"], WireCreation["flow"]>;

const permissionNames = ["allow", "deny", "except"] as const;

/** The fields of a new client. */
export interface ClientFields {
  readonly flow: OvhClientInput["flow"];
  readonly name: string;
  readonly description: string;
  readonly callbackUrls?: readonly string[];
}

/** Converts a new client: all four fields, as OVHcloud's own tools send them. */
export function writeCreation({ flow, name, description, callbackUrls }: ClientFields): WireCreation {
  return { callbackUrls: [...(callbackUrls ?? [])], description, flow: flows[flow], name };
}

/** Merges changes into a client: all three fields, because it is not documented what the server does with a missing one. */
export function mergeChanges(current: ReadClient, { name, description, callbackUrls }: OvhClientChanges): WireChanges {
  return {
    callbackUrls: [...(callbackUrls ?? current.callbackUrls ?? [])],
    description: description ?? current.description ?? "",
    name: name ?? current.name ?? "",
  };
}

/** Converts a client that was read. */
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

/** Converts a new policy. Empty lists are left out, as in OVHcloud's guide. */
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
 * Merges changes into a policy, which is replaced as a whole. Empty lists become `null`, and cleared fields are left out, as in
 * OVHcloud's Terraform provider.
 */
export function mergePolicy(current: ReadPolicy, changes: OvhPolicyChanges): WirePolicy {
  const { description, conditions, expiresAt, ...lists } = changes;
  const { description: currentDescription, conditions: _, expiresAt: __, ...unchanged } = readPolicy(current);
  const changed = Object.fromEntries(Object.entries(lists).filter(([, value]) => value !== undefined));
  const newDescription = description === undefined ? currentDescription : description;
  const written = writePolicy({ ...unchanged, ...changed, ...(newDescription ? { description: newDescription } : {}) });
  // Unchanged values are sent as they were read: a condition may be newer than this library, and an instant finer than a `Date`.
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

/** Converts a policy that was read. */
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

/** Converts an action that was read. */
export function readAction(wire: ReadAction): OvhAction {
  return {
    action: wire.action,
    ...ifNonEmpty("description", wire.description),
    categories: wire.categories ?? [],
    ...ifNonEmpty("resourceType", wire.resourceType),
  };
}

/** Converts a permissions group that was read. */
export function readPermissionsGroup(wire: ReadPermissionsGroup): OvhPermissionsGroup {
  return {
    urn: wire.urn,
    name: wire.name ?? "",
    ...ifNonEmpty("description", wire.description),
    ...ifNonEmpty("owner", wire.owner),
    allow: readActions(wire.permissions?.allow),
    deny: readActions(wire.permissions?.deny),
    except: readActions(wire.permissions?.except),
    ...ifNonEmpty("createdAt", readInstant(wire.createdAt)),
    ...ifNonEmpty("updatedAt", readInstant(wire.updatedAt)),
  };
}

/** Converts a resource that was read. */
export function readResource(wire: ReadResource): OvhResource {
  return {
    urn: wire.urn,
    name: wire.name ?? "",
    ...ifNonEmpty("displayName", wire.displayName),
    ...ifNonEmpty("owner", wire.owner),
    ...ifNonEmpty("type", wire.type),
    tags: wire.tags ?? {},
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
