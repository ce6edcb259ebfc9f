import type { components } from "../../openapi/ovh.js";
import {
  asFilledText,
  asList,
  asObject,
  asText,
  type Members,
  type OvhReadOnlyMembers,
  readObject,
  refuseOthers,
} from "./bodies.js";
import { badRequest, invalidResourceUrn } from "./errors.js";
import { type Account, isActionPattern, isIdentity, isResourceUrn } from "./urns.js";

type Condition = components["schemas"]["policyCondition"];

/** The permissions of a policy. A list that was not sent is not returned. */
export interface Permissions {
  readonly allow?: readonly { readonly action: string }[];
  readonly deny?: readonly { readonly action: string }[];
  readonly except?: readonly { readonly action: string }[];
}

/** A validated policy of a request. */
export interface PolicyDocument {
  readonly name: string;
  readonly description: string | null;
  readonly identities: readonly string[];
  readonly resources: readonly { readonly urn: string }[];
  readonly permissions: Permissions;
  readonly permissionsGroups: readonly { readonly urn: string }[];
  readonly conditions: Condition | null;
  readonly expiredAt: string | null;
}

/** The rules for policies. */
export interface PolicyRules {
  readonly account: Account;
  readonly readOnlyMembers: OvhReadOnlyMembers;
  readonly now: () => number;
  /** Whether a service account has this identity, or the stored policy already contains it. */
  readonly knowsIdentity: (urn: string) => boolean;
  readonly knowsGroup: (urn: string) => boolean;
}

const writable = [
  ...["conditions", "description", "expiredAt", "identities", "name", "permissions", "permissionsGroups", "resources"],
];
const readOnlyNames = ["createdAt", "id", "owner", "readOnly", "updatedAt"];
const maximumDepth = 3;

/**
 * Parses and validates a policy. Besides the documented rules (form of resources, required members, the prefix `ovh-`), unknown identities and
 * groups, unknown members and an expiry in the past are invalid.
 *
 * @throws {ErrorResponse} 400
 */
export function readPolicy(text: string, rules: PolicyRules): PolicyDocument {
  const { account, readOnlyMembers: treatment } = rules;
  const sent = readObject(text);
  refuseOthers(sent, writable, readOnlyNames, treatment);
  const name = asFilledText(sent.name, "name");
  if (name.startsWith("ovh-")) throw badRequest("[name] begins with ovh-, which is reserved");
  const identities = requiredList(sent, "identities").map((urn, index) => {
    const identity = asText(urn, `identities[${index}]`);
    if (!isIdentity(identity, account, rules.knowsIdentity))
      throw badRequest(`[identities[${index}]] is not an identity of this account`);
    return identity;
  });
  const resources = requiredList(sent, "resources").map((resource, index) => {
    const urn = readUrn(resource, `resources[${index}]`, ["group", "resource"], treatment);
    if (!isResourceUrn(urn, account.region)) throw invalidResourceUrn();
    return { urn };
  });
  if (sent.permissions === undefined) throw badRequest("Missing parameter [permissions]");
  const groups = sent.permissionsGroups ?? [];
  return {
    name,
    description: sent.description === undefined ? null : asText(sent.description, "description"),
    identities,
    resources,
    permissions: readPermissions(asObject(sent.permissions, "permissions")),
    permissionsGroups: asList(groups, "permissionsGroups").map((group, index) => {
      const urn = readUrn(group, `permissionsGroups[${index}]`, ["name", "owner", "permissions"], treatment);
      if (!rules.knowsGroup(urn)) throw badRequest(`[permissionsGroups[${index}].urn] is not a group that exists`);
      return { urn };
    }),
    conditions: readCondition(sent.conditions ?? null, "conditions", 1),
    expiredAt: readEnd(sent.expiredAt ?? null, rules.now()),
  };
}

/** @throws {ErrorResponse} 400 */
export function readPermissions(sent: Members): Permissions {
  const lists = (["allow", "deny", "except"] as const).flatMap((kind) => {
    const list = sent[kind] ?? null;
    return list === null
      ? []
      : [[kind, asList(list, `permissions.${kind}`).map((entry, index) => readAction(entry, kind, index))]];
  });
  refuseOthers(sent, ["allow", "deny", "except"], [], "refuse");
  return Object.fromEntries(lists) as Permissions;
}

function readAction(entry: unknown, kind: string, index: number): { readonly action: string } {
  const path = `permissions.${kind}[${index}]`;
  const action = asText(asObject(entry, path).action, `${path}.action`);
  if (!isActionPattern(action)) throw badRequest(`[${path}.action] is not the name of an action`);
  return { action };
}

function requiredList(sent: Members, name: string): readonly unknown[] {
  if (sent[name] === undefined) throw badRequest(`Missing parameter [${name}]`);
  return asList(sent[name], name);
}

function readUrn(value: unknown, path: string, readOnly: readonly string[], treatment: OvhReadOnlyMembers): string {
  const members = asObject(value, path);
  refuseOthers(members, ["urn"], readOnly, treatment);
  return asText(members.urn, `${path}.urn`);
}

function readCondition(value: unknown, path: string, depth: number): Condition | null {
  if (value === null) return null;
  const { operator, values = null, conditions = null } = asObject(value, path);
  if (depth > maximumDepth) throw badRequest(`[${path}] is nested more than ${maximumDepth} levels deep`);
  if (operator !== "AND" && operator !== "OR" && operator !== "NOT" && operator !== "MATCH")
    throw badRequest(`[${path}.operator] is not one of AND, OR, NOT, MATCH`);
  if (operator === "MATCH") {
    if (conditions !== null) throw badRequest(`[${path}.conditions] is not for the operator MATCH`);
    const pairs = Object.entries(asObject(values, `${path}.values`));
    return { operator, values: Object.fromEntries(pairs.map(([key, text]) => [key, asText(text, `${path}.values.${key}`)])) };
  }
  if (values !== null) throw badRequest(`[${path}.values] is for the operator MATCH only`);
  const parts = asList(conditions, `${path}.conditions`).flatMap(
    (part, index) => readCondition(part, `${path}.conditions[${index}]`, depth + 1) ?? [],
  );
  return { operator, conditions: parts };
}

function readEnd(value: unknown, nowMs: number): string | null {
  if (value === null) return null;
  const text = asText(value, "expiredAt");
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
  if (!shape.test(text) || Number.isNaN(Date.parse(text))) throw badRequest("[expiredAt] is not a date-time");
  if (Date.parse(text) <= nowMs) throw badRequest("[expiredAt] is in the past");
  return text;
}
