/** Known names, which an editor completes, and any other string. */
export type Open<Known extends string> = Known | (string & Record<never, never>);

/** An object with this member, or an empty object when the value is `undefined` or `null`. */
export function ifDefined<Name extends string, T>(name: Name, value: T): { readonly [N in Name]?: NonNullable<T> } {
  return value === undefined || value === null ? {} : ({ [name]: value } as { [N in Name]: NonNullable<T> });
}

/** The same for values in which the empty string means that the value is absent. */
export function ifNonEmpty<Name extends string, T>(name: Name, value: T): { readonly [N in Name]?: NonNullable<T> } {
  return value === "" ? {} : ifDefined(name, value);
}

/** Parses a point in time in the format of RFC 3339. `undefined` for any other value. */
export function readInstant(text: string | null | undefined): Date | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** A string without white space at its ends. `undefined` for an empty string and for other values. */
export function readText(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** Whether a JSON value is an object and not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is an object, or an empty object: for reading the members of a value whose type was not checked yet. */
export function toObject<T>(value: T): T {
  return isObject(value) ? value : ({} as T);
}

/**
 * The same type. Compile errors show the text. The condition makes the compiler print this name instead of the name of `Type`.
 */
export type Expected<_Text extends string, Type> = Type extends unknown ? Type : never;

declare const reason: unique symbol;

/** The type of a field that is not allowed in a combination. No value has it; compile errors show its text. */
export interface NotAllowed<Reason extends string> {
  readonly [reason]: Reason;
}
