import { type Deadline, readBackOptions, startDeadline } from "../core/abort.js";
import { ConflictError } from "../core/errors.js";
import type { CallOptions } from "../core/manager.js";
import { showName, withReasonSuffix } from "../core/outcome.js";
import { collect } from "../core/pagination.js";
import { getWireClient, sendDelete } from "./clients.js";
import type { Connection } from "./connection.js";
import { inputError, operations } from "./errors.js";
import { parseAccessGrant, parseDeleteOptions, parseGrantee, parseGrantOptions, parseId } from "./input.js";
import { deletePolicy, listPolicies, sendCreate, updatePolicy } from "./policies.js";
import type {
  OvhAccessGrant,
  OvhClient,
  OvhDeleteOptions,
  OvhDeleteResult,
  OvhGrantOptions,
  OvhPolicy,
  OvhPolicyFields,
} from "./types.js";
import { toPermissionsGroupUrn } from "./urns.js";

/** Creates the policy that allows a service account to act, unless it exists. */
export async function grantAccess(
  connection: Connection,
  client: Pick<OvhClient, "id" | "identity">,
  grant: OvhAccessGrant,
  options?: OvhGrantOptions,
): Promise<OvhPolicy> {
  const operation = operations.grantAccess;
  const { id, ...grantee } = parseGrantee(client);
  const { resources, actions = [], permissionsGroups = [], name = `oauth2-${id}`, description } = parseAccessGrant(grant);
  const { update = false, ...call } = parseGrantOptions(options);
  const deadline = startDeadline(call, connection.timeoutMs);
  const identity = grantee.identity ?? (await getWireClient(connection, id, operation, deadline.remaining())).identity;
  if (!identity) throw inputError(operation, "client", "has no identity for a policy: only service accounts have one");
  const groups = permissionsGroups.map((group) => toPermissionsGroupUrn(group, identity));
  const policy = { name, identities: [identity], resources, allow: actions, permissionsGroups: groups };
  const fields = { ...policy, ...(description === undefined ? {} : { description }) };
  try {
    return await sendCreate(connection, operation, fields, deadline.remaining());
  } catch (error) {
    // Names are unique, so the policy of an earlier call has this name.
    if (!(error instanceof ConflictError)) throw error;
    const existing = await findPolicy(connection, identity, name, deadline);
    if (existing && hasSameContent(existing, fields)) return existing;
    if (existing && update) return updatePolicy(connection, existing.id, { ...replacement, ...fields }, deadline.remaining());
    const found = existing ? "exists with other content; set update: true to replace it" : "names another identity";
    throw withReasonSuffix(error, `for the policy ${showName(name)}, which ${found}`);
  }
}

// A grant has none of these, so an update to it clears them.
const replacement = { deny: [], except: [], conditions: null, expiresAt: null } as const;

async function findPolicy(
  connection: Connection,
  identity: string,
  name: string,
  deadline: Deadline,
): Promise<OvhPolicy | undefined> {
  const policies = await collect(listPolicies(connection, { ...deadline.remaining(), identities: [identity] }));
  return policies.find((policy) => policy.name === name);
}

function hasSameContent(existing: OvhPolicy, granted: OvhPolicyFields): boolean {
  const others = [...existing.deny, ...existing.except, existing.conditions, existing.expiresAt];
  return (
    hasSameEntries(existing.identities, granted.identities) &&
    hasSameEntries(existing.resources, granted.resources) &&
    hasSameEntries(existing.allow, granted.allow ?? []) &&
    hasSameEntries(existing.permissionsGroups, granted.permissionsGroups ?? []) &&
    others.every((value) => value === undefined) &&
    (granted.description === undefined || granted.description === existing.description)
  );
}

function hasSameEntries(list: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify([...new Set(list)].sort()) === JSON.stringify([...new Set(other)].sort());
}

/** Deletes a client, and tells which policies still name it. */
export async function deleteClient(
  connection: Connection,
  clientId: string,
  options?: OvhDeleteOptions,
): Promise<OvhDeleteResult> {
  const operation = operations.delete;
  const id = parseId(clientId, operation);
  const { removeFromPolicies = false, ...call } = parseDeleteOptions(options);
  const deadline = startDeadline(call, connection.timeoutMs);
  const before = await findPoliciesOf(connection, id, deadline, removeFromPolicies);
  await sendDelete(connection, id, deadline.remaining());
  if (before === undefined) return {};
  const policies = [];
  for (const policy of before.policies)
    if (!removeFromPolicies || !(await removeIdentity(connection, policy, before.identity, deadline)))
      policies.push({ id: policy.id, name: policy.name });
  return { policies };
}

interface PoliciesOfClient {
  readonly identity: string;
  readonly policies: readonly OvhPolicy[];
}

// The policies have to be found before the deletion, because they name the client by its identity. Unless they are to be changed, a
// failure is ignored: the manager may not have the right to read policies.
async function findPoliciesOf(
  connection: Connection,
  id: string,
  deadline: Deadline,
  isRequired: boolean,
): Promise<PoliciesOfClient | undefined> {
  const options = (): CallOptions | undefined => (isRequired ? deadline.remaining() : readBackOptions(deadline.remaining()));
  const { signal }: CallOptions = deadline.remaining() ?? {};
  try {
    const { identity } = await getWireClient(connection, id, operations.delete, options());
    if (!identity) return { identity: "", policies: [] };
    const policies = await collect(listPolicies(connection, { ...options(), identities: [identity], readOnly: false }));
    return { identity, policies: policies.filter(({ identities }) => identities.includes(identity)) };
  } catch (error) {
    if (isRequired) throw error;
    signal?.throwIfAborted();
    return undefined;
  }
}

/** Returns whether the policy no longer names the identity. A failure is not thrown, because the client is deleted already. */
async function removeIdentity(
  connection: Connection,
  policy: OvhPolicy,
  identity: string,
  deadline: Deadline,
): Promise<boolean> {
  const identities = policy.identities.filter((one) => one !== identity);
  try {
    if (identities.length === 0) await deletePolicy(connection, policy.id, deadline.remaining());
    else await updatePolicy(connection, policy.id, { identities }, deadline.remaining());
    return true;
  } catch {
    return false;
  }
}
