import { invalidRequest, malformed } from "./errors.js";

/**
 * Reads the secret of a rotation request. Undefined without content or without `client_secret`.
 *
 * @throws {ErrorResponse} 400
 */
export function readRotationSecret(text: string): string | undefined {
  if (text === "") return undefined;
  const { client_secret: secret } = parseObject(text);
  if (secret === undefined || secret === null || secret === "") return undefined;
  if (typeof secret !== "string") throw malformed("Unable to decode the request: the member client_secret is not a string.");
  if (new TextEncoder().encode(secret).length < 6) throw invalidRequest("The client_secret must have at least 6 characters.");
  return secret;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  throw malformed("Unable to decode the request: the content is not a JSON object.");
}
