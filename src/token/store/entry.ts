import type { AccessToken } from "../types.js";

/** Writes a token for a store. Nothing, when nobody knows how long it lives. */
export function writeEntry({
  value,
  lifetimeMs,
  expiresAt,
  scopes,
  scopeSource,
  additionalFields,
}: AccessToken): string | undefined {
  if (!lifetimeMs || !expiresAt) return undefined;
  return JSON.stringify({ value, lifetimeMs, expiresAt: expiresAt.getTime(), scopes, scopeSource, additionalFields });
}

/**
 * Reads what a store has given: a token with what is left of its lifetime. Nothing, when it is none, or so near to its end that it is
 * time for another one. Stores are not trusted: everything is checked.
 */
export function readEntry(text: unknown): AccessToken | undefined {
  const { value, lifetimeMs, expiresAt, scopes, scopeSource, additionalFields } = Object(parse(text));
  // A clock that is wrong, here or there, must not make a token live longer than its server said.
  const leftMs = Math.min(expiresAt - Date.now(), lifetimeMs);
  const fine =
    typeof value === "string" &&
    /^[\x21-\x7e]+$/.test(value) &&
    Number.isFinite(lifetimeMs) &&
    Number.isFinite(leftMs) &&
    leftMs > Math.min(60_000, lifetimeMs * 0.2) &&
    (scopeSource === "response" || scopeSource === "request") &&
    Array.isArray(scopes) &&
    scopes.every((scope) => typeof scope === "string");
  if (!fine) return undefined;
  return Object.freeze({
    value,
    tokenType: "Bearer",
    lifetimeMs: leftMs,
    expiresAt: new Date(expiresAt),
    scopes,
    scopeSource,
    additionalFields: Object(additionalFields),
  });
}

function parse(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
