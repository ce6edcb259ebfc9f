/** A key set as the decoder leaves it (RFC 7517 section 5). */
export interface KeySet {
  readonly keys?: readonly Readonly<Record<string, unknown>>[];
}

const required: Readonly<Record<string, readonly string[]>> = {
  RSA: ["n", "e"],
  EC: ["crv", "x", "y"],
  OKP: ["crv", "x"],
  oct: ["k"],
};
const bytes = ["n", "e", "x", "y", "d", "k", "p", "q", "dp", "dq", "qi"];
const members = new Set(["kty", "use", "kid", "crv", "alg", "x5u", "x5c", "x5t", "x5t#S256", ...bytes]);

/**
 * Whether Hydra's decoder takes this for a key set. Whether a point lies on its curve, which Hydra checks too, is not checked.
 */
export function isKeySet(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { keys } = value as { keys?: unknown };
  return keys === undefined || keys === null || (Array.isArray(keys) && keys.every(isKey));
}

/** The set without the members that Hydra does not know, which it drops. */
export function knownMembers(set: KeySet | undefined): KeySet | undefined {
  if (!set?.keys) return set && {};
  const keys = set.keys.map((key) => Object.fromEntries(Object.entries(key).filter(([name]) => members.has(name))));
  return { keys };
}

function isKey(key: unknown): boolean {
  if (typeof key !== "object" || key === null) return false;
  const found = key as Readonly<Record<string, unknown>>;
  const { kty } = found;
  const needed = typeof kty === "string" && Object.hasOwn(required, kty) ? required[kty] : undefined;
  const isComplete = needed?.every((name) => typeof found[name] === "string" && found[name] !== "") ?? false;
  return isComplete && bytes.every((name) => found[name] === undefined || isBase64(found[name]));
}

/** Base64 for addresses, without padding (RFC 7515 section 2). */
function isBase64(value: unknown): boolean {
  return typeof value === "string" && /^[\w-]*$/.test(value) && value.length % 4 !== 1;
}
