import type { Call } from "../core/router.js";
import { unreadable, unsupportedMediaType } from "./errors.js";

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * Parses the JSON object of a write.
 *
 * @throws {ErrorResponse} 415 for another media type, 400 for content that is not a JSON object
 */
export function readMembers({ headers, text }: Call): Members {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json") throw unsupportedMediaType();
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw unreadable("The content is not JSON.");
  }
  if (!isMembers(content)) throw unreadable("The content is not a JSON object.");
  return content;
}

/** Whether this is a JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
