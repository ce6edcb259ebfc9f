import * as z from "zod";
import type { ClientReference } from "../core/capabilities.js";
import type { ValidationIssue } from "../core/errors.js";
import { callFields, jsonObject, jsonValue, parseInput, validationError } from "../core/validation.js";
import { lifespanNames, privateMembers } from "./convert.js";
import { longestDurationMs } from "./durations.js";
import type {
  OryClientChanges,
  OryClientFields,
  OryClientInput,
  OryIntrospectOptions,
  OryLifespans,
  OryListOptions,
  OryPatchOperation,
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

const privateFault = "a private member: only public keys belong here";

const text = z.string();
const texts = z.array(text);
const durationMs = z.number().int("expected whole milliseconds").min(0).max(longestDurationMs);

// RFC 6749 section 3.3.
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "expected a scope token: visible ASCII without quote, backslash and space");

const absoluteUri = z.string().refine((value) => value.startsWith("/") || URL.canParse(value), "expected an absolute URI");
const redirectUri = absoluteUri.refine((value) => !value.includes("#"), "a fragment is refused");

const publicKey = jsonObject.superRefine((key, context) => {
  if (typeof key.kty !== "string") context.addIssue({ code: "custom", path: ["kty"], message: "required" });
  for (const name of privateMembers) if (name in key) context.addIssue({ code: "custom", path: [name], message: privateFault });
});

function known(values: readonly string[], what: string, allowUnknown: boolean) {
  const message = `unknown ${what}; known are ${values.join(", ")}. allowUnknownValues lets it pass`;
  return allowUnknown ? z.string().min(1) : z.string().refine((value) => values.includes(value), message);
}

function fieldSchemas(allowUnknown: boolean) {
  return {
    name: z.string().min(1, "expected a name that is not empty"),
    grantTypes: z.array(known(grantTypes, "grant type", allowUnknown)),
    responseTypes: z.array(known(responseTypes, "response type", allowUnknown)),
    scopes: z.array(scope).min(1, "expected at least one scope: Ory puts its default scopes where there are none"),
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
    tokenEndpointAuthMethod: known(authMethods, "authentication method", allowUnknown),
    tokenEndpointAuthSigningAlg: known(signingAlgs, "algorithm", allowUnknown),
    jwks: z.strictObject({ keys: z.array(publicKey).min(1, "expected at least one key") }),
    jwksUri: z.string().min(1),
    subjectType: known(["public", "pairwise"], "subject type", allowUnknown),
    sectorIdentifierUri: text,
    requestUris: texts,
    requestObjectSigningAlg: known(["none", ...signingAlgs], "algorithm", allowUnknown),
    userinfoSignedResponseAlg: known(["none", "RS256"], "algorithm", allowUnknown),
    accessTokenStrategy: known(["jwt", "opaque"], "strategy", allowUnknown),
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
  // Hydra 2.3 makes such a client, and has no path by which it could be read or deleted again.
  .refine((id) => !id.includes("/"), "a slash cannot be addressed by every version of Hydra");
const clientSecret = z
  .string()
  .regex(/^[\x20-\x7e]*$/, "expected printable ASCII characters")
  .min(6, "expected at least 6 characters");

const referenceSchema = z.strictObject({
  id: z.string().min(1, "expected the client's id"),
  clientSecret: z
    .string()
    .regex(/^[\x20-\x7e]+$/, "expected printable ASCII characters and at least one")
    .optional(),
});
const importSchema = z.strictObject({ ...callFields, verifySecret: z.boolean().optional() });
const introspectSchema = z.strictObject({ ...callFields, scopes: z.array(scope).optional() });

const patchSchema = z
  .array(
    z.discriminatedUnion("op", [
      z.strictObject({ op: z.enum(["add", "replace"]), path: z.string(), value: jsonValue }),
      z.strictObject({ op: z.literal("remove"), path: z.string() }),
    ]),
  )
  .min(1, "expected at least one operation")
  .superRefine((operations, context) => {
    for (const [index, operation] of operations.entries()) {
      const refuse = (path: readonly PropertyKey[], message: string) =>
        context.addIssue({ code: "custom", path: [index, ...path], message });
      const message = pointerFault(operation.path);
      if (message !== undefined) refuse(["path"], message);
      else if (operation.op !== "remove")
        for (const path of privatePlaces(operation.path, operation.value)) refuse(path, privateFault);
    }
  });

// The server reads member names without regard to case.
const membersOf = (pointer: string) => pointer.toLowerCase().split("/").slice(1);

// The server does not refuse a new client_id: it writes this client over the one that has it.
function pointerFault(pointer: string): string | undefined {
  if (!/^(\/([^~/]|~[01])*)+$/.test(pointer)) return "expected a JSON pointer with its leading slash, such as /client_name";
  const [member] = membersOf(pointer);
  return member === "client_id" || member === "id" ? "the id of a client cannot be changed" : undefined;
}

// Where a patch would put something private among the public keys.
function privatePlaces(pointer: string, value: unknown): (readonly PropertyKey[])[] {
  const [member, ...within] = membersOf(pointer);
  if (member !== "jwks") return [];
  return within.some((name) => privateMembers.includes(name)) ? [["path"]] : privateWithin(value, ["value"]);
}

function privateWithin(value: unknown, path: readonly PropertyKey[]): (readonly PropertyKey[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const place = [...path, Array.isArray(value) ? Number(name) : name];
    return privateMembers.includes(name.toLowerCase()) ? [place] : privateWithin(member, place);
  });
}

const listSchema = z.strictObject({
  ...callFields,
  name: z.string().min(1).optional(),
  owner: z.string().min(1).optional(),
  pageSize: z.number().int().min(1).max(500).optional(),
});

/**
 * A value that has to be there, where the path has no place for it.
 * @throws {ValidationError}
 */
export function requireText(value: unknown, path: string, operation: string): string {
  const schema = z.strictObject({ [path]: z.string().min(1, "expected text that is not empty") });
  return parseInput(schema, { [path]: value }, { vendor: "ory", operation })[path] as string;
}

/** Checks input before anything is sent. */
export interface InputDoor {
  readonly create: (input: unknown) => OryClientInput;
  readonly changes: (changes: unknown) => OryClientChanges;
  readonly lifespans: (lifespans: unknown) => OryLifespans;
  readonly patch: (operations: unknown) => readonly OryPatchOperation[];
  readonly list: (options: unknown) => Pick<OryListOptions, "name" | "owner" | "pageSize">;
  readonly import: (reference: unknown, options: unknown) => ClientReference;
  readonly introspect: (options: unknown) => OryIntrospectOptions;
}

/** Makes the door of one manager. */
export function createInputDoor(allowUnknown: boolean): InputDoor {
  const fields = fieldSchemas(allowUnknown);
  const { name, ...others } = fields;
  const optional = mapSchemas(others, (schema) => schema.optional());
  const createSchema = z.strictObject({
    name,
    ...optional,
    clientId: clientId.optional(),
    clientSecret: clientSecret.optional(),
  });
  const changesSchema = z.strictObject({
    ...mapSchemas(others, (schema) => schema.nullish()),
    name: name.optional(),
    lifespans: lifespanSchema(durationMs.nullish()).optional(),
  });
  const door = (operation: string) => ({ vendor: "ory", operation });
  return {
    create: (input) => parseInput(createSchema, input, door("create client")) as OryClientInput,
    changes: (changes) => parseInput(changesSchema, changes, door("update client")) as OryClientChanges,
    lifespans: (lifespans) => parseInput(fields.lifespans, lifespans, door("set lifespans")) as OryLifespans,
    patch: (operations) => parseInput(patchSchema, operations, door("patch client")) as OryPatchOperation[],
    list: (options) => parseInput(listSchema, options, door("list clients")) as ReturnType<InputDoor["list"]>,
    import: (reference, options) => {
      if (options !== undefined) parseInput(importSchema, options, door("import client"));
      const wanted = typeof reference === "string" ? { id: reference } : reference;
      return parseInput(referenceSchema, wanted, door("import client")) as ClientReference;
    },
    introspect: (options) => parseInput(introspectSchema, options, door("introspect token")) as OryIntrospectOptions,
  };
}

function mapSchemas<Shape extends Record<string, z.ZodType>, Mapped extends z.ZodType>(
  shape: Shape,
  map: (schema: z.ZodType) => Mapped,
): Record<keyof Shape, Mapped> {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, map(schema)])) as Record<keyof Shape, Mapped>;
}

/**
 * Refuses combinations that Ory stores and that cannot work, on the client as it would be stored.
 * @throws {ValidationError}
 */
export function requireWorkable(client: WireClient, operation: string): void {
  const issues: ValidationIssue[] = [];
  const method = client.token_endpoint_auth_method;
  if (method === "none" && client.grant_types?.includes("client_credentials"))
    issues.push({
      path: "grantTypes",
      message: "client_credentials needs a client that authenticates, and this one's method is none",
    });
  if (method === "none" && client.client_secret !== undefined)
    issues.push({ path: "clientSecret", message: "a client whose method is none has no secret" });
  if (client.jwks && client.jwks_uri) issues.push({ path: "jwks", message: "excludes jwksUri" });
  if (method === "private_key_jwt" && !client.jwks && !client.jwks_uri)
    issues.push({ path: "jwks", message: "private_key_jwt needs the client's public keys: give jwks or jwksUri" });
  if (issues.length === 0) return;
  throw validationError({ vendor: "ory", operation }, ...issues);
}
