import { isOnCurve } from "./curves.js";

/** A decoded key set (RFC 7517 section 5). */
export interface KeySet {
  readonly keys?: readonly Readonly<Record<string, unknown>>[];
}

const required: Readonly<Record<string, readonly string[]>> = {
  RSA: ["n", "e"],
  EC: ["crv", "x", "y"],
  OKP: ["crv", "x"],
  oct: ["k"],
};
const binaryMembers = ["n", "e", "x", "y", "d", "k", "p", "q", "dp", "dq", "qi"];
const knownMembers = new Set(["kty", "use", "kid", "crv", "alg", "x5u", "x5c", "x5t", "x5t#S256", ...binaryMembers]);

/**
 * Whether Hydra decodes this value as a key set.
 *
 * @param allowsPadding base64 may end with `=`, as from 2.3 on
 */
export function isKeySet(value: unknown, allowsPadding = true): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { keys } = value as { keys?: unknown };
  return keys === undefined || keys === null || (Array.isArray(keys) && keys.every((key) => isKey(key, allowsPadding)));
}

/** Removes the members that Hydra does not know, and the padding of base64. */
export function withKnownMembers(set: KeySet | undefined): KeySet | undefined {
  if (!set?.keys) return set && {};
  const keys = set.keys.map((key) =>
    Object.fromEntries(
      Object.entries(key)
        .filter(([name]) => knownMembers.has(name))
        .map(([name, value]) => [name, binaryMembers.includes(name) ? withoutPadding(String(value)) : value]),
    ),
  );
  return { keys };
}

function isKey(key: unknown, allowsPadding: boolean): boolean {
  if (typeof key !== "object" || key === null) return false;
  const members = key as Readonly<Record<string, unknown>>;
  const { kty, crv, x, y } = members;
  const needed = typeof kty === "string" && Object.hasOwn(required, kty) ? required[kty] : undefined;
  const isComplete = needed?.every((name) => typeof members[name] === "string" && members[name] !== "") ?? false;
  const isEncoded = binaryMembers.every((name) => members[name] === undefined || isBase64(members[name], allowsPadding));
  if (!isComplete || !isEncoded) return false;
  if (kty === "OKP") return crv === "Ed25519";
  return kty !== "EC" || isOnCurve(String(crv), withoutPadding(String(x)), withoutPadding(String(y)));
}

/** Base64url (RFC 7515 section 2). */
function isBase64(value: unknown, allowsPadding: boolean): boolean {
  if (typeof value !== "string") return false;
  const text = allowsPadding ? withoutPadding(value) : value;
  return /^[\w-]*$/.test(text) && text.length % 4 !== 1;
}

function withoutPadding(text: string): string {
  return text.replace(/=+$/, "");
}
