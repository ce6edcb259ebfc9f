/** Encrypts the entries of a store that others can read, and hides their names. */
export interface Encryption {
  /** The names under which an entry may be stored, one for each key. The first is for writing. They reveal nothing without the key. */
  readonly entryNames: (name: string) => Promise<readonly [string, ...string[]]>;
  /** Encrypts a text with the first key. The text can be decrypted under the same name only. */
  readonly encrypt: (name: string, text: string) => Promise<string>;
  /** Decrypts with each of the keys. `undefined` when the text is foreign, damaged, moved or in an older format. */
  readonly decrypt: (name: string, encrypted: string) => Promise<string | undefined>;
}

interface Keys {
  readonly encryption: CryptoKey;
  readonly naming: CryptoKey;
}

// The prefix of every encrypted text. It is authenticated too, so another format cannot pass for this one.
const format = "oc1.";
// Recommended by NIST SP 800-38D section 8.2. A random nonce is safe for 2^32 texts of one key (section 8.3).
const nonceBytes = 12;

/**
 * Encrypts with AES-256-GCM (NIST SP 800-38D). HKDF-SHA-256 (RFC 5869) derives the keys. The name of the entry is authenticated with the
 * text, so an entry that is copied to another name cannot be decrypted.
 * @param materials - key materials of at least 32 bytes each. The first encrypts, each of them decrypts
 */
export function createEncryption(materials: readonly [Uint8Array, ...Uint8Array[]]): Encryption {
  // Copied at once, because the caller may overwrite its bytes afterwards.
  const copies = materials.map((material) => Uint8Array.from(material));
  let derivedKeys: Promise<Keys[]> | undefined;
  const keys = () => {
    derivedKeys ??= Promise.all(copies.map(deriveKeys));
    return derivedKeys;
  };

  async function encrypt(name: string, text: string): Promise<string> {
    const [first] = await keys();
    const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
    const ciphertext = await crypto.subtle.encrypt(gcmParameters(nonce, name), first!.encryption, encode(text));
    const bytes = new Uint8Array(nonceBytes + ciphertext.byteLength);
    bytes.set(nonce);
    bytes.set(new Uint8Array(ciphertext), nonceBytes);
    return format + toBase64url(bytes);
  }

  async function decrypt(name: string, encrypted: string): Promise<string | undefined> {
    const bytes = encrypted.startsWith(format) ? fromBase64url(encrypted.slice(format.length)) : undefined;
    if (!bytes) return undefined;
    const nonce = bytes.subarray(0, nonceBytes);
    const ciphertext = bytes.subarray(nonceBytes);
    for (const { encryption } of await keys()) {
      try {
        return new TextDecoder().decode(await crypto.subtle.decrypt(gcmParameters(nonce, name), encryption, ciphertext));
      } catch {}
    }
    return undefined;
  }

  async function entryNames(name: string): Promise<[string, ...string[]]> {
    const names = (await keys()).map(async ({ naming }) =>
      toBase64url(new Uint8Array(await crypto.subtle.sign("HMAC", naming, encode(name)))),
    );
    return (await Promise.all(names)) as [string, ...string[]];
  }

  return { entryNames, encrypt, decrypt };
}

function gcmParameters(iv: Uint8Array<ArrayBuffer>, name: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: encode(format + name) };
}

// One key for each purpose, separated by the `info` of HKDF (RFC 5869 section 3.2). The material is a key already, so there is no salt
// (section 3.1).
async function deriveKeys(material: Uint8Array<ArrayBuffer>): Promise<Keys> {
  const root = await crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveKey"]);
  const hkdf = (purpose: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: encode(`oauth-clients token store ${purpose}`),
  });
  const [encryption, naming] = await Promise.all([
    crypto.subtle.deriveKey(hkdf("encryption"), root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    crypto.subtle.deriveKey(hkdf("naming"), root, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
  ]);
  return { encryption, naming };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
