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
  // Not pinned: a flow that is new must not fail a read.
  flow: z.string(),
  callbackUrls: texts,
  identity: text,
  createdAt: text,
} satisfies Pinned<Schemas["client"], Exclude<keyof Schemas["client"], "flow">> & { flow: z.ZodType });

/** What is answered once and must not get lost. */
export const createdWire = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().nullish(),
} satisfies Pinned<Schemas["clientSecret"], keyof Schemas["clientSecret"]>);

const urns = z.array(z.object({ urn: z.string() })).nullish();
const actions = z.array(z.object({ action: z.string() } satisfies Pinned<Schemas["policyAction"], "action">)).nullish();

// With lists that are newer than this library, for an update to send back: to drop one that denies would be to allow.
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
  // Taken as it is, for an update to send back: keys and operators may be newer than this library.
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

/** A client as it was read. */
export type ReadClient = z.output<typeof clientWire>;

/** A policy as it was read. */
export type ReadPolicy = z.output<typeof policyWire>;

/** An action as it was read. */
export type ReadAction = z.output<typeof actionsWire>[number];

/** What a client is made of, as it travels. */
export type WireCreation = Schemas["clientCreation"];

/** Changes of a client, as they travel. */
export type WireChanges = Schemas["clientChanges"];

/** A policy, as it travels. */
export type WirePolicy = Schemas["policyInput"];
