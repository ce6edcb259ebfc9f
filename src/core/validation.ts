import * as z from "zod";
import type { ClientCredentials } from "./credentials.js";
import { ConfigurationError, type Outcome, UnexpectedResponseError, ValidationError, type ValidationIssue } from "./errors.js";
import type { CallOptions, ListOptions } from "./manager.js";
import type { TransportOptions } from "./options.js";
import { createError } from "./outcome.js";
import { fieldNames, nearestName } from "./suggestions.js";
import { validateUrl } from "./url.js";
import { isObject } from "./values.js";

/**
 * Ties a zod shape to a generated type: a key that the description lacks, a type that it denies, or a key that is named here and
 * missing in the shape does not compile. Schemas may be more tolerant than the description (null, absent), never different.
 */
export type Pinned<Wire, Keys extends keyof Wire> = { readonly [K in Keys]-?: z.ZodType<Wire[K] | null | undefined> };

/** Where a value was checked, for the message. */
export interface OperationContext {
  readonly vendor?: string | undefined;
  /** What was asked, in words: `create client`; for a factory, its name. */
  readonly operation: string;
}

/**
 * The door of a factory.
 * @throws {ConfigurationError} with one issue for each option at fault
 */
export function parseOptions<T>(schema: z.ZodType<T>, value: unknown, door: OperationContext): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = toValidationIssues(result.error, schema);
  throw new ConfigurationError({ ...door, message: `${door.operation}: ${formatIssues(issues)}`, issues });
}

/**
 * The door of a call, before anything is sent.
 * @throws {ValidationError} with one issue for each field at fault
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, door: OperationContext): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = toValidationIssues(result.error, schema);
  throw new ValidationError({ ...door, message: `${formatContext(door)}: ${formatIssues(issues)}`, issues });
}

/**
 * The door of an answer. What it says holds paths and kinds and never a value: the answer may be made of secrets.
 * @throws {UnexpectedResponseError} with one issue for each place at fault
 */
export function parseResponse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  door: OperationContext & { readonly status?: number; readonly outcome: Outcome },
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({
    path: issue.path.join("."),
    message: describeIssue(issue),
  }));
  const reason = `the response does not match the documented schema: ${formatIssues(issues)}`;
  throw createError(UnexpectedResponseError, { ...door, issues }, { writes: false, reason, code: door.status });
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

// Only messages that this library writes itself: those of zod may repeat the value.
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "custom") return issue.message;
  return issue.code === "invalid_type" ? `expected ${issue.expected}` : issue.code.replaceAll("_", " ");
}

/** The error of fields whose faults show only on a closer look than a schema can take. */
export function validationError(door: OperationContext, ...issues: readonly ValidationIssue[]): ValidationError {
  return new ValidationError({ ...door, message: `${formatContext(door)}: ${formatIssues(issues)}`, issues });
}

/** The error of one option, or of one variable that options are made from. */
export function configurationError(door: OperationContext, path: string, message: string): ConfigurationError {
  return new ConfigurationError({ ...door, message: `${door.operation}: ${path}: ${message}`, issues: [{ path, message }] });
}

// A member that a copy, ours or the vendor's, would take for something else than a member, or leave out without a word.
const withoutProto = z.unknown().refine((value) => !hasProto(value, new Set()), "a member named __proto__ is refused");

function hasProto(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  return Object.hasOwn(value, "__proto__") || Object.values(value).some((member) => hasProto(member, seen));
}

/** Anything that JSON can hold. What contains itself has no end there. */
export const jsonValue = withoutProto.pipe(
  z.json().refine((value) => {
    try {
      return JSON.stringify(value) !== undefined;
    } catch {
      return false;
    }
  }, "expected a JSON value"),
);

/** An object that JSON can hold. */
export const jsonObject = withoutProto.pipe(z.record(z.string(), jsonValue));

/** An address that credentials may be sent to: `https:`, or `http:` on a loopback address. */
export const secureUrl = z.string().superRefine((value, context) => {
  const fault = validateUrl(value);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

/** Such an address, to which paths are added. */
export const secureAddress = secureUrl.refine(
  (value) => !value.includes("?"),
  "a query is refused, paths are added to this address",
);

// The longest that a timer can wait.
const longestMs = 2_147_483_647;
const durationMs = z.number().min(0).max(longestMs);
const deadlineMs = z.number().min(1).max(longestMs);

/**
 * The credentials of a client. What they hold is for the authentication to judge, and what else there is in them is somebody else's
 * affair.
 *
 * @param expected - what to give instead of something that is none
 * @throws {ValidationError}
 */
export function requireCredentials(credentials: unknown, door: OperationContext, expected: string): ClientCredentials {
  const tokenEndpointAuthMethod = z.enum(["client_secret_basic", "client_secret_post"]).optional();
  const fields = { clientId: z.string(), clientSecret: z.string(), tokenEndpointAuthMethod };
  const schema = z.strictObject({ credentials: z.object(fields, expected) });
  return parseInput(schema, { credentials }, door).credentials as ClientCredentials;
}

/** The options that all factories share, for a vendor's own schema to spread. */
export const transportFields = {
  fetch: z.custom<typeof fetch>((value) => typeof value === "function", "expected a function").optional(),
  timeoutMs: deadlineMs.optional(),
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

/** What every call takes. */
export const callFields = {
  signal: z.custom<AbortSignal>((value) => value instanceof AbortSignal, "expected an AbortSignal").optional(),
  timeoutMs: deadlineMs.optional(),
} satisfies Record<keyof CallOptions, z.ZodType>;

/** The same for `list`. */
export const listFields = {
  ...callFields,
  onUnreadable: z
    .custom<NonNullable<ListOptions["onUnreadable"]>>((value) => typeof value === "function", "expected a function")
    .optional(),
} satisfies Record<keyof ListOptions, z.ZodType>;

/**
 * Makes what checks the options of calls. A name that no call takes is a mistake, and a secret would not be delivered for it.
 * @param names - what some calls take besides what every call takes, whose values are their own affair
 */
export function makeCallCheck(
  names: readonly string[] = [],
): (options: CallOptions | undefined, door: OperationContext) => void {
  const schema = z.strictObject({ ...Object.fromEntries(names.map((name) => [name, z.unknown().optional()])), ...callFields });
  return (options, door) => {
    if (options !== undefined) parseInput(schema, options, door);
  };
}

/** A credential that goes into a header as it is (RFC 6750 section 2.1, without insisting on its alphabet). */
export const headerSecret = z.string().regex(/^[\x21-\x7e]+$/, "expected visible ASCII characters and at least one");

/** Extra header fields: legal names and values (RFC 9110 section 5), none that the transport sets itself. */
export const headerFields = z.record(z.string(), z.string()).superRefine((fields, context) => {
  for (const [name, value] of Object.entries(fields)) {
    const fault = headerFault(name, value);
    if (fault !== undefined) context.addIssue({ code: "custom", path: [name], message: fault });
  }
});

const ownHeaders = /^(accept|connection|content-length|content-type|cookie|expect|host|te|trailer|transfer-encoding|upgrade)$/i;

function headerFault(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)) return "not a header name";
  if (ownHeaders.test(name)) return "this header belongs to the transport";
  return /^[\t\x20-\x7e]*$/.test(value) ? undefined : "expected printable ASCII characters";
}

function formatContext(door: OperationContext): string {
  return door.vendor === undefined ? door.operation : `${door.vendor} ${door.operation}`;
}

function formatIssues(issues: readonly ValidationIssue[]): string {
  return issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
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

function readIssue(issue: ZodIssue, above: readonly PropertyKey[]): ValidationIssue[] {
  const path = [...above, ...issue.path];
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

// The alternative that was meant is the one whose kind fits: its faults lie inside of the value. Where none fits, all are named.
function readAlternatives(alternatives: readonly (readonly ZodIssue[])[], path: readonly PropertyKey[]): ValidationIssue[] {
  const meant = alternatives
    .filter((faults) => !faults.some((fault) => fault.code === "invalid_type" && fault.path.length === 0))
    .sort((one, other) => one.length - other.length)[0];
  if (meant) return meant.flatMap((fault) => readIssue(fault, path));
  const messages = alternatives.flat().flatMap((fault) => readIssue(fault, []).map(({ message }) => message));
  const received = /, received .*$/.exec(messages[0] ?? "")?.[0] ?? "";
  const kinds = messages.map((message) => message.replace(/^expected /, "").replace(/, received .*$/, ""));
  return [{ path: path.join("."), message: `expected ${[...new Set(kinds)].join(" or ")}${received}` }];
}
