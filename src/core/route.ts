import { type ErrorFacts, ValidationError } from "./errors.js";

/**
 * Puts parameters into a path template: `/clients/{id}` and `{ id: "a b" }` make `/clients/a%20b`.
 *
 * Each value is encoded by itself. The empty string, `.` and `..` are refused, since they would name another resource than the
 * one that is meant.
 *
 * @throws {ValidationError} a value is missing or cannot be one segment of a path
 */
export function fillPath(
  template: string,
  params: Readonly<Record<string, unknown>> = {},
  door: Pick<ErrorFacts, "vendor" | "operation"> = {},
): string {
  return template.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = params[name];
    const fault = segmentFault(value);
    if (fault !== undefined) {
      const title = [door.vendor, door.operation].filter(Boolean).join(" ");
      const message = `${title}${title && ": "}${name}: ${fault}`;
      throw new ValidationError({ ...door, message, issues: [{ path: name, message: fault }] });
    }
    return encodeURIComponent(value as string);
  });
}

function segmentFault(value: unknown): string | undefined {
  if (typeof value !== "string") return "expected a string";
  if (value === "") return "expected a value that is not empty";
  if (value === "." || value === "..") return "a dot segment would name another resource";
  if (/\p{Cs}/u.test(value)) return "expected well-formed Unicode";
  return undefined;
}
