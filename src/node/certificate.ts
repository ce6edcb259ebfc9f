import { ConfigurationError } from "../core/errors.js";
import { loadBuiltin } from "./platform.js";

/** One or more PEM blocks. */
export type Pem = string | Uint8Array;

/** PEM, or what reads it anew for each request: a file that is replaced when the certificate is renewed. */
export type PemSource = Pem | (() => Pem | Promise<Pem>);

/** A client certificate that is known to fit its key. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
  readonly thumbprint: string;
}

/** Gives the certificate that the next request is sent with. */
export type CertificateSource = () => ClientCertificate | Promise<ClientCertificate>;

/**
 * The SHA-256 thumbprint of a certificate, as `x5t#S256` of a token's `cnf` claim has it: base64url, 43 characters. Of a chain it is
 * the first certificate's. A token that is bound to a certificate is of no use with another, so this belongs into the key of a cache.
 *
 * @throws {ConfigurationError} the text holds no certificate, or the runtime has no `node:crypto`
 * @see RFC 8705 section 3.1
 */
export function certificateThumbprint(cert: Pem): string {
  const { X509Certificate, createHash } = loadBuiltin("node:crypto");
  try {
    return createHash("sha256").update(new X509Certificate(cert).raw).digest("base64url");
  } catch {
    throw refuse("cert", "expected a certificate in PEM");
  }
}

/**
 * Makes the source of a client certificate. What is given as text is checked at once, what is read by a function when it has changed.
 *
 * Certificate and key may be replaced one after the other: while they do not fit, the pair that did stays in use.
 *
 * @throws {ConfigurationError} certificate or key cannot be read, or they do not fit each other
 */
export function createCertificateSource(cert: PemSource, key: PemSource, passphrase: string | undefined): CertificateSource {
  let current: ClientCertificate | undefined;
  if (typeof cert !== "function" && typeof key !== "function") {
    const only = pair(cert, key, passphrase);
    return () => only;
  }
  const read = async (source: PemSource) => (typeof source === "function" ? source() : source);
  return async () => {
    const [newCert, newKey] = await Promise.all([read(cert), read(key)]);
    if (current && isSame(current.cert, newCert) && isSame(current.key, newKey)) return current;
    try {
      current = pair(newCert, newKey, passphrase);
    } catch (error) {
      if (current === undefined) throw error;
    }
    return current;
  };
}

function pair(cert: Pem, key: Pem, passphrase: string | undefined): ClientCertificate {
  const { X509Certificate, createPrivateKey } = loadBuiltin("node:crypto");
  const thumbprint = certificateThumbprint(cert);
  let fits: boolean;
  try {
    const material = typeof key === "string" ? key : Buffer.from(key);
    const secret = createPrivateKey({ key: material, ...(passphrase === undefined ? {} : { passphrase }) });
    fits = new X509Certificate(cert).checkPrivateKey(secret);
  } catch {
    throw refuse("key", "expected the private key in PEM, and its passphrase if it has one");
  }
  if (!fits) throw refuse("key", "expected the private key of the certificate");
  return { cert: asText(cert), key: asText(key), thumbprint };
}

/** PEM as Node takes it everywhere. */
export function asText(pem: Pem): string {
  return typeof pem === "string" ? pem : new TextDecoder().decode(pem);
}

function isSame(one: Pem, other: Pem): boolean {
  return asText(one) === asText(other);
}

function refuse(path: string, message: string): ConfigurationError {
  return new ConfigurationError({ message: `nodeFetch: ${path}: ${message}`, issues: [{ path, message }] });
}
