import * as z from "zod";
import type { ClientReference, ImportOptions } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { CallOptions } from "../core/manager.js";
import type { SecretOptions } from "../core/secret-sink.js";
import { callFields, listFields, parseInput, requireCredentials, secureUrl } from "../core/validation.js";
import type { ClientFields } from "./convert.js";
import { inputError, operations, vendor } from "./errors.js";
import type {
  OvhAccessGrant,
  OvhActionListOptions,
  OvhClient,
  OvhClientChanges,
  OvhDeleteOptions,
  OvhGrantOptions,
  OvhListOptions,
  OvhPageOptions,
  OvhPolicyChanges,
  OvhPolicyCondition,
  OvhPolicyFields,
  OvhPolicyListOptions,
  OvhResourceListOptions,
} from "./types.js";
import {
  actionProblem,
  groupReferenceProblem,
  identityProblem,
  permissionsGroupProblem,
  resourceProblem,
  singleActionProblem,
  singleResourceProblem,
} from "./urns.js";

// It is not documented whether OVHcloud accepts empty texts.
const nonEmpty = z.string().regex(/\S/, "expected text that is not empty");

// It is not documented whether OVHcloud accepts callback URLs without TLS. RFC 9700 section 2.6 forbids them.
const callbackUrls = z.array(secureUrl).min(1, "expected at least one callback URL");

// The format of ids is not documented. A secret can only follow a pipe, and must not get into a URL.
const identifier = z
  .string()
  .regex(/^[^\s|]+$/, "expected an id: text without white space and without |")
  .refine((id) => id !== "." && id !== "..", "a dot segment would name another resource");

const clientSecret = z.string().regex(/^[\x20-\x7e]+$/, "expected printable ASCII characters and at least one");

const createSchema = z.discriminatedUnion(
  "flow",
  [
    z.strictObject({
      flow: z.literal("client_credentials"),
      name: nonEmpty,
      description: nonEmpty,
      callbackUrls: z.undefined("only for the flow authorization_code").optional(),
    }),
    z.strictObject({ flow: z.literal("authorization_code"), name: nonEmpty, description: nonEmpty, callbackUrls }),
  ],
  { error: ({ code }) => (code === "invalid_union" ? "expected client_credentials or authorization_code" : undefined) },
);

const changesSchema = z.strictObject({
  name: nonEmpty.optional(),
  description: nonEmpty.optional(),
  callbackUrls: callbackUrls.optional(),
  flow: z.undefined("cannot be changed: create another client").optional(),
} satisfies Record<keyof OvhClientChanges | "flow", z.ZodType>);

function text(problem: (value: string) => string | undefined) {
  return z.string().superRefine((value, context) => {
    const message = problem(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

const identities = z.array(text(identityProblem)).min(1, "expected at least one identity");
const resources = z.array(text(resourceProblem)).min(1, "expected at least one resource");
const actions = z.array(text(actionProblem));

const policyName = nonEmpty.refine((name) => !/^ovh-/i.test(name), "names that begin with ovh- are reserved by OVHcloud");

// At most three levels, including the outermost.
function condition(levels: number): z.ZodType<OvhPolicyCondition> {
  const nested: z.ZodType = levels > 1 ? condition(levels - 1) : z.never("at most three levels of conditions");
  return z.discriminatedUnion("operator", [
    z.strictObject({ operator: z.literal("MATCH"), values: z.record(z.string(), z.string()) }),
    z.strictObject({ operator: z.enum(["AND", "OR", "NOT"]), conditions: z.array(nested).min(1, "expected a condition") }),
  ]) as z.ZodType<OvhPolicyCondition>;
}

const policyFields = {
  name: policyName,
  description: nonEmpty.optional(),
  identities,
  resources,
  allow: actions.optional(),
  deny: actions.optional(),
  except: actions.optional(),
  permissionsGroups: z.array(text(permissionsGroupProblem)).optional(),
  conditions: condition(3).optional(),
  expiresAt: z.date().optional(),
} satisfies Record<keyof OvhPolicyFields, z.ZodType>;

const policySchema = z.strictObject(policyFields).superRefine(({ allow = [], deny = [], except = [], ...policy }, context) => {
  const addIssue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if (allow.length + deny.length + (policy.permissionsGroups?.length ?? 0) === 0)
    addIssue("allow", "expected at least one action in allow or deny, or one group in permissionsGroups");
  if (except.length > 0 && allow.length === 0) addIssue("except", "requires actions in allow");
});

const policyChangesSchema = z.strictObject({
  ...policyFields,
  name: policyName.optional(),
  description: nonEmpty.nullish(),
  identities: identities.optional(),
  resources: resources.optional(),
  conditions: condition(3).nullish(),
  expiresAt: z.date().nullish(),
} satisfies Record<keyof OvhPolicyChanges, z.ZodType>);

const grantSchema = z
  .strictObject({
    resources,
    actions: actions.optional(),
    permissionsGroups: z.array(text(groupReferenceProblem)).optional(),
    name: policyName.optional(),
    description: nonEmpty.optional(),
  } satisfies Record<keyof OvhAccessGrant, z.ZodType>)
  .superRefine(({ actions = [], permissionsGroups = [] }, context) => {
    if (actions.length + permissionsGroups.length > 0) return;
    const message = "expected at least one action, or a group in permissionsGroups";
    context.addIssue({ code: "custom", path: ["actions"], message });
  });

const granteeSchema = z.object({ id: identifier, identity: text(identityProblem).optional() });

const pageSize = z.number().int().min(1).optional();
const callSchema = z.strictObject(callFields);
const secretSchema = z.strictObject({ ...callFields, secretSink: z.unknown().optional() });
const grantOptionsSchema = z.strictObject({ ...callFields, update: z.boolean().optional() });
const deleteSchema = z.strictObject({ ...callFields, removeFromPolicies: z.boolean().optional() });
const listSchema = z.strictObject({ ...listFields, concurrency: z.number().int().min(1).max(50).optional() });
const policyListSchema = z.strictObject({
  ...callFields,
  identities: z.array(text(identityProblem)).optional(),
  resources: z.array(text(resourceProblem)).optional(),
  actions: actions.optional(),
  readOnly: z.boolean().optional(),
  pageSize,
} satisfies Record<keyof OvhPolicyListOptions, z.ZodType>);
const actionListSchema = z.strictObject({ ...callFields, resourceTypes: z.array(nonEmpty).optional(), pageSize });

const pageSchema = z.strictObject({ ...callFields, pageSize } satisfies Record<keyof OvhPageOptions, z.ZodType>);
const resourceListSchema = z.strictObject({
  ...callFields,
  resourceNames: z.array(nonEmpty).optional(),
  resourceTypes: z.array(nonEmpty).optional(),
  resources: z.array(text(resourceProblem)).optional(),
  pageSize,
} satisfies Record<keyof OvhResourceListOptions, z.ZodType>);
const authorizationSchema = z.strictObject({
  resource: text(singleResourceProblem),
  actions: z.array(text(singleActionProblem)).min(1, "expected at least one action"),
});

const referenceSchema = z.strictObject({ id: identifier, clientSecret: clientSecret.optional() });
const importSchema = z.strictObject({ ...callFields, verifySecret: z.boolean().optional() });

/** @throws {ValidationError} with one issue for each invalid field */
export function parseCreateInput(input: unknown): ClientFields {
  return parse<ClientFields>(createSchema, input, operations.create);
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parseChanges(changes: unknown): OvhClientChanges {
  return parse<OvhClientChanges>(changesSchema, changes, operations.update);
}

const idSchema = z.strictObject({ id: identifier });

/** @throws {ValidationError} the id cannot be one segment of a path */
export function parseId(id: unknown, operation: string): string {
  return parse<{ id: string }>(idSchema, { id }, operation).id;
}

/** @throws {ValidationError} a field is missing or has another type */
export function parseCredentials(credentials: unknown, operation: string): ClientCredentials {
  const expected = "expected the credentials that create or import returned";
  return requireCredentials(credentials, { vendor, operation }, expected);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseCallOptions(options: unknown, operation: string): CallOptions {
  return parseOptional<CallOptions>(callSchema, options, operation);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseGetOptions(options: unknown): CallOptions {
  return parseCallOptions(options, operations.get);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseListOptions(options: unknown): OvhListOptions {
  return parseOptional<OvhListOptions>(listSchema, options, operations.list);
}

/**
 * The shape of `secretSink` is validated where it is used.
 * @throws {ValidationError} an option is unknown or invalid
 */
export function parseSecretOptions(options: unknown, operation: string): SecretOptions {
  return parseOptional<SecretOptions>(secretSchema, options, operation);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseImportOptions(options: unknown): ImportOptions {
  return parseOptional<ImportOptions>(importSchema, options, operations.import);
}

/**
 * A string is `client_id` or `client_id|client_secret`. An error does not repeat it: a part of it may be a secret.
 * @throws {ValidationError} the reference has another form
 */
export function parseImportReference(reference: unknown): ClientReference {
  const value = typeof reference === "string" ? splitReference(reference) : reference;
  return parse<ClientReference>(referenceSchema, value, operations.import);
}

function splitReference(reference: string): ClientReference {
  const [id = "", secret, ...rest] = reference.split("|");
  if (id === "" || secret === "" || rest.length > 0)
    throw inputError(operations.import, "reference", 'expected "client_id" or "client_id|client_secret"');
  return { id, ...(secret === undefined ? {} : { clientSecret: secret }) };
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parsePolicyInput(policy: unknown): OvhPolicyFields {
  return parse<OvhPolicyFields>(policySchema, policy, operations.createPolicy);
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parsePolicyChanges(changes: unknown): OvhPolicyChanges {
  return parse<OvhPolicyChanges>(policyChangesSchema, changes, operations.updatePolicy);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parsePolicyListOptions(options: unknown): OvhPolicyListOptions {
  return parseOptional<OvhPolicyListOptions>(policyListSchema, options, operations.listPolicies);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseActionListOptions(options: unknown): OvhActionListOptions {
  return parseOptional<OvhActionListOptions>(actionListSchema, options, operations.listActions);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseGroupListOptions(options: unknown): OvhPageOptions {
  return parseOptional<OvhPageOptions>(pageSchema, options, operations.listPermissionsGroups);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseResourceListOptions(options: unknown): OvhResourceListOptions {
  return parseOptional<OvhResourceListOptions>(resourceListSchema, options, operations.listResources);
}

/** @throws {ValidationError} the text is not the URN of a permissions group */
export function parsePermissionsGroupUrn(urn: unknown): string {
  const schema = z.strictObject({ urn: text(permissionsGroupProblem) });
  return parse<{ urn: string }>(schema, { urn }, operations.getPermissionsGroup).urn;
}

/** @throws {ValidationError} a URN or an action is malformed or has a wildcard */
export function parseAuthorizationCheck(resource: unknown, actions: unknown): z.output<typeof authorizationSchema> {
  return parse(authorizationSchema, { resource, actions }, operations.checkAuthorization);
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parseAccessGrant(grant: unknown): OvhAccessGrant {
  return parse<OvhAccessGrant>(grantSchema, grant, operations.grantAccess);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseGrantOptions(options: unknown): OvhGrantOptions {
  return parseOptional<OvhGrantOptions>(grantOptionsSchema, options, operations.grantAccess);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseDeleteOptions(options: unknown): OvhDeleteOptions {
  return parseOptional<OvhDeleteOptions>(deleteSchema, options, operations.delete);
}

/** @throws {ValidationError} the client has no id, or its identity is not a URN */
export function parseGrantee(client: unknown): Pick<OvhClient, "id" | "identity"> {
  const schema = z.strictObject({ client: granteeSchema });
  return parse<{ client: Pick<OvhClient, "id" | "identity"> }>(schema, { client }, operations.grantAccess).client;
}

function parse<T>(schema: z.ZodType, value: unknown, operation: string): T {
  return parseInput(schema, value, { vendor, operation }) as T;
}

function parseOptional<T>(schema: z.ZodType, options: unknown, operation: string): T {
  return parse<T>(schema, options === undefined ? {} : options, operation);
}
