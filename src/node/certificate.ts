import { configurationError } from "./errors.js";
import { loadBuiltin } from "./platform.js";

/** One or more PEM blocks. */
export type Pem = string | Uint8Array;

/** PEM, or a function that reads it for each request, for example from a file that is replaced when the certificate is renewed. */
export type PemSource = Pem | (() => Pem | Promise<Pem>);

/** A client certificate and its key. */
export interface ClientCertificate {
  readonly cert?: string;
  readonly key?: string;
  /** Certificate and key in PKCS#12, instead of `cert` and `key`. */
  readonly pfx?: Uint8Array;
  readonly thumbprint: string;
}

/** PKCS#12, or a function that reads it for each request. */
export type PfxSource = Uint8Array | (() => Uint8Array | Promise<Uint8Array>);

/** Returns the certificate for the next request. */
export type CertificateSource = () => ClientCertificate | Promise<ClientCertificate>;

/**
 * The SHA-256 thumbprint of a certificate in the form of `x5t#S256` in a token's `cnf` claim: base64url, 43 characters. For a chain it
 * is the thumbprint of the first certificate. A token that is bound to a certificate is not valid with another one, so the key of a
 * cache has to contain the thumbprint.
 *
 * @throws {ConfigurationError} the text contains no certificate, or the runtime has no `node:crypto`
 * @see RFC 8705 section 3.1
 */
export function certificateThumbprint(cert: Pem): string {
  return readThumbprint(cert, "cert");
}

/** @throws {ConfigurationError} the text of this option contains no certificate */
export function readThumbprint(cert: Pem, option: string): string {
  const { X509Certificate, createHash } = loadBuiltin("node:crypto");
  try {
    return createHash("sha256").update(new X509Certificate(cert).raw).digest("base64url");
  } catch {
    throw configurationError(option, `expected a certificate in PEM${lineBreakHint(cert)}`);
  }
}

/** The hint for PEM from an environment variable or JSON whose line breaks are escaped. */
function lineBreakHint(pem: Pem): string {
  const hasEscapes = asText(pem).includes("\\n");
  return hasEscapes ? '. It contains "\\n" as two characters: replace them by line breaks, replaceAll("\\\\n", "\\n")' : "";
}

/**
 * Creates the source of a client certificate. Texts are validated at once, and the results of functions whenever they change.
 *
 * Certificate and key can be replaced one after the other: while the new ones do not match, the last matching pair stays in use.
 *
 * @throws {ConfigurationError} certificate or key are invalid, or do not match
 */
export function createCertificateSource(cert: PemSource, key: PemSource, passphrase: string | undefined): CertificateSource {
  let current: ClientCertificate | undefined;
  if (typeof cert !== "function" && typeof key !== "function") {
    const certificate = createPair(cert, key, passphrase);
    return () => certificate;
  }
  const read = async (source: PemSource) => (typeof source === "function" ? source() : source);
  return async () => {
    const [newCert, newKey] = await Promise.all([read(cert), read(key)]);
    if (current && current.cert === asText(newCert) && current.key === asText(newKey)) return current;
    try {
      current = createPair(newCert, newKey, passphrase);
    } catch (error) {
      if (current === undefined) throw error;
    }
    return current;
  };
}

/**
 * Creates the source of a client certificate in PKCS#12. Bytes are validated at once, and the results of a function whenever they change.
 *
 * @throws {ConfigurationError} the bytes are not PKCS#12 with a certificate and a key, or the passphrase is wrong
 */
export function createPfxSource(pfx: PfxSource, passphrase: string | undefined): CertificateSource {
  if (typeof pfx !== "function") {
    const certificate = readPfx(pfx, passphrase);
    return () => certificate;
  }
  let current: ClientCertificate | undefined;
  return async () => {
    const bytes = await pfx();
    if (!current?.pfx || !isEqual(current.pfx, bytes)) current = readPfx(bytes, passphrase);
    return current;
  };
}

function readPfx(pfx: Uint8Array, passphrase: string | undefined): ClientCertificate {
  const { createSecureContext } = loadBuiltin("node:tls");
  try {
    const copy = Buffer.from(pfx);
    const { context } = createSecureContext({ pfx: copy, ...(passphrase === undefined ? {} : { passphrase }) });
    // Node has no documented function that reads the certificate of PKCS#12.
    const certificate: Uint8Array = (context as { getCertificate: () => Uint8Array }).getCertificate();
    const thumbprint = loadBuiltin("node:crypto").createHash("sha256").update(certificate).digest("base64url");
    return { pfx: copy, thumbprint };
  } catch {
    throw configurationError("pfx", "expected PKCS#12 with a certificate and its key, and its passphrase if it has one");
  }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function createPair(cert: Pem, key: Pem, passphrase: string | undefined): ClientCertificate {
  const { X509Certificate, createPrivateKey } = loadBuiltin("node:crypto");
  const thumbprint = certificateThumbprint(cert);
  let matches: boolean;
  try {
    const material = typeof key === "string" ? key : Buffer.from(key);
    const secret = createPrivateKey({ key: material, ...(passphrase === undefined ? {} : { passphrase }) });
    matches = new X509Certificate(cert).checkPrivateKey(secret);
  } catch {
    throw configurationError("key", `expected the private key in PEM, and its passphrase if it has one${lineBreakHint(key)}`);
  }
  if (!matches) throw configurationError("key", "expected the private key of the certificate");
  return { cert: asText(cert), key: asText(key), thumbprint };
}

/** PEM as a string. */
export function asText(pem: Pem): string {
  return typeof pem === "string" ? pem : new TextDecoder().decode(pem);
}
