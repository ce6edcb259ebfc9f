import * as z from "zod";
import type { ClientReference, ImportOptions } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { ValidationIssue } from "../core/errors.js";
import type { CallOptions } from "../core/manager.js";
import { validationError } from "../core/outcome.js";
import type { SecretOptions } from "../core/secret-sink.js";
import { callFields, jsonObject, jsonValue, listFields, parseInput, requireCredentials } from "../core/validation.js";
import { lifespanNames, privateMembers } from "./convert.js";
import { longestDurationMs } from "./durations.js";
import { operations, vendor } from "./errors.js";
import type {
  OryClientChanges,
  OryClientFields,
  OryIntrospectOptions,
  OryLifespans,
  OryListOptions,
  OryPatchOperation,
  OryRotateSecretOptions,
} from "./types.js";
import type { WireClient } from "./wire.js";

const grantTypes = [
  "authorization_code",
  "client_credentials",
  "implicit",
  "refresh_token",
  "urn:ietf:params:oauth:grant-type:device_code",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
];
const responseTypes = ["code", "token", "id_token", "token id_token", "code token", "code id_token", "code token id_token"];
const authMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
const signingAlgs = ["RS", "PS", "ES"].flatMap((family) => ["256", "384", "512"].map((bits) => family + bits));

const privateMemberProblem = "a private member: only public keys are allowed";

const text = z.string();
const texts = z.array(text);
const durationMs = z.number().int("expected whole milliseconds").min(0).max(longestDurationMs);

// RFC 6749 section 3.3.
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "expected a scope token: visible ASCII without quote, backslash and space");

const absoluteUri = z.string().refine((value) => value.startsWith("/") || URL.canParse(value), "expected an absolute URI");
const redirectUri = absoluteUri.refine((value) => !value.includes("#"), "a fragment is not allowed");

const publicKey = jsonObject.superRefine((key, context) => {
  if (typeof key.kty !== "string") context.addIssue({ code: "custom", path: ["kty"], message: "required" });
  for (const name of privateMembers)
    if (name in key) context.addIssue({ code: "custom", path: [name], message: privateMemberProblem });
});

function knownValue(values: readonly string[], what: string, allowUnknown: boolean) {
  const message = `unknown ${what}; known values are ${values.join(", ")}. Set allowUnknownValues to allow others`;
  return allowUnknown ? z.string().min(1) : z.string().refine((value) => values.includes(value), message);
}

function fieldSchemas(allowUnknown: boolean) {
  return {
    name: z.string().min(1, "expected a name that is not empty"),
    grantTypes: z.array(knownValue(grantTypes, "grant type", allowUnknown)),
    responseTypes: z.array(knownValue(responseTypes, "response type", allowUnknown)),
    scopes: z.array(scope).min(1, "expected at least one scope: Ory replaces an empty list by its default scopes"),
    audience: z.array(z.string().regex(/^\S+$/, "expected text without white space")),
    redirectUris: z.array(redirectUri),
    postLogoutRedirectUris: z.array(absoluteUri),
    frontchannelLogoutUri: text,
    frontchannelLogoutSessionRequired: z.boolean(),
    backchannelLogoutUri: text,
    backchannelLogoutSessionRequired: z.boolean(),
    allowedCorsOrigins: texts,
    contacts: texts,
    owner: text,
    clientUri: text,
    logoUri: text,
    policyUri: text,
    tosUri: text,
    metadata: jsonObject,
    tokenEndpointAuthMethod: knownValue(authMethods, "authentication method", allowUnknown),
    tokenEndpointAuthSigningAlg: knownValue(signingAlgs, "algorithm", allowUnknown),
    jwks: z.strictObject({ keys: z.array(publicKey).min(1, "expected at least one key") }),
    jwksUri: z.string().min(1),
    subjectType: knownValue(["public", "pairwise"], "subject type", allowUnknown),
    sectorIdentifierUri: text,
    requestUris: texts,
    requestObjectSigningAlg: knownValue(["none", ...signingAlgs], "algorithm", allowUnknown),
    userinfoSignedResponseAlg: knownValue(["none", "RS256"], "algorithm", allowUnknown),
    accessTokenStrategy: knownValue(["jwt", "opaque"], "strategy", allowUnknown),
    skipConsent: z.boolean(),
    skipLogoutConsent: z.boolean(),
    lifespans: lifespanSchema(durationMs.optional()),
  } satisfies Record<keyof OryClientFields, z.ZodType>;
}

function lifespanSchema<Ms extends z.ZodType>(ms: Ms) {
  return z.strictObject(
    Object.fromEntries(Object.keys(lifespanNames).map((name) => [name, ms])) as Record<keyof OryLifespans, Ms>,
  );
}

// RFC 6749 appendix A.1 and A.2: visible ASCII and space.
const clientId = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, "expected 1 to 255 printable ASCII characters")
  .refine((id) => id !== "." && id !== "..", "a dot segment cannot be addressed")
  // Hydra 2.3 creates such a client, but none of its paths can read or delete it.
  .refine((id) => !id.includes("/"), "a slash cannot be addressed by every version of Hydra");
const clientSecret = z
  .string()
  .regex(/^[\x20-\x7e]*$/, "expected printable ASCII characters")
  .min(6, "expected at least 6 characters");

const lifespansSchema = lifespanSchema(durationMs.optional());

interface ClientSchemas {
  readonly create: z.ZodType;
  readonly changes: z.ZodType;
}

function clientSchemas(allowUnknownValues: boolean): ClientSchemas {
  const { name, ...others } = fieldSchemas(allowUnknownValues);
  return {
    create: z.strictObject({
      name,
      ...mapSchemas(others, (schema) => schema.optional()),
      clientId: clientId.optional(),
      clientSecret: clientSecret.optional(),
    }),
    changes: z.strictObject({
      ...mapSchemas(others, (schema) => schema.nullish()),
      name: name.optional(),
      lifespans: lifespanSchema(durationMs.nullish()).optional(),
    }),
  };
}

function mapSchemas<Shape extends Record<string, z.ZodType>, Mapped extends z.ZodType>(
  shape: Shape,
  map: (schema: z.ZodType) => Mapped,
): Record<keyof Shape, Mapped> {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, map(schema)])) as Record<keyof Shape, Mapped>;
}

const schemas = { strict: clientSchemas(false), open: clientSchemas(true) };

/** The input of `create`, whatever its kind of client. */
export interface ParsedInput extends OryClientFields {
  readonly clientId?: string;
  readonly clientSecret?: string;
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parseCreateInput(input: unknown, allowUnknownValues: boolean): ParsedInput {
  return parse<ParsedInput>(schemas[allowUnknownValues ? "open" : "strict"].create, input, operations.create);
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parseChanges(changes: unknown, allowUnknownValues: boolean): OryClientChanges {
  return parse<OryClientChanges>(schemas[allowUnknownValues ? "open" : "strict"].changes, changes, operations.update);
}

/** @throws {ValidationError} with one issue for each invalid lifespan */
export function parseLifespans(lifespans: unknown): OryLifespans {
  return parse<OryLifespans>(lifespansSchema, lifespans, operations.setLifespans);
}

const patchSchema = z
  .array(
    z.discriminatedUnion("op", [
      z.strictObject({ op: z.enum(["add", "replace"]), path: z.string(), value: jsonValue }),
      z.strictObject({ op: z.literal("remove"), path: z.string() }),
    ]),
  )
  .min(1, "expected at least one operation")
  .superRefine((patch, context) => {
    for (const [index, operation] of patch.entries()) {
      const addIssue = (path: readonly PropertyKey[], message: string) =>
        context.addIssue({ code: "custom", path: [index, ...path], message });
      const problem = pointerProblem(operation.path);
      if (problem !== undefined) addIssue(["path"], problem);
      else if (operation.op !== "remove")
        for (const path of privateMemberPaths(operation.path, operation.value)) addIssue(path, privateMemberProblem);
    }
  });

/** @throws {ValidationError} with one issue for each invalid operation */
export function parsePatch(patch: unknown): OryPatchOperation[] {
  return parse<OryPatchOperation[]>(patchSchema, patch, operations.patch);
}

// The server reads member names without regard to case.
const membersOf = (pointer: string) => pointer.toLowerCase().split("/").slice(1);

// The server accepts a new client_id, and then overwrites the client that has this id.
function pointerProblem(pointer: string): string | undefined {
  if (!/^(\/([^~/]|~[01])*)+$/.test(pointer)) return "expected a JSON pointer with a leading slash, such as /client_name";
  const [member] = membersOf(pointer);
  return member === "client_id" || member === "id" ? "the id of a client cannot be changed" : undefined;
}

// Where a patch would store a private member among the public keys.
function privateMemberPaths(pointer: string, value: unknown): (readonly PropertyKey[])[] {
  const [member, ...rest] = membersOf(pointer);
  if (member !== "jwks") return [];
  return rest.some((name) => privateMembers.includes(name)) ? [["path"]] : privateMembersIn(value, ["value"]);
}

function privateMembersIn(value: unknown, path: readonly PropertyKey[]): (readonly PropertyKey[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const memberPath = [...path, Array.isArray(value) ? Number(name) : name];
    return privateMembers.includes(name.toLowerCase()) ? [memberPath] : privateMembersIn(member, memberPath);
  });
}

// The id is one segment of a path.
const pathSegment = z
  .string()
  .min(1, "expected a value that is not empty")
  .refine((id) => id !== "." && id !== "..", "a dot segment would name another resource")
  .refine((id) => !/\p{Cs}/u.test(id), "expected well-formed Unicode");

const idSchema = z.strictObject({ id: pathSegment });

/** @throws {ValidationError} the id cannot be one segment of a path */
export function parseId(id: unknown, operation: string): string {
  return parse<{ id: string }>(idSchema, { id }, operation).id;
}

/** @throws {ValidationError} the token is missing */
export function parseToken(token: unknown, operation: string): string {
  const schema = z.strictObject({ token: z.string().min(1, "expected text that is not empty") });
  return parse<{ token: string }>(schema, { token }, operation).token;
}

/** @throws {ValidationError} a field is missing or has another type */
export function parseCredentials(credentials: unknown, operation: string): ClientCredentials {
  const expected =
    "expected the credentials that create, rotateSecret or import returned; a client with the method none has none";
  return requireCredentials(credentials, { vendor, operation }, expected);
}

const callSchema = z.strictObject(callFields);
const secretSchema = z.strictObject({ ...callFields, secretSink: z.unknown().optional() });
const rotateSchema = z.strictObject({
  ...callFields,
  secretSink: z.unknown().optional(),
  overlap: z.literal("required").optional(),
});
const importSchema = z.strictObject({ ...callFields, verifySecret: z.boolean().optional() });
const introspectSchema = z.strictObject({ ...callFields, scopes: z.array(scope).optional() });
const listSchema = z.strictObject({
  ...listFields,
  name: z.string().min(1).optional(),
  owner: z.string().min(1).optional(),
  pageSize: z.number().int().min(1).max(500).optional(),
});

/** @throws {ValidationError} an option is unknown or invalid */
export function parseCallOptions(options: unknown, operation: string): CallOptions {
  return parseOptional<CallOptions>(callSchema, options, operation);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseGetOptions(options: unknown): CallOptions {
  return parseCallOptions(options, operations.get);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseListOptions(options: unknown): OryListOptions {
  return parseOptional<OryListOptions>(listSchema, options, operations.list);
}

/**
 * The shape of `secretSink` is validated where it is used.
 * @throws {ValidationError} an option is unknown or invalid
 */
export function parseSecretOptions(options: unknown, operation: string): SecretOptions {
  return parseOptional<SecretOptions>(secretSchema, options, operation);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseRotateOptions(options: unknown): OryRotateSecretOptions {
  return parseOptional<OryRotateSecretOptions>(rotateSchema, options, operations.rotateSecret);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseImportOptions(options: unknown): ImportOptions {
  return parseOptional<ImportOptions>(importSchema, options, operations.import);
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseIntrospectOptions(options: unknown): OryIntrospectOptions {
  return parseOptional<OryIntrospectOptions>(introspectSchema, options, operations.introspect);
}

const referenceSchema = z.strictObject({
  id: z.string().min(1, "expected the client's id"),
  clientSecret: z
    .string()
    .regex(/^[\x20-\x7e]+$/, "expected printable ASCII characters and at least one")
    .optional(),
});

/** @throws {ValidationError} the reference is neither an id nor an object with one */
export function parseImportReference(reference: unknown): ClientReference {
  const value = typeof reference === "string" ? { id: reference } : reference;
  return parse<ClientReference>(referenceSchema, value, operations.import);
}

/**
 * Validates the combination of fields, on the client as it would be stored: Ory stores some combinations that cannot work.
 * @throws {ValidationError} with one issue for each combination
 */
export function validateCombinations(client: WireClient, operation: string): void {
  const issues: ValidationIssue[] = [];
  const method = client.token_endpoint_auth_method;
  if (method === "none" && client.grant_types?.includes("client_credentials"))
    issues.push({
      path: "grantTypes",
      message: "client_credentials requires client authentication, and tokenEndpointAuthMethod is none",
    });
  if (method === "none" && client.client_secret !== undefined)
    issues.push({ path: "clientSecret", message: "not allowed with tokenEndpointAuthMethod none" });
  if (client.jwks && client.jwks_uri) issues.push({ path: "jwks", message: "cannot be combined with jwksUri" });
  if (method === "private_key_jwt" && !client.jwks && !client.jwks_uri)
    issues.push({ path: "jwks", message: "required for private_key_jwt: set jwks or jwksUri" });
  if (method === "private_key_jwt" && client.jwks) issues.push(...keyIssues(client));
  if (issues.length > 0) throw validationError({ vendor, operation }, ...issues);
}

// Hydra verifies a client assertion with a key for signatures that fits the client's algorithm, by default RS256.
function keyIssues({ jwks, token_endpoint_auth_signing_alg: algorithm }: WireClient): ValidationIssue[] {
  const { keys } = (jwks ?? {}) as { keys?: readonly Readonly<Record<string, unknown>>[] | null };
  const signingKeys = (keys ?? []).filter(({ use }) => use === "sig");
  if (signingKeys.length === 0) return [{ path: "jwks", message: 'Ory requires a key with use "sig" for private_key_jwt' }];
  const alg = algorithm || "RS256";
  const type = alg.startsWith("ES") ? "EC" : "RSA";
  if (!/^(RS|PS|ES)\d{3}$/.test(alg) || signingKeys.some(({ kty }) => kty === type)) return [];
  const message = `no key of the type ${type} for the algorithm ${alg}; set tokenEndpointAuthSigningAlg to the algorithm of the key`;
  return [{ path: "jwks", message }];
}

function parse<T>(schema: z.ZodType, value: unknown, operation: string): T {
  return parseInput(schema, value, { vendor, operation }) as T;
}

function parseOptional<T>(schema: z.ZodType, options: unknown, operation: string): T {
  return parse<T>(schema, options === undefined ? {} : options, operation);
}
