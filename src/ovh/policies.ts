import { startDeadline } from "../core/abort.js";
import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry, showName, withUnknownOutcomeHint } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import { requireSameId } from "../core/validation.js";
import type { Connection } from "./connection.js";
import { mergePolicy, readAction, readPolicy, writePolicy } from "./convert.js";
import { operations, vendor } from "./errors.js";
import {
  parseActionListOptions,
  parseCallOptions,
  parseId,
  parsePolicyChanges,
  parsePolicyInput,
  parsePolicyListOptions,
} from "./input.js";
import { readNextCursor, toPageHeaders } from "./pagination.js";
import type {
  OvhAction,
  OvhActionListOptions,
  OvhPolicy,
  OvhPolicyChanges,
  OvhPolicyFields,
  OvhPolicyListOptions,
} from "./types.js";
import { actionsWire, policiesWire, policyWire, type ReadPolicy } from "./wire.js";

/** Creates a policy. */
export async function createPolicy(connection: Connection, policy: OvhPolicyFields, options?: CallOptions): Promise<OvhPolicy> {
  const operation = operations.createPolicy;
  return sendCreate(connection, operation, parsePolicyInput(policy), parseCallOptions(options, operation));
}

/** Sends a request that creates a policy, for any operation. */
export async function sendCreate(
  { http }: Connection,
  operation: string,
  policy: OvhPolicyFields,
  options: CallOptions | undefined,
): Promise<OvhPolicy> {
  try {
    const { value } = await http({
      operation,
      method: "post",
      path: "/v2/iam/policy",
      json: writePolicy(policy),
      returns: policyWire,
      options,
    });
    return readPolicy(value);
  } catch (error) {
    throw withUnknownOutcomeHint(
      error,
      `the policy may exist; names are unique, look in listPolicies() for ${showName(policy.name)}`,
    );
  }
}

/** Reads one policy. */
export async function getPolicy(connection: Connection, id: string, options?: CallOptions): Promise<OvhPolicy> {
  const operation = operations.getPolicy;
  return readPolicy(await getWirePolicy(connection, parseId(id, operation), operation, parseCallOptions(options, operation)));
}

async function getWirePolicy(
  { http }: Connection,
  id: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadPolicy> {
  const { value } = await http({
    operation,
    method: "get",
    path: "/v2/iam/policy/{policyId}",
    params: { policyId: id },
    returns: policyWire,
    options,
  });
  requireSameId(value, "id", id, { vendor, operation, outcome: "not_applied" });
  return value;
}

/** Lists all policies, or those that match the filters. */
export function listPolicies({ http }: Connection, options?: OvhPolicyListOptions): AsyncIterable<OvhPolicy> {
  return paginate(
    async (cursor) => {
      const { identities, resources, actions, readOnly, pageSize, ...call } = parsePolicyListOptions(options);
      const { value, headers } = await http({
        operation: operations.listPolicies,
        method: "get",
        path: "/v2/iam/policy",
        query: {
          ...(identities === undefined ? {} : { identity: [...identities] }),
          ...(resources === undefined ? {} : { resourceURN: [...resources] }),
          ...(actions === undefined ? {} : { action: [...actions] }),
          ...(readOnly === undefined ? {} : { readOnly }),
        },
        headers: toPageHeaders(cursor, pageSize),
        returns: policiesWire,
        options: call,
      });
      return { items: value.map(readPolicy), next: readNextCursor(headers) };
    },
    (policy) => policy.id,
    { vendor, operation: operations.listPolicies },
  );
}

/** Reads the policy, merges the changes, and replaces it. */
export async function updatePolicy(
  connection: Connection,
  policyId: string,
  changes: OvhPolicyChanges,
  options?: CallOptions,
): Promise<OvhPolicy> {
  const operation = operations.updatePolicy;
  const id = parseId(policyId, operation);
  const parsed = parsePolicyChanges(changes);
  const deadline = startDeadline(parseCallOptions(options, operation), connection.timeoutMs);
  const current = await getWirePolicy(connection, id, operation, deadline.remaining());
  if (Object.values(parsed).every((value) => value === undefined)) return readPolicy(current);
  const { value } = await connection.http({
    operation,
    method: "put",
    path: "/v2/iam/policy/{policyId}",
    params: { policyId: id },
    json: mergePolicy(current, parsed),
    returns: policyWire,
    options: deadline.remaining(),
  });
  requireSameId(value, "id", id, { vendor, operation, outcome: "unknown" });
  return readPolicy(value);
}

/** Deletes a policy. */
export async function deletePolicy({ http }: Connection, id: string, options?: CallOptions): Promise<void> {
  const operation = operations.deletePolicy;
  await ignoreNotFoundAfterRetry(
    http({
      operation,
      method: "delete",
      path: "/v2/iam/policy/{policyId}",
      params: { policyId: parseId(id, operation) },
      returnsNothing: true,
      options: parseCallOptions(options, operation),
    }),
  );
}

/** Lists the actions that policies can name. */
export function listActions({ http }: Connection, options?: OvhActionListOptions): AsyncIterable<OvhAction> {
  return paginate(
    async (cursor) => {
      const { resourceTypes, pageSize, ...call } = parseActionListOptions(options);
      const { value, headers } = await http({
        operation: operations.listActions,
        method: "get",
        path: "/v2/iam/reference/action",
        query: resourceTypes === undefined ? {} : { resourceType: [...resourceTypes] },
        headers: toPageHeaders(cursor, pageSize),
        returns: actionsWire,
        options: call,
      });
      return { items: value.map(readAction), next: readNextCursor(headers) };
    },
    (action) => action.action,
    { vendor, operation: operations.listActions },
  );
}
