/** Encrypts what goes into a store that others can read, and hides the names under which it is kept. */
export interface Seal {
  /** The names under which a token may be kept, by key: the first is the one to write to. They tell nothing to who lacks the key. */
  readonly names: (name: string) => Promise<readonly [string, ...string[]]>;
  /** Encrypts a text with the first key. It can be opened under the same name only. */
  readonly close: (name: string, text: string) => Promise<string>;
  /** Decrypts with whichever key fits. Nothing, when none does: foreign, damaged, moved or of an older format. */
  readonly open: (name: string, sealed: string) => Promise<string | undefined>;
}

interface Keys {
  readonly sealing: CryptoKey;
  readonly naming: CryptoKey;
}

// Stands before what is sealed and is part of what is authenticated: another format is another text.
const format = "oc1.";
// The size that NIST SP 800-38D section 8.2 recommends. At random it is good for 2^32 messages of one key (section 8.3).
const nonceBytes = 12;

/**
 * Seals with AES-256-GCM (NIST SP 800-38D) under keys that HKDF-SHA-256 (RFC 5869) derives from the given ones. The name is
 * authenticated with the text, so an entry that is copied to another name does not open.
 * @param materials - of 32 bytes at least, each. The first seals, all of them open
 */
export function createSeal(materials: readonly [Uint8Array, ...Uint8Array[]]): Seal {
  // Copied at once: who gives a key may wipe it afterwards.
  const copies = materials.map((material) => Uint8Array.from(material));
  let derived: Promise<Keys[]> | undefined;
  const keys = () => {
    derived ??= Promise.all(copies.map(derive));
    return derived;
  };

  async function close(name: string, text: string): Promise<string> {
    const [first] = await keys();
    const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
    const encrypted = await crypto.subtle.encrypt(parameters(nonce, name), first!.sealing, encode(text));
    const bytes = new Uint8Array(nonceBytes + encrypted.byteLength);
    bytes.set(nonce);
    bytes.set(new Uint8Array(encrypted), nonceBytes);
    return format + toBase64url(bytes);
  }

  async function open(name: string, sealed: string): Promise<string | undefined> {
    const bytes = sealed.startsWith(format) ? fromBase64url(sealed.slice(format.length)) : undefined;
    if (!bytes) return undefined;
    const nonce = bytes.subarray(0, nonceBytes);
    for (const { sealing } of await keys()) {
      try {
        const text = await crypto.subtle.decrypt(parameters(nonce, name), sealing, bytes.subarray(nonceBytes));
        return new TextDecoder().decode(text);
      } catch {}
    }
    return undefined;
  }

  async function names(name: string): Promise<[string, ...string[]]> {
    const made = (await keys()).map(async ({ naming }) =>
      toBase64url(new Uint8Array(await crypto.subtle.sign("HMAC", naming, encode(name)))),
    );
    return (await Promise.all(made)) as [string, ...string[]];
  }

  return { names, close, open };
}

function parameters(iv: Uint8Array<ArrayBuffer>, name: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: encode(format + name) };
}

// One key for each use, told apart by HKDF's `info` (RFC 5869 section 3.2). No salt: the material is a key already (section 3.1).
async function derive(material: Uint8Array<ArrayBuffer>): Promise<Keys> {
  const root = await crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveKey"]);
  const parameter = (use: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: encode(`oauth-clients token store ${use}`),
  });
  const [sealing, naming] = await Promise.all([
    crypto.subtle.deriveKey(parameter("sealing"), root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    crypto.subtle.deriveKey(parameter("naming"), root, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
  ]);
  return { sealing, naming };
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
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  } catch {
    return undefined;
  }
}
