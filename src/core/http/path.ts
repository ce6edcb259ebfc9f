import type { OperationContext } from "../outcome.js";
import { validationError } from "../outcome.js";

/**
 * Fills the parameters of a path template: `/clients/{id}` and `{ id: "a b" }` give `/clients/a%20b`.
 *
 * Each value is one encoded segment. The empty string, `.` and `..` are invalid: the URL would name another resource.
 *
 * @throws {ValidationError} a value is missing or cannot be one segment of a path
 */
export function fillPath(
  template: string,
  params: Readonly<Record<string, unknown>> = {},
  context: Partial<OperationContext> = {},
): string {
  return template.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = params[name];
    const problem = segmentProblem(value);
    if (problem !== undefined) throw validationError(context, { path: name, message: problem });
    return encodeURIComponent(value as string);
  });
}

function segmentProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return "expected a string";
  if (value === "") return "expected a value that is not empty";
  if (value === "." || value === "..") return "a dot segment would name another resource";
  if (/\p{Cs}/u.test(value)) return "expected well-formed Unicode";
  return undefined;
}

/** The query of a URL, with its question mark. Empty when no value is defined. */
export function formatQuery(query: Readonly<Record<string, unknown>> | undefined): string {
  const text = query === undefined ? "" : formatForm(query);
  return text === "" ? "" : `?${text}`;
}

/** Serializes values as `application/x-www-form-urlencoded`. Arrays are repeated parameters, `undefined` is omitted. */
export function formatForm(values: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) form.append(name, String(one));
  return form.toString();
}
