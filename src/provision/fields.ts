import { createHash } from "node:crypto";
import { ifDefined } from "../core/values.js";
import type { FieldDifference, JournalEntry, SecretInput } from "./types.js";

/** Every key that a member of a union has. */
export type KeysOf<Input> = Input extends unknown ? keyof Input : never;

/** The type of a key in the members of a union that have it. */
export type ValueOf<Input, Key extends PropertyKey> = Input extends unknown
  ? Key extends keyof Input
    ? Input[Key]
    : never
  : never;

/** A union without some keys, member by member. */
export type Without<Input, Names extends PropertyKey> = Input extends unknown ? Omit<Input, Names> : never;

/** An input whose secret fields name a source, so that a configuration can be printed. */
export type WithSecretInputs<Input, Secrets extends PropertyKey> = Input extends unknown
  ? {
      [Key in keyof Input]: Key extends Secrets
        ? [Extract<Input[Key], string>] extends [never]
          ? Input[Key]
          : SecretInput | Extract<Input[Key], undefined>
        : Input[Key];
    }
  : never;

/** How one declared field is compared and changed. */
export interface FieldRule<Value> {
  /** `replace`: no update of a client can change the field. */
  readonly change: "update" | "replace";
  /** `never`: the vendor does not return the field. The journal's version tells whether it has to be sent. @default "back" */
  readonly returned?: "back" | "never";
  /** Whether the order of a list matters. @default "ignored" */
  readonly order?: "matters" | "ignored";
  /** Values with the same normal form are equal. */
  readonly normalize?: (value: NonNullable<Value>) => unknown;
  /** An effect of a change beyond the field. */
  readonly warning?: string;
}

/** One rule for each field that can be declared. A missing rule does not compile. */
export type FieldRules<Input> = { readonly [Key in KeysOf<Input>]-?: FieldRule<ValueOf<Input, Key>> };

type AnyRules = Readonly<Record<string, FieldRule<never>>>;

/** Compares each declared field with the client. A field that is not declared is not compared. */
export function compareFields(
  rules: AnyRules,
  declared: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  entry: JournalEntry | undefined,
): FieldDifference[] {
  return Object.entries(declared).flatMap(([field, value]): FieldDifference[] => {
    const rule = rules[field];
    if (rule === undefined || value === undefined) return [];
    const facts = { field, change: rule.change, ...ifDefined("warning", rule.warning) };
    if (rule.returned === "never") {
      const isSent = entry?.inputVersions?.[field] === versionOf(value);
      return isSent ? [] : [{ ...facts, ...(isSecretInput(value) ? {} : { declared: value }) }];
    }
    if (normalForm(rule, value) === normalForm(rule, actual[field])) return [];
    return [{ ...facts, actual: actual[field], declared: value }];
  });
}

/** Versions of the declared fields that the vendor never returns: of a secret its number, of another value a hash. */
export function inputVersionsOf(rules: AnyRules, declared: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(declared).flatMap(([field, value]) =>
      rules[field]?.returned === "never" && value !== undefined ? [[field, versionOf(value)]] : [],
    ),
  );
}

/** The declaration as a plan may show it: a secret input is shown as its source and version. */
export function printable(declared: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(declared).flatMap(([field, value]) => {
      if (value === undefined) return [];
      return [[field, isSecretInput(value) ? { source: value.source, version: value.version } : value]];
    }),
  );
}

/** Whether a value is a source of a secret. */
export function isSecretInput(value: unknown): value is SecretInput {
  return typeof value === "object" && value !== null && "source" in value && "version" in value && "read" in value;
}

/** The declaration with its secrets, to be sent at once. */
export async function revealSecrets(
  declared: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const options = signal === undefined ? {} : { signal };
  const entries = Object.entries(declared).map(
    async ([field, value]) => [field, isSecretInput(value) ? await value.read(options) : value] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function versionOf(value: unknown): string {
  if (isSecretInput(value)) return String(value.version);
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);
}

// Absent, empty text, an empty list and an empty object are one value: vendors return each of them for a field without content.
function normalForm({ order, normalize }: FieldRule<never>, value: unknown): string {
  const isEmpty = (one: unknown) =>
    one === undefined ||
    one === null ||
    one === "" ||
    one === false ||
    (typeof one === "object" && Object.keys(one).length === 0);
  if (isEmpty(value)) return "";
  const normal = normalize === undefined ? value : (normalize as (value: unknown) => unknown)(value);
  if (isEmpty(normal)) return "";
  if (Array.isArray(normal) && order !== "matters") return `[${[...new Set(normal.map(canonical))].sort().join(",")}]`;
  return canonical(normal);
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    entries.sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
