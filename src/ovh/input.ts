import * as z from "zod";
import type { ClientReference } from "../core/capabilities.js";
import type { ValidationError } from "../core/errors.js";
import { callFields, parseInput, secureUrl, validationError } from "../core/validation.js";
import type {
  OvhAccessGrant,
  OvhActionListOptions,
  OvhClient,
  OvhClientChanges,
  OvhClientInput,
  OvhListOptions,
  OvhPolicyChanges,
  OvhPolicyCondition,
  OvhPolicyFields,
  OvhPolicyListOptions,
} from "./types.js";
import { actionFault, identityFault, permissionsGroupFault, resourceFault } from "./urns.js";

// Whether OVHcloud takes empty texts is not documented.
const filled = z.string().regex(/\S/, "expected text that is not empty");

// Whether it takes callbacks without encryption is not documented either; RFC 9700 section 2.6 forbids them.
const callbackUrls = z.array(secureUrl).min(1, "expected at least one callback URL");

// Nothing else is known of ids. A secret is only ever behind a pipe, and must not end up in an address.
const identifier = z
  .string()
  .regex(/^[^\s|]+$/, "expected an id: text without white space and without |")
  .refine((id) => id !== "." && id !== "..", "a dot segment would name something else");

const clientSecret = z.string().regex(/^[\x20-\x7e]+$/, "expected printable ASCII characters and at least one");

const createSchema = z.discriminatedUnion(
  "flow",
  [
    z.strictObject({
      flow: z.literal("client_credentials"),
      name: filled,
      description: filled,
      callbackUrls: z.undefined("only for authorization_code: nobody is sent back to a service account").optional(),
    }),
    z.strictObject({ flow: z.literal("authorization_code"), name: filled, description: filled, callbackUrls }),
  ],
  { error: ({ code }) => (code === "invalid_union" ? "expected client_credentials or authorization_code" : undefined) },
);

const changesSchema = z.strictObject({
  name: filled.optional(),
  description: filled.optional(),
  callbackUrls: callbackUrls.optional(),
  flow: z.undefined("cannot be changed: create another client").optional(),
} satisfies Record<keyof OvhClientChanges | "flow", z.ZodType>);

function checked(fault: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = fault(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

const identities = z.array(checked(identityFault)).min(1, "expected at least one identity");
const resources = z.array(checked(resourceFault)).min(1, "expected at least one resource");
const actions = z.array(checked(actionFault));

const policyName = filled.refine((name) => !/^ovh-/i.test(name), "names that begin with ovh- are OVHcloud's own");

// At most three levels, the outermost among them.
function condition(levels: number): z.ZodType<OvhPolicyCondition> {
  const nested: z.ZodType = levels > 1 ? condition(levels - 1) : z.never("at most three levels of conditions");
  return z.discriminatedUnion("operator", [
    z.strictObject({ operator: z.literal("MATCH"), values: z.record(z.string(), z.string()) }),
    z.strictObject({ operator: z.enum(["AND", "OR", "NOT"]), conditions: z.array(nested).min(1, "expected a condition") }),
  ]) as z.ZodType<OvhPolicyCondition>;
}

const policyFields = {
  name: policyName,
  description: filled.optional(),
  identities,
  resources,
  allow: actions.optional(),
  deny: actions.optional(),
  except: actions.optional(),
  permissionsGroups: z.array(checked(permissionsGroupFault)).optional(),
  conditions: condition(3).optional(),
  expiresAt: z.date().optional(),
} satisfies Record<keyof OvhPolicyFields, z.ZodType>;

const policySchema = z.strictObject(policyFields).superRefine(({ allow = [], deny = [], except = [], ...policy }, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if (allow.length + deny.length + (policy.permissionsGroups?.length ?? 0) === 0)
    refuse("allow", "expected at least one action here, in deny, or a group in permissionsGroups");
  if (except.length > 0 && allow.length === 0) refuse("except", "takes away from allow, where there is nothing");
});

const policyChangesSchema = z.strictObject({
  ...policyFields,
  name: policyName.optional(),
  description: filled.nullish(),
  identities: identities.optional(),
  resources: resources.optional(),
  conditions: condition(3).nullish(),
  expiresAt: z.date().nullish(),
} satisfies Record<keyof OvhPolicyChanges, z.ZodType>);

const grantSchema = z.strictObject({
  resources,
  actions: actions.min(1, "expected at least one action"),
  name: policyName.optional(),
  description: filled.optional(),
} satisfies Record<keyof OvhAccessGrant, z.ZodType>);

const granteeSchema = z.object({ id: identifier, identity: checked(identityFault).optional() });

const pageSize = z.number().int().min(1).optional();
const listSchema = z.strictObject({ ...callFields, concurrency: z.number().int().min(1).max(50).optional() });
const policyListSchema = z.strictObject({
  ...callFields,
  identities: z.array(checked(identityFault)).optional(),
  resources: z.array(checked(resourceFault)).optional(),
  actions: actions.optional(),
  readOnly: z.boolean().optional(),
  pageSize,
} satisfies Record<keyof OvhPolicyListOptions, z.ZodType>);
const actionListSchema = z.strictObject({ ...callFields, resourceTypes: z.array(filled).optional(), pageSize });

const referenceSchema = z.strictObject({ id: identifier, clientSecret: clientSecret.optional() });
const importSchema = z.strictObject({ ...callFields, verifySecret: z.boolean().optional() });

const schemas = {
  "create client": createSchema,
  "update client": changesSchema,
  "list clients": listSchema,
  "create policy": policySchema,
  "update policy": policyChangesSchema,
  "list policies": policyListSchema,
  "list actions": actionListSchema,
  grant: grantSchema,
} as const;

/** Checks input before anything is sent. */
export const door = {
  create: (input: unknown) => parse("create client", input) as OvhClientInput,
  changes: (changes: unknown) => parse("update client", changes) as OvhClientChanges,
  list: (options: unknown) => parse("list clients", options ?? {}) as OvhListOptions,
  policy: (policy: unknown) => parse("create policy", policy) as OvhPolicyFields,
  policyChanges: (changes: unknown) => parse("update policy", changes) as OvhPolicyChanges,
  policies: (options: unknown) => parse("list policies", options ?? {}) as OvhPolicyListOptions,
  actions: (options: unknown) => parse("list actions", options ?? {}) as OvhActionListOptions,
  grant: (client: unknown, grant: unknown) => ({
    client: parseField({ client: granteeSchema }, { client }, "grant").client as Pick<OvhClient, "id" | "identity">,
    wanted: parse("grant", grant) as OvhAccessGrant,
  }),
  import: (reference: unknown, options: unknown) => {
    const operation = "import client";
    if (options !== undefined) parseInput(importSchema, options, { vendor: "ovh", operation });
    const wanted = typeof reference === "string" ? readReference(reference, operation) : reference;
    return parseInput(referenceSchema, wanted, { vendor: "ovh", operation }) as ClientReference;
  },
  /** An id, which must not be able to lead to another path. */
  id: (id: unknown, operation: string) => parseField({ id: identifier }, { id }, operation).id,
};

// What is refused here is not repeated: a part of it may be a secret.
function readReference(reference: string, operation: string): ClientReference {
  const [id = "", secret, ...rest] = reference.split("|");
  if (id === "" || secret === "" || rest.length > 0)
    throw refusal("reference", 'expected "client_id" or "client_id|client_secret"', operation);
  return { id, ...(secret === undefined ? {} : { clientSecret: secret }) };
}

/** A refusal for what shows only on a closer look. */
export function refusal(path: string, message: string, operation: string): ValidationError {
  return validationError({ vendor: "ovh", operation }, { path, message });
}

function parse(operation: keyof typeof schemas, value: unknown): unknown {
  return parseInput<unknown>(schemas[operation], value, { vendor: "ovh", operation });
}

function parseField<Shape extends z.ZodRawShape>(shape: Shape, value: unknown, operation: string) {
  return parseInput(z.strictObject(shape), value, { vendor: "ovh", operation });
}
