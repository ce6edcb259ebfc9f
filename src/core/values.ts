/** Known names with completion in the editor, and room for those that come later. */
export type Open<Known extends string> = Known | (string & Record<never, never>);

/** A member for an object that is made of what a vendor says, or none where the vendor says nothing. */
export function ifDefined<Name extends string, T>(name: Name, value: T): { readonly [N in Name]?: NonNullable<T> } {
  return value === undefined || value === null ? {} : ({ [name]: value } as { [N in Name]: NonNullable<T> });
}

/** The same, for vendors to whom empty text is nothing. */
export function ifNonEmpty<Name extends string, T>(name: Name, value: T): { readonly [N in Name]?: NonNullable<T> } {
  return value === "" ? {} : ifDefined(name, value);
}

/** Reads an instant in the notation of RFC 3339. `undefined` for anything else. */
export function readInstant(text: string | null | undefined): Date | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Reads text that says something, without the blanks around it. */
export function readText(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** Whether a value of JSON is an object and not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
