import { badRequest } from "./errors.js";

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/** The handling of read-only members in requests: an error, or no effect. */
export type OvhReadOnlyMembers = "refuse" | "ignore";

/**
 * Parses the content of a write. The content type is ignored, because the vendor's SDK sends none with a bearer token.
 *
 * @throws {ErrorResponse} 400
 */
export function readObject(text: string): Members {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw badRequest("The content is not valid JSON");
  }
  return asObject(content, "body");
}

/** @throws {ErrorResponse} 400 */
export function asObject(value: unknown, name: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badRequest(`[${name}] is not an object`);
  return value as Members;
}

/** @throws {ErrorResponse} 400 */
export function asList(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw badRequest(`[${name}] is not an array`);
  return value;
}

/** @throws {ErrorResponse} 400 */
export function asText(value: unknown, name: string): string {
  if (value === undefined) throw badRequest(`Missing parameter [${name}]`);
  if (typeof value !== "string") throw badRequest(`[${name}] is not a string`);
  return value;
}

/** @throws {ErrorResponse} 400 */
export function asFilledText(value: unknown, name: string): string {
  const text = asText(value, name);
  if (text.trim() === "") throw badRequest(`[${name}] is empty`);
  return text;
}

/**
 * Rejects unknown members, because the vendor's behaviour is not documented. Read-only members can be ignored.
 *
 * @throws {ErrorResponse} 400
 */
export function refuseOthers(
  members: Members,
  known: readonly string[],
  readOnly: readonly string[],
  treatment: OvhReadOnlyMembers,
): void {
  const ignored = treatment === "ignore" ? readOnly : [];
  const other = Object.keys(members).find((name) => !known.includes(name) && !ignored.includes(name));
  if (other === undefined) return;
  throw badRequest(
    readOnly.includes(other) ? `[${other}] is read-only` : `Received a parameter that is not described: [${other}]`,
  );
}
