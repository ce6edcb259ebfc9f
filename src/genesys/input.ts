import * as z from "zod";
import type { ClientReference, ImportOptions } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { ValidationIssue } from "../core/errors.js";
import type { CallOptions } from "../core/manager.js";
import { callFields, jsonObject, listFields, parseInput } from "../core/validation.js";
import { isObject } from "../core/values.js";
import { grantTypes, ownMembers } from "./convert.js";
import { operations, vendor } from "./errors.js";
import type {
  GenesysClientChanges,
  GenesysClientFields,
  GenesysClientInput,
  GenesysCredentialFields,
  GenesysDeleteIntegrationCredentialOptions,
  GenesysIntegrationCredentialListOptions,
  GenesysListOptions,
  GenesysReadOptions,
  KnownGrantType,
  ParsedChanges,
  ParsedClientInput,
  ParsedSecretOptions,
} from "./types.js";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const minValidityMs = 5 * minuteMs;
const maxValidityMs = 2 * dayMs;
const maxScimValidityMs = 450 * dayMs;

const nonEmpty = z.string().min(1, "expected text that is not empty");

// An id becomes a segment of a path. Genesys Cloud uses UUIDs; the server checks that. References of other vendors contain a secret
// after a pipe: it must not become part of a URL.
const identifier = z.string().regex(/^(?!\.{1,2}$)[^/|\s]+$/, "expected an id: text without slash, white space and |");

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const roleId = z.string().regex(uuid, "expected the id of a role, a UUID; use roleName for the name of a role");
const divisionId = z
  .string()
  .refine((id) => id === "*" || uuid.test(id), "expected the id of a division, a UUID, or * for all divisions");

const role = z
  .strictObject({
    roleId: roleId.optional(),
    roleName: nonEmpty.optional(),
    divisionId: divisionId.optional(),
    divisionName: nonEmpty.optional(),
  })
  .superRefine(({ roleId, roleName, divisionId, divisionName }, context) => {
    if (divisionId !== undefined && divisionName !== undefined)
      addIssue(context, { path: "divisionName", message: "cannot be combined with divisionId" });
    if (roleId === undefined && roleName === undefined)
      addIssue(context, { path: "roleId", message: "required, unless roleName is given" });
    if (roleId !== undefined && roleName !== undefined)
      addIssue(context, { path: "roleName", message: "cannot be combined with roleId" });
  });

// RFC 6749 section 3.3.
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "expected a scope token: visible ASCII without quote, backslash and space");

const redirectUri = z
  .string()
  .refine((value) => URL.canParse(value), "expected an absolute URI")
  .refine((value) => !value.includes("#"), "a fragment is not allowed");

const validityMs = z
  .number()
  .refine((ms) => ms % 1_000 === 0, "expected whole seconds, in milliseconds")
  .min(minValidityMs, `expected at least ${minValidityMs}, which is 5 minutes`)
  .max(maxScimValidityMs, `expected at most ${maxScimValidityMs}, which is 450 days`);

const additionalFields = jsonObject.superRefine((fields, context) => {
  for (const name of Object.keys(fields))
    if (ownMembers.includes(name))
      addIssue(context, { path: name, message: "not allowed here: this member has its own field, or the server sets it" });
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
    name: nonEmpty,
    description: z.string().optional(),
    accessTokenValidityMs: validityMs.optional(),
    forScim: z.boolean().optional(),
    state: state.optional(),
    additionalFields: additionalFields.optional(),
    ...lists,
  } satisfies Record<keyof GenesysClientFields | keyof GenesysClientInput, z.ZodType>)
  .superRefine((input, context) => {
    const { grantType, roles, redirectUris, scopes } = input;
    for (const issue of [...validityIssues(input), ...grantIssues(grantType, roles, scopes)]) addIssue(context, issue);
    if (grantType !== "client_credentials") return;
    if (redirectUris !== undefined)
      addIssue(context, { path: "redirectUris", message: "not allowed for client_credentials, which has no redirect" });
    if (scopes !== undefined)
      addIssue(context, { path: "scopes", message: "not allowed for client_credentials; give roles instead" });
  });

const changesSchema = z
  .strictObject({
    grantType: grantType.optional(),
    name: nonEmpty.optional(),
    description: z.string().nullish(),
    accessTokenValidityMs: validityMs.nullish(),
    forScim: z.boolean().optional(),
    state: state.optional(),
    additionalFields: additionalFields.optional(),
    ...lists,
  } satisfies Record<keyof GenesysClientChanges, z.ZodType>)
  .superRefine((changes, context) => {
    for (const issue of validityIssues(changes)) addIssue(context, issue);
  });

interface IssueSink {
  readonly addIssue: (issue: { readonly code: "custom"; readonly path: PropertyKey[]; readonly message: string }) => void;
}

function addIssue(context: IssueSink, { path, message }: ValidationIssue): void {
  context.addIssue({ code: "custom", path: [path], message });
}

interface Validity {
  readonly accessTokenValidityMs?: number | null | undefined;
  readonly forScim?: boolean | undefined;
}

function validityIssues({ accessTokenValidityMs: ms, forScim }: Validity): ValidationIssue[] {
  if (!ms || ms <= maxValidityMs || forScim === true) return [];
  const message = `expected at most ${maxValidityMs}, which is 48 hours; set forScim for a client of Genesys Cloud SCIM`;
  return [{ path: "accessTokenValidityMs", message }];
}

/** The fields that a grant type requires and does not have, and the fields that it does not allow. */
export function grantIssues(
  grant: string | undefined,
  roles: readonly unknown[] | undefined,
  scopes: readonly string[] | undefined,
): ValidationIssue[] {
  if (grant === "client_credentials")
    return roles?.length ? [] : [{ path: "roles", message: "required for client_credentials: expected at least one role" }];
  return [
    ...(scopes?.length ? [] : [{ path: "scopes", message: `required for ${grant}: expected at least one scope` }]),
    ...(roles?.length ? [{ path: "roles", message: `not allowed for ${grant}; only client_credentials has roles` }] : []),
  ];
}

const targetSchema = z
  .strictObject({ name: nonEmpty.optional(), id: identifier.optional() })
  .refine(({ name, id }) => (name === undefined) !== (id === undefined), {
    path: ["name"],
    message: "expected either the name of a new integration credential or the id of an existing one",
  });

const callSchema = z.strictObject(callFields);
const listSchema = z.strictObject({ ...listFields, roleNames: z.boolean().optional() });
const readSchema = z.strictObject({ ...callFields, roleNames: z.boolean().optional() });

const secretSchema = z.strictObject({
  ...callFields,
  secretSink: z.unknown().optional(),
  integrationCredential: targetSchema.optional(),
});

const importSchema = z.strictObject({ ...callFields, verifySecret: z.boolean().optional() });
const credentialFieldsSchema = z.strictObject({ type: nonEmpty, fields: z.record(z.string(), nonEmpty) });
const credentialListSchema = z.strictObject({ ...callFields, name: nonEmpty.optional() });
const credentialDeleteSchema = z.strictObject({ ...callFields, type: nonEmpty.optional() });
const clientSecret = z.string().regex(/^[\x20-\x7e]+$/, "expected printable ASCII characters and at least one");
const credentialsSchema = z.object({ clientId: nonEmpty, clientSecret });
const referenceSchema = z.strictObject({
  id: identifier,
  clientSecret: clientSecret.optional(),
});

/** @throws {ValidationError} with one issue for each invalid field */
export function parseCreateInput(input: unknown): ParsedClientInput {
  return parse<unknown>(createSchema, input, operations.create) as ParsedClientInput;
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parseChanges(changes: unknown): ParsedChanges {
  return parse<unknown>(changesSchema, changes, operations.update) as ParsedChanges;
}

const idSchema = z.strictObject({ id: identifier });

/** @throws {ValidationError} the id cannot be one segment of a path */
export function parseId(id: unknown, operation: string): string {
  return parse(idSchema, { id }, operation).id;
}

/** @throws {ValidationError} the name is empty */
export function parseName(name: unknown, operation: string): string {
  return parse(z.strictObject({ name: nonEmpty }), { name }, operation).name;
}

/** @throws {ValidationError} a field is missing or empty */
export function parseIntegrationCredentials(
  credentials: unknown,
  operation: string,
): ClientCredentials | GenesysCredentialFields {
  if (!isObject(credentials) || !("type" in credentials)) return parseCredentials(credentials, operation);
  return parse(z.strictObject({ credentials: credentialFieldsSchema }), { credentials }, operation).credentials;
}

/** @throws {ValidationError} a field is missing or empty */
export function parseCredentials(credentials: unknown, operation: string): ClientCredentials {
  return parse(z.strictObject({ credentials: credentialsSchema }), { credentials }, operation).credentials;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseGetOptions(options: unknown): GenesysReadOptions {
  return parseOptional(readSchema, options, operations.get) as GenesysReadOptions;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseListOptions(options: unknown): GenesysListOptions {
  return parseOptional(listSchema, options, operations.list) as GenesysListOptions;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseCallOptions(options: unknown, operation: string): CallOptions {
  return parseOptional(callSchema, options, operation) as CallOptions;
}

/**
 * The shape of `secretSink` is validated where it is used.
 * @throws {ValidationError} an option is unknown or invalid
 */
export function parseSecretOptions(options: unknown, operation: string): ParsedSecretOptions {
  return parseOptional(secretSchema, options, operation) as ParsedSecretOptions;
}

/** @throws {ValidationError} the reference is neither an id nor an object with one */
export function parseImportReference(reference: unknown): ClientReference {
  const given = typeof reference === "string" ? { id: reference } : reference;
  return parse<unknown>(referenceSchema, given, operations.import) as ClientReference;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseImportOptions(options: unknown): ImportOptions {
  return parseOptional(importSchema, options, operations.import) as ImportOptions;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseIntegrationCredentialListOptions(options: unknown): GenesysIntegrationCredentialListOptions {
  const operation = operations.listIntegrationCredentials;
  return parseOptional(credentialListSchema, options, operation) as GenesysIntegrationCredentialListOptions;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseDeleteIntegrationCredentialOptions(options: unknown): GenesysDeleteIntegrationCredentialOptions {
  const operation = operations.deleteIntegrationCredential;
  return parseOptional(credentialDeleteSchema, options, operation) as GenesysDeleteIntegrationCredentialOptions;
}

function parse<T>(schema: z.ZodType<T>, value: unknown, operation: string): T {
  return parseInput(schema, value, { vendor, operation });
}

function parseOptional(schema: z.ZodType, options: unknown, operation: string): unknown {
  return parse(schema, options === undefined ? {} : options, operation);
}
