import { isObject } from "../../core/values.js";
import type { AccessToken } from "../types.js";

/** Serializes a token for a store. `undefined` when its lifetime is unknown. */
export function serializeEntry(token: AccessToken): string | undefined {
  const { value, tokenType, lifetimeMs, expiresAt, scopes, scopeSource, additionalFields } = token;
  if (!lifetimeMs || !expiresAt) return undefined;
  return JSON.stringify({
    value,
    tokenType,
    lifetimeMs,
    expiresAt: expiresAt.getTime(),
    scopes,
    scopeSource,
    additionalFields,
  });
}

/**
 * Parses an entry of a store: a token with the rest of its lifetime. `undefined` when the entry is invalid, or when it is time to
 * refresh the token. Stores are not trusted: every member is validated.
 */
export function parseEntry(text: unknown): AccessToken | undefined {
  const entry = parseJson(text);
  if (!isObject(entry)) return undefined;
  const { value, tokenType, lifetimeMs, expiresAt, scopes, scopeSource, additionalFields } = entry;
  if (typeof lifetimeMs !== "number" || typeof expiresAt !== "number") return undefined;
  // At most the lifetime that the server stated, also when the clock of this or the other machine is wrong.
  const remainingMs = Math.min(expiresAt - Date.now(), lifetimeMs);
  if (!Number.isFinite(remainingMs) || remainingMs <= Math.min(60_000, lifetimeMs * 0.2)) return undefined;
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  if (scopeSource !== "response" && scopeSource !== "request") return undefined;
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === "string")) return undefined;
  return Object.freeze({
    value,
    tokenType: tokenType === "DPoP" ? tokenType : "Bearer",
    lifetimeMs: remainingMs,
    expiresAt: new Date(expiresAt),
    scopes,
    scopeSource,
    additionalFields: isObject(additionalFields) ? additionalFields : {},
  });
}

function parseJson(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
