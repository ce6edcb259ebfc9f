import * as z from "zod";
import type { Pinned } from "../core/validation.js";
import type { components } from "../openapi/ovh.js";

type Schemas = components["schemas"];

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();

/** The server's time, in seconds since 1970. */
export const timeWire = z.number().int();

/** The owner of the credential that a request is sent with. */
export const authenticationWire = z.object({
  account: z.string().min(1),
} satisfies Pinned<Schemas["authenticationDetails"], "account">);

/** The ids of all clients. */
export const clientIdsWire = z.array(z.string().min(1));

/** One client. */
export const clientWire = z.object({
  clientId: z.string().min(1),
  name: text,
  description: text,
  // Not an enum: a new flow must not make a read fail.
  flow: z.string(),
  callbackUrls: texts,
  identity: text,
  createdAt: text,
} satisfies Pinned<Schemas["client"], Exclude<keyof Schemas["client"], "flow">> & { flow: z.ZodType });

/** The response to a create request, with the secret that OVHcloud returns only once. */
export const createdWire = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().nullish(),
} satisfies Pinned<Schemas["clientSecret"], keyof Schemas["clientSecret"]>);

const urns = z.array(z.object({ urn: z.string() })).nullish();
const actions = z.array(z.object({ action: z.string() } satisfies Pinned<Schemas["policyAction"], "action">)).nullish();

// Unknown lists are kept, because an update sends them back: without a list that denies, the policy would allow more.
const permissions = z.looseObject({ allow: actions, deny: actions, except: actions } satisfies Pinned<
  Schemas["policyPermissions"],
  keyof Schemas["policyPermissions"]
>);

/** One policy. */
export const policyWire = z.object({
  id: z.string().min(1),
  name: text,
  description: text,
  owner: text,
  readOnly: z.boolean().nullish(),
  identities: texts,
  resources: urns,
  permissions: permissions.nullish(),
  permissionsGroups: urns,
  // Not validated, because an update sends it back: keys and operators may be newer than this library.
  conditions: z.custom<Schemas["policyCondition"]>((value) => typeof value === "object").nullish(),
  createdAt: text,
  updatedAt: text,
  expiredAt: text,
} satisfies Pinned<Schemas["policy"], Exclude<keyof Schemas["policy"], "permissions">> & { permissions: z.ZodType });

/** A page of policies. */
export const policiesWire = z.array(policyWire);

/** A page of actions. */
export const actionsWire = z.array(
  z.object({ action: z.string(), description: text, categories: texts, resourceType: text } satisfies Pinned<
    Schemas["referenceAction"],
    "action" | "description" | "categories" | "resourceType"
  >),
);

/** One permissions group. */
export const permissionsGroupWire = z.object({
  urn: z.string().min(1),
  name: text,
  description: text,
  owner: text,
  permissions: permissions.nullish(),
  createdAt: text,
  updatedAt: text,
} satisfies Pinned<Schemas["permissionsGroup"], Exclude<keyof Schemas["permissionsGroup"], "permissions" | "id">> & {
  permissions: z.ZodType;
});

/** A page of permissions groups. */
export const permissionsGroupsWire = z.array(permissionsGroupWire);

/** A page of resources. */
export const resourcesWire = z.array(
  z.object({
    urn: z.string().min(1),
    name: text,
    displayName: text,
    owner: text,
    type: text,
    tags: z.record(z.string(), z.string()).nullish(),
  } satisfies Pinned<Schemas["resource"], Exclude<keyof Schemas["resource"], "id">>),
);

/** The rights of the caller on a resource. */
export const authorizationWire = z.object({
  authorizedActions: texts,
  unauthorizedActions: texts,
} satisfies Pinned<Schemas["authorizationResult"], keyof Schemas["authorizationResult"]>);

/** A permissions group that was read. */
export type ReadPermissionsGroup = z.output<typeof permissionsGroupWire>;

/** A resource that was read. */
export type ReadResource = z.output<typeof resourcesWire>[number];

/** A client that was read. */
export type ReadClient = z.output<typeof clientWire>;

/** A policy that was read. */
export type ReadPolicy = z.output<typeof policyWire>;

/** An action that was read. */
export type ReadAction = z.output<typeof actionsWire>[number];

/** The body of a create request. */
export type WireCreation = Schemas["clientCreation"];

/** The body of an update request. */
export type WireChanges = Schemas["clientChanges"];

/** The body of a request that writes a policy. */
export type WirePolicy = Schemas["policyInput"];
