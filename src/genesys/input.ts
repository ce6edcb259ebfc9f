import * as z from "zod";
import type { ClientReference } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { ValidationError, ValidationIssue } from "../core/errors.js";
import { callFields, jsonObject, parseInput, validationError } from "../core/validation.js";
import { grantTypes, ownMembers } from "./convert.js";
import type {
  GenesysClientChanges,
  GenesysClientFields,
  GenesysClientInput,
  GenesysIntegrationTarget,
  GenesysSecretOptions,
  KnownGrantType,
} from "./types.js";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const shortestValidityMs = 5 * minuteMs;
const longestValidityMs = 2 * dayMs;
const longestScimValidityMs = 450 * dayMs;

const filled = z.string().min(1, "expected text that is not empty");

// An id goes into a path. Genesys Cloud's are UUIDs, which is left for the server to say. Elsewhere a secret stands behind a pipe:
// it must not end up in an address.
const identifier = z.string().regex(/^(?!\.{1,2}$)[^/|\s]+$/, "expected an id: text without slash, white space and |");

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const roleId = z.string().regex(uuid, "expected the id of a role, a UUID; its name goes into roleName");
const divisionId = z
  .string()
  .refine((id) => id === "*" || uuid.test(id), "expected the id of a division, a UUID, or * for all divisions");

const role = z
  .strictObject({ roleId: roleId.optional(), roleName: filled.optional(), divisionId: divisionId.optional() })
  .superRefine(({ roleId, roleName }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (roleId === undefined && roleName === undefined) refuse("roleId", "required, unless roleName is given");
    if (roleId !== undefined && roleName !== undefined) refuse("roleName", "excludes roleId");
  });

// RFC 6749 section 3.3.
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "expected a scope token: visible ASCII without quote, backslash and space");

const redirectUri = z
  .string()
  .refine((value) => URL.canParse(value), "expected an absolute URI")
  .refine((value) => !value.includes("#"), "a fragment is refused");

const validityMs = z
  .number()
  .refine((ms) => ms % 1_000 === 0, "expected whole seconds, in milliseconds")
  .min(shortestValidityMs, `expected at least ${shortestValidityMs}, which is 5 minutes`)
  .max(longestScimValidityMs, `expected at most ${longestScimValidityMs}, which is 450 days`);

const additionalFields = jsonObject.superRefine((fields, context) => {
  for (const name of Object.keys(fields))
    if (ownMembers.includes(name))
      context.addIssue({ code: "custom", path: [name], message: "this member has a field of its own, or is the server's" });
});

const grantType = z.enum(Object.keys(grantTypes) as KnownGrantType[]);
const state = z.enum(["active", "inactive"]);
const lists = {
  redirectUris: z.array(redirectUri).optional(),
  scopes: z.array(scope).optional(),
  roles: z.array(role).optional(),
};

const createSchema = z
  .strictObject({
    grantType,
    name: filled,
    description: z.string().optional(),
    accessTokenValidityMs: validityMs.optional(),
    forScim: z.boolean().optional(),
    state: state.optional(),
    additionalFields: additionalFields.optional(),
    ...lists,
  } satisfies Record<keyof GenesysClientFields | keyof GenesysClientInput, z.ZodType>)
  .superRefine((input, context) => {
    const { grantType, roles, redirectUris } = input;
    const message = "a client of grant client_credentials sends nobody anywhere";
    for (const issue of [...validityIssues(input), ...grantIssues(grantType, roles, input.scopes)]) refuse(context, issue);
    if (grantType !== "client_credentials") return;
    if (redirectUris !== undefined) refuse(context, { path: "redirectUris", message });
    if (input.scopes !== undefined)
      refuse(context, { path: "scopes", message: "a client of grant client_credentials has roles, scopes do nothing" });
  });

const changesSchema = z
  .strictObject({
    grantType: grantType.optional(),
    name: filled.optional(),
    description: z.string().nullish(),
    accessTokenValidityMs: validityMs.nullish(),
    forScim: z.boolean().optional(),
    state: state.optional(),
    additionalFields: additionalFields.optional(),
    ...lists,
  } satisfies Record<keyof GenesysClientChanges, z.ZodType>)
  .superRefine((changes, context) => {
    for (const issue of validityIssues(changes)) refuse(context, issue);
  });

interface Context {
  readonly addIssue: (issue: { readonly code: "custom"; readonly path: PropertyKey[]; readonly message: string }) => void;
}

function refuse(context: Context, { path, message }: ValidationIssue): void {
  context.addIssue({ code: "custom", path: [path], message });
}

interface Validity {
  readonly accessTokenValidityMs?: number | null | undefined;
  readonly forScim?: boolean | undefined;
}

function validityIssues({ accessTokenValidityMs: ms, forScim }: Validity): ValidationIssue[] {
  if (!ms || ms <= longestValidityMs || forScim === true) return [];
  const message = `expected at most ${longestValidityMs}, which is 48 hours; forScim allows more, for clients of Genesys Cloud SCIM`;
  return [{ path: "accessTokenValidityMs", message }];
}

/** What a grant type needs, and what it cannot have. */
export function grantIssues(
  grant: string | undefined,
  roles: readonly unknown[] | undefined,
  scopes: readonly string[] | undefined,
): ValidationIssue[] {
  if (grant === "client_credentials")
    return roles?.length ? [] : [{ path: "roles", message: "required for client_credentials: expected at least one role" }];
  return [
    ...(scopes?.length ? [] : [{ path: "scopes", message: `required for ${grant}: expected at least one scope` }]),
    ...(roles?.length ? [{ path: "roles", message: "only for client_credentials" }] : []),
  ];
}

const targetSchema = z
  .strictObject({ name: filled.optional(), id: identifier.optional() })
  .refine(({ name, id }) => (name === undefined) !== (id === undefined), {
    path: ["name"],
    message: "expected the name of a new integration credential, or the id of one that exists",
  });

// What `secretSink` is, is looked at where it is used.
const issueSchema = z.strictObject({
  ...callFields,
  secretSink: z.unknown().optional(),
  integrationCredential: targetSchema.optional(),
});

const credentialsSchema = z.object({ clientId: filled, clientSecret: filled });
const referenceSchema = z.strictObject({
  id: identifier,
  clientSecret: z
    .string()
    .regex(/^[\x20-\x7e]+$/, "expected printable ASCII characters and at least one")
    .optional(),
});
const importSchema = z.strictObject({ ...callFields, verifySecret: z.boolean().optional() });

/** Checks input before anything is sent. */
export const door = {
  create: (input: unknown) => parse<unknown>(createSchema, input, "create client") as GenesysClientInput,
  changes: (changes: unknown) => parse<unknown>(changesSchema, changes, "update client") as GenesysClientChanges,
  target: (options: GenesysSecretOptions | undefined, operation: string) => {
    const { integrationCredential } = parse(issueSchema, options ?? {}, operation);
    return integrationCredential as GenesysIntegrationTarget | undefined;
  },
  name: (name: unknown, operation: string) => parse(z.strictObject({ name: filled }), { name }, operation).name,
  credentials: (credentials: unknown, operation: string): ClientCredentials =>
    parse(z.strictObject({ credentials: credentialsSchema }), { credentials }, operation).credentials,
  import: (reference: unknown, options: unknown) => {
    if (options !== undefined) parse(importSchema, options, "import client");
    const wanted = typeof reference === "string" ? { id: reference } : reference;
    return parse(referenceSchema, wanted, "import client") as ClientReference;
  },
  /** An id, which must not be able to lead to another path. */
  id: (id: unknown, operation: string) => parse(z.strictObject({ id: identifier }), { id }, operation).id,
};

function parse<T>(schema: z.ZodType<T>, value: unknown, operation: string): T {
  return parseInput(schema, value, { vendor: "genesys", operation });
}

/** Makes the error of an input whose faults show only against what Genesys Cloud has. */
export function inputError(operation: string, issues: readonly ValidationIssue[]): ValidationError {
  return validationError({ vendor: "genesys", operation }, ...issues);
}
