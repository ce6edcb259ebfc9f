import type { Deadline } from "../core/abort.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry, withUnknownOutcomeHint } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import { redact } from "../core/redact.js";
import type { paths } from "../openapi/ovh.js";
import { mergePolicy, readAction, readPolicy, writePolicy } from "./convert.js";
import { readWire } from "./creation.js";
import { door, refusal } from "./input.js";
import type {
  OvhAccessGrant,
  OvhAction,
  OvhActionListOptions,
  OvhClient,
  OvhPolicy,
  OvhPolicyChanges,
  OvhPolicyFields,
  OvhPolicyListOptions,
} from "./types.js";
import { actionsWire, policiesWire, policyWire, type ReadPolicy } from "./wire.js";

/** Lets a service account act. */
export async function grant(
  http: Http<paths>,
  client: Pick<OvhClient, "id" | "identity">,
  { resources, actions, name = `oauth2-${client.id}`, description }: OvhAccessGrant,
  deadline: Deadline,
): Promise<OvhPolicy> {
  const identity = client.identity ?? (await readWire(http, client.id, "grant", deadline.remaining())).identity;
  if (!identity) throw refusal("client", "has no identity that a policy can name: only service accounts have one", "grant");
  const policy = { name, identities: [identity], resources, allow: actions };
  return create(http, "grant", { ...policy, ...(description === undefined ? {} : { description }) }, deadline.remaining());
}

/** Makes a policy. */
export async function createPolicy(
  http: Http<paths>,
  policy: OvhPolicyFields,
  options: CallOptions | undefined,
): Promise<OvhPolicy> {
  return create(http, "create policy", door.policy(policy), options);
}

async function create(http: Http<paths>, operation: string, policy: OvhPolicyFields, options: CallOptions | undefined) {
  const json = writePolicy(policy);
  try {
    const { value } = await http({ operation, method: "post", path: "/v2/iam/policy", json, returns: policyWire, options });
    return readPolicy(value);
  } catch (error) {
    throw withUnknownOutcomeHint(
      error,
      `whether the policy was made is not known: names are unique, look in listPolicies() for "${redact(policy.name)}"`,
    );
  }
}

/** Reads one policy. */
export async function getPolicy(http: Http<paths>, policy: string, options: CallOptions | undefined): Promise<OvhPolicy> {
  return readPolicy(await readPolicyWire(http, door.id(policy, "get policy"), "get policy", options));
}

async function readPolicyWire(
  http: Http<paths>,
  id: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadPolicy> {
  const request = { operation, method: "get", path: "/v2/iam/policy/{policyId}", params: { policyId: id }, options } as const;
  const { value } = await http({ ...request, returns: policyWire });
  return value;
}

/** All policies, or those that pass the filters. */
export async function* listPolicies(http: Http<paths>, options: OvhPolicyListOptions | undefined): AsyncGenerator<OvhPolicy> {
  const { identities, resources, actions, readOnly, pageSize } = door.policies(options);
  const query = {
    ...(identities === undefined ? {} : { identity: [...identities] }),
    ...(resources === undefined ? {} : { resourceURN: [...resources] }),
    ...(actions === undefined ? {} : { action: [...actions] }),
    ...(readOnly === undefined ? {} : { readOnly }),
  };
  const request = { operation: "list policies", method: "get", path: "/v2/iam/policy", query, options } as const;
  const fetchPage = async (cursor: string | undefined) => {
    const { value, headers } = await http({ ...request, headers: writePage(cursor, pageSize), returns: policiesWire });
    return { items: value.map(readPolicy), next: readNextCursor(headers) };
  };
  yield* paginate(fetchPage, (policy) => policy.id);
}

/** Changes what is named of a policy. */
export async function updatePolicy(
  http: Http<paths>,
  policy: string,
  changes: OvhPolicyChanges,
  deadline: Deadline,
): Promise<OvhPolicy> {
  const operation = "update policy";
  const id = door.id(policy, operation);
  const wanted = door.policyChanges(changes);
  const current = await readPolicyWire(http, id, operation, deadline.remaining());
  if (Object.values(wanted).every((value) => value === undefined)) return readPolicy(current);
  const request = { operation, method: "put", path: "/v2/iam/policy/{policyId}", params: { policyId: id } } as const;
  const { value } = await http({
    ...request,
    json: mergePolicy(current, wanted),
    returns: policyWire,
    options: deadline.remaining(),
  });
  return readPolicy(value);
}

/** Removes a policy. */
export async function deletePolicy(http: Http<paths>, policy: string, options: CallOptions | undefined): Promise<void> {
  const operation = "delete policy";
  const policyId = door.id(policy, operation);
  await ignoreNotFoundAfterRetry(
    http({ operation, method: "delete", path: "/v2/iam/policy/{policyId}", params: { policyId }, options }),
  );
}

/** The actions that policies can name. */
export async function* listActions(http: Http<paths>, options: OvhActionListOptions | undefined): AsyncGenerator<OvhAction> {
  const { resourceTypes, pageSize } = door.actions(options);
  const query = resourceTypes === undefined ? {} : { resourceType: [...resourceTypes] };
  const request = { operation: "list actions", method: "get", path: "/v2/iam/reference/action", query, options } as const;
  const fetchPage = async (cursor: string | undefined) => {
    const { value, headers } = await http({ ...request, headers: writePage(cursor, pageSize), returns: actionsWire });
    return { items: value.map(readAction), next: readNextCursor(headers) };
  };
  yield* paginate(fetchPage, (action) => action.action);
}

function writePage(cursor: string | undefined, size: number | undefined) {
  return {
    ...(cursor === undefined ? {} : { "X-Pagination-Cursor": cursor }),
    ...(size === undefined ? {} : { "X-Pagination-Size": size }),
  };
}

function readNextCursor(headers: Headers): string | undefined {
  return headers.get("x-pagination-cursor-next") || undefined;
}
