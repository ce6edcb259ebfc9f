import { UnexpectedResponseError } from "../core/errors.js";
import type { CallOptions } from "../core/manager.js";
import { paginate } from "../core/pagination.js";
import { requireSameId } from "../core/validation.js";
import type { Connection } from "./connection.js";
import { readPermissionsGroup, readResource } from "./convert.js";
import { operations, vendor } from "./errors.js";
import {
  parseAuthorizationCheck,
  parseCallOptions,
  parseGroupListOptions,
  parsePermissionsGroupUrn,
  parseResourceListOptions,
} from "./input.js";
import { readNextCursor, toPageHeaders } from "./pagination.js";
import type {
  OvhAuthorizationResult,
  OvhPageOptions,
  OvhPermissionsGroup,
  OvhResource,
  OvhResourceListOptions,
} from "./types.js";
import { authorizationWire, permissionsGroupsWire, permissionsGroupWire, resourcesWire } from "./wire.js";

/** Lists the permissions groups of OVHcloud and of the account. */
export function listPermissionsGroups({ http }: Connection, options?: OvhPageOptions): AsyncIterable<OvhPermissionsGroup> {
  const operation = operations.listPermissionsGroups;
  return paginate(
    async (cursor) => {
      const { pageSize, ...call } = parseGroupListOptions(options);
      const { value, headers } = await http({
        operation,
        method: "get",
        path: "/v2/iam/permissionsGroup",
        headers: toPageHeaders(cursor, pageSize),
        returns: permissionsGroupsWire,
        options: call,
      });
      return { items: value.map(readPermissionsGroup), next: readNextCursor(headers) };
    },
    ({ urn }) => urn,
    { vendor, operation },
  );
}

/** Reads one permissions group. */
export async function getPermissionsGroup(
  { http }: Connection,
  urn: string,
  options?: CallOptions,
): Promise<OvhPermissionsGroup> {
  const operation = operations.getPermissionsGroup;
  const permissionsGroupURN = parsePermissionsGroupUrn(urn);
  const { value } = await http({
    operation,
    method: "get",
    path: "/v2/iam/permissionsGroup/{permissionsGroupURN}",
    params: { permissionsGroupURN },
    returns: permissionsGroupWire,
    options: parseCallOptions(options, operation),
  });
  requireSameId(value, "urn", permissionsGroupURN, { vendor, operation, outcome: "not_applied" });
  return readPermissionsGroup(value);
}

/** Lists the resources that policies can name. */
export function listResources({ http }: Connection, options?: OvhResourceListOptions): AsyncIterable<OvhResource> {
  const operation = operations.listResources;
  return paginate(
    async (cursor) => {
      const { resourceNames, resourceTypes, resources, pageSize, ...call } = parseResourceListOptions(options);
      const { value, headers } = await http({
        operation,
        method: "get",
        path: "/v2/iam/resource",
        query: {
          ...(resourceNames === undefined ? {} : { resourceName: [...resourceNames] }),
          ...(resourceTypes === undefined ? {} : { resourceType: [...resourceTypes] }),
          ...(resources === undefined ? {} : { resourceURN: [...resources] }),
        },
        headers: toPageHeaders(cursor, pageSize),
        returns: resourcesWire,
        options: call,
      });
      return { items: value.map(readResource), next: readNextCursor(headers) };
    },
    ({ urn }) => urn,
    { vendor, operation },
  );
}

/** Compares actions with the rights of the manager's credential on one resource. */
export async function checkAuthorization(
  { http }: Connection,
  resource: string,
  actions: readonly string[],
  options?: CallOptions,
): Promise<OvhAuthorizationResult> {
  const operation = operations.checkAuthorization;
  const parsed = parseAuthorizationCheck(resource, actions);
  const { value } = await http({
    operation,
    method: "post",
    path: "/v2/iam/resource/{resourceURN}/authorization/check",
    params: { resourceURN: parsed.resource },
    json: { actions: [...parsed.actions] },
    readsOnly: true,
    returns: authorizationWire,
    options: parseCallOptions(options, operation),
  });
  const result = { authorized: value.authorizedActions ?? [], unauthorized: value.unauthorizedActions ?? [] };
  const missing = parsed.actions.filter(
    (action) => !result.authorized.includes(action) && !result.unauthorized.includes(action),
  );
  if (missing.length === 0) return result;
  throw new UnexpectedResponseError({
    vendor,
    operation,
    message: `${vendor} ${operation}: the response does not have the actions ${missing.join(", ")}`,
    issues: [{ path: "authorizedActions", message: "expected every action of the request in one of the two lists" }],
  });
}
