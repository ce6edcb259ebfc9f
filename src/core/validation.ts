import * as z from "zod";
import { isAbortSignal, toNativeSignal } from "./abort.js";
import type { ClientCredentials } from "./credentials.js";
import { type Outcome, UnexpectedResponseError, type ValidationIssue } from "./errors.js";
import type { CallOptions, ListOptions } from "./manager.js";
import { formatIssues } from "./message.js";
import type { TransportOptions } from "./options.js";
import { createError, type OperationContext, optionsError, validationError } from "./outcome.js";
import { fieldNames, nearestName } from "./suggestions.js";
import { insecureHostsProblem, validateUrl } from "./url.js";
import { isObject } from "./values.js";

/**
 * Checks a zod shape against a generated type: a key that the description lacks, a different type, or a key that is named here and
 * missing in the shape does not compile. A schema may accept more than the description (`null`, a missing member).
 */
export type Pinned<Wire, Keys extends keyof Wire> = { readonly [K in Keys]-?: z.ZodType<Wire[K] | null | undefined> };

/**
 * Validates the options of a factory.
 * @throws {ConfigurationError} with one issue for each invalid option
 */
export function parseOptions<T>(schema: z.ZodType<T>, value: unknown, context: OperationContext): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw optionsError(context, toValidationIssues(result.error, schema));
}

/**
 * Validates the input or the options of a call.
 * @throws {ValidationError} with one issue for each invalid field
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, context: OperationContext): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw validationError(context, ...toValidationIssues(result.error, schema));
}

/**
 * Validates a response body. The issues contain paths and types and no value: the response may contain secrets.
 * @throws {UnexpectedResponseError} with one issue for each member that does not match
 */
export function parseResponse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  context: OperationContext & { readonly status?: number; readonly outcome: Outcome },
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({
    path: issue.path.join("."),
    message: describeIssue(issue),
  }));
  const reason = `the response does not match the documented schema: ${formatIssues(issues)}`;
  throw createError(UnexpectedResponseError, { ...context, issues }, { writes: false, reason, code: context.status });
}

/**
 * Requires the document that was requested.
 * @throws {UnexpectedResponseError} the response has the document of another resource
 */
export function requireSameId<Member extends string>(
  document: { readonly [M in Member]?: unknown },
  member: Member,
  requested: string,
  context: OperationContext & { readonly outcome: Outcome },
): void {
  if (document[member] === requested) return;
  const issues = [{ path: member, message: "expected the id of the request" }];
  const reason = `the response has the document of another resource than ${requested}`;
  throw createError(UnexpectedResponseError, { ...context, issues }, { writes: context.outcome === "unknown", reason });
}

/** The schema of the entries of one page, and how many of them were reported as unreadable. */
export interface ListEntries<T> {
  readonly schema: z.ZodType<T[]>;
  readonly unreadable: () => number;
}

/**
 * Creates the schema of a page's entries. Without `onUnreadable` one invalid entry makes the page invalid. With it, invalid entries are
 * reported and left out.
 */
export function createListEntries<T>(
  entry: z.ZodType<T>,
  onUnreadable: ListOptions["onUnreadable"],
  context: OperationContext,
): ListEntries<T> {
  if (!onUnreadable) return { schema: z.array(entry), unreadable: () => 0 };
  let count = 0;
  const read = (value: unknown): T[] => {
    try {
      return [parseResponse(entry, value, { ...context, outcome: "not_applied" })];
    } catch (error) {
      if (!(error instanceof UnexpectedResponseError)) throw error;
      count++;
      const id = isObject(value) ? (value.client_id ?? value.id) : undefined;
      onUnreadable({ ...(typeof id === "string" ? { id } : {}), error });
      return [];
    }
  };
  return { schema: z.array(z.unknown()).transform((values) => values.flatMap(read)), unreadable: () => count };
}

// Only messages of this library: a message of zod may contain the value.
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "custom") return issue.message;
  return issue.code === "invalid_type" ? `expected ${issue.expected}` : issue.code.replaceAll("_", " ");
}

// A copy of the object, here or at the vendor, could set the prototype instead of the member, or omit the member.
const withoutProto = z.unknown().refine((value) => !hasProto(value, new Set()), "a member named __proto__ is refused");

function hasProto(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  return Object.hasOwn(value, "__proto__") || Object.values(value).some((member) => hasProto(member, seen));
}

/** Any JSON value. A value that contains itself is invalid. */
export const jsonValue = withoutProto.pipe(
  z.json().refine((value) => {
    try {
      return JSON.stringify(value) !== undefined;
    } catch {
      return false;
    }
  }, "expected a JSON value"),
);

/** A JSON object. */
export const jsonObject = withoutProto.pipe(z.record(z.string(), jsonValue));

/** A URL that credentials may be sent to: `https:`, or `http:` on a loopback address. */
export const secureUrl = z.string().superRefine((value, context) => {
  const problem = validateUrl(value);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

/** The URL of a server in the options of a factory. `refuseInsecureHttp` decides about `http:`. */
export const serverUrl = z.string().superRefine((value, context) => {
  const problem = serverUrlProblem(value);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

function serverUrlProblem(value: string): string | undefined {
  return validateUrl(value, URL.canParse(value) ? [new URL(value).hostname] : []);
}

/** Such a URL to which paths are appended. */
export const serverAddress = serverUrl.refine(
  (value) => !value.includes("?"),
  "a query is refused, paths are added to this address",
);

/** Refuses `http:` in the options with these names, for hosts that `allowInsecureHttp` does not name. */
export function refuseInsecureHttp<Name extends string>(...names: readonly Name[]) {
  type Options = { readonly [N in Name]?: string | undefined } & { readonly allowInsecureHttp?: readonly string[] | undefined };
  return (options: Options, context: z.RefinementCtx): void => {
    for (const name of names) {
      const value = options[name];
      if (value === undefined || serverUrlProblem(value) !== undefined) continue;
      const problem = validateUrl(value, options.allowInsecureHttp);
      if (problem !== undefined) context.addIssue({ code: "custom", path: [name], message: problem });
    }
  };
}

const insecureHosts = z.custom<readonly string[]>().superRefine((value, context) => {
  const problem = insecureHostsProblem(value);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

// The longest delay of a timer.
const longestMs = 2_147_483_647;
const durationMs = z.number().min(0).max(longestMs);
const deadlineMs = z.number().min(1).max(longestMs);

/**
 * Validates the types of a client's credentials. The client authentication validates their values. Other members are ignored.
 *
 * @param expected - the message when the value is not an object
 * @throws {ValidationError}
 */
export function requireCredentials(credentials: unknown, context: OperationContext, expected: string): ClientCredentials {
  if (!isObject(credentials)) throw validationError(context, { path: "credentials", message: expected });
  return parseInput(credentialsSchema, { credentials }, context).credentials as ClientCredentials;
}

const credentialsSchema = z.strictObject({
  credentials: z.object({
    clientId: z.string(),
    clientSecret: z.string(),
    tokenEndpointAuthMethod: z.enum(["client_secret_basic", "client_secret_post"]).optional(),
  }),
});

/** The fields of the options that all factories share, for the schema of a vendor's options. */
export const transportFields = {
  fetch: z.custom<typeof fetch>((value) => typeof value === "function", "expected a function").optional(),
  timeoutMs: deadlineMs.optional(),
  allowInsecureHttp: insecureHosts.optional(),
  retry: z
    .strictObject({
      maxRetries: z.number().int().min(0).optional(),
      initialDelayMs: durationMs.optional(),
      maxDelayMs: durationMs.optional(),
    })
    .optional(),
  limits: z
    .strictObject({ concurrency: z.number().int().min(1).optional(), writesPerMinute: z.number().int().min(1).optional() })
    .optional(),
} satisfies Record<keyof TransportOptions, z.ZodType>;

/** The fields of the options of every call. */
export const callFields = {
  signal: z.custom<AbortSignal>(isAbortSignal, "expected an AbortSignal").transform(toNativeSignal).optional(),
  timeoutMs: deadlineMs.optional(),
} satisfies Record<keyof CallOptions, z.ZodType>;

const callOptions = z.strictObject(callFields);

/** The fields of the options of every `list`. */
export const listFields = {
  ...callFields,
  onUnreadable: z
    .custom<NonNullable<ListOptions["onUnreadable"]>>((value) => typeof value === "function", "expected a function")
    .optional(),
} satisfies Record<keyof ListOptions, z.ZodType>;

/**
 * Validates the options of a request.
 * @throws {ValidationError} with one issue for each invalid or unknown option
 */
export function requireCallOptions(options: CallOptions | undefined, context: OperationContext): void {
  if (options !== undefined) parseInput(callOptions, options, context);
}

/** A credential for a header field: visible ASCII characters (RFC 6750 section 2.1 allows fewer). */
export const headerSecret = z.string().regex(/^[\x21-\x7e]+$/, "expected visible ASCII characters and at least one");

/** Additional header fields: valid names and values (RFC 9110 section 5), without the fields that the transport sets. */
export const headerFields = z.record(z.string(), z.string()).superRefine((fields, context) => {
  for (const [name, value] of Object.entries(fields)) {
    const problem = headerProblem(name, value);
    if (problem !== undefined) context.addIssue({ code: "custom", path: [name], message: problem });
  }
});

const transportHeaders =
  /^(accept|connection|content-length|content-type|cookie|expect|host|te|trailer|transfer-encoding|upgrade)$/i;

function headerProblem(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)) return "not a header name";
  if (transportHeaders.test(name)) return "this header belongs to the transport";
  return /^[\t\x20-\x7e]*$/.test(value) ? undefined : "expected printable ASCII characters";
}

function toValidationIssues(error: z.ZodError, schema: z.ZodType): ValidationIssue[] {
  return error.issues
    .flatMap((issue) => readIssue(issue, []))
    .map((issue) => {
      if (issue.message !== unknownField) return issue;
      const name = nearestName(issue.path.split(".").at(-1) ?? "", fieldNames(schema));
      return name === undefined ? issue : { ...issue, message: `${unknownField}; did you mean ${name}?` };
    });
}

const unknownField = "unknown field";

type ZodIssue = z.core.$ZodIssue;

function readIssue(issue: ZodIssue, parentPath: readonly PropertyKey[]): ValidationIssue[] {
  const path = [...parentPath, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key].join("."), message: unknownField }));
  if (issue.code === "invalid_union" && issue.errors.length > 0) return readAlternatives(issue.errors, path);
  const message = issue.message.replace(/^Invalid (input|option|value): /, "");
  return [{ path: path.join("."), message: path.length > 0 ? describeMissing(message) : message }];
}

function describeMissing(message: string): string {
  const expected = /^expected (.*), received undefined$/.exec(message)?.[1];
  if (expected === undefined) return message;
  return expected === "nonoptional" ? "missing" : `missing, expected ${expected}`;
}

// The intended alternative is the one with the type of the value: its issues are inside the value. Without one, all types are named.
function readAlternatives(alternatives: readonly (readonly ZodIssue[])[], path: readonly PropertyKey[]): ValidationIssue[] {
  const intended = alternatives
    .filter((issues) => !issues.some((issue) => issue.code === "invalid_type" && issue.path.length === 0))
    .sort((one, other) => one.length - other.length)[0];
  if (intended) return intended.flatMap((issue) => readIssue(issue, path));
  const messages = alternatives.flat().flatMap((issue) => readIssue(issue, []).map(({ message }) => message));
  const received = /, received .*$/.exec(messages[0] ?? "")?.[0] ?? "";
  const kinds = messages.map((message) => message.replace(/^expected /, "").replace(/, received .*$/, ""));
  return [{ path: path.join("."), message: `expected ${[...new Set(kinds)].join(" or ")}${received}` }];
}
