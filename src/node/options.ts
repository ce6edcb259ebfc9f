import { ConfigurationError, type ValidationIssue } from "../core/errors.js";
import type { Pem, PemSource } from "./certificate.js";

/** What `nodeFetch` takes. */
export interface NodeFetchOptions {
  /**
   * The client certificate in PEM, with the chain up to its authority behind it where the server needs that. A function is asked
   * before each request, so that a renewed certificate comes into use by itself.
   */
  readonly cert?: PemSource;
  /** The private key of the certificate, in PEM. A function is asked like that of `cert`. */
  readonly key?: PemSource;
  /** The passphrase of the private key, if it has one. */
  readonly passphrase?: string;
  /** The certificate authorities to trust, in PEM, instead of those that come with Node. Checks can be narrowed, not switched off. */
  readonly ca?: Pem | readonly Pem[];
  /**
   * The name to ask for and to find in the server's certificate, where it differs from that in the URL.
   * @default the URL's host
   */
  readonly servername?: string;
  /**
   * The most connections to one host at once.
   * @default no bound
   */
  readonly maxConnections?: number;
  /**
   * How long a connection is kept open without a request, in milliseconds. A server that says how long it keeps its end open can
   * shorten it.
   * @default 4_000
   */
  readonly idleTimeoutMs?: number;
  /**
   * Deadline for a connection to be open and, under `https:`, encrypted, in milliseconds. The `signal` of a request ends the rest.
   * @default 10_000
   */
  readonly connectTimeoutMs?: number;
}

// setTimeout takes no longer delay: it would fire at once.
const longestDelayMs = 2_147_483_647;

/**
 * Checks the options of `nodeFetch`.
 * @throws {ConfigurationError} one cannot work; `issues` names the field, never its value
 */
export function checkOptions(options: NodeFetchOptions): void {
  const { cert, key, passphrase, ca, servername, maxConnections, idleTimeoutMs, connectTimeoutMs, ...rest } = options;
  const issues: ValidationIssue[] = [];
  const expect = (fine: boolean, path: string, message: string) => {
    if (!fine) issues.push({ path, message });
  };
  for (const name of Object.keys(rest)) {
    const reason = name === "rejectUnauthorized" || name === "checkServerIdentity" ? "TLS checks stay on" : "no such option";
    expect(false, name, reason);
  }
  const isSource = (value: unknown) => isPem(value) || typeof value === "function";
  expect(cert === undefined || isSource(cert), "cert", "expected PEM or a function");
  expect(key === undefined || isSource(key), "key", "expected PEM or a function");
  expect(cert === undefined || key !== undefined, "key", "missing beside cert");
  expect(key === undefined || cert !== undefined, "cert", "missing beside key");
  expect(passphrase === undefined || typeof passphrase === "string", "passphrase", "expected a string");
  expect(passphrase === undefined || key !== undefined, "passphrase", "is for a key");
  expect(ca === undefined || (Array.isArray(ca) ? ca.length > 0 && ca.every(isPem) : isPem(ca)), "ca", "expected PEM");
  expect(servername === undefined || isName(servername), "servername", "expected a host name");
  const isCount = Number.isInteger(maxConnections) && (maxConnections ?? 0) > 0;
  expect(maxConnections === undefined || isCount, "maxConnections", "expected a whole number from 1 up");
  for (const [path, value] of Object.entries({ idleTimeoutMs, connectTimeoutMs })) {
    const fits = typeof value === "number" && value > 0 && value <= longestDelayMs;
    expect(value === undefined || fits, path, `expected a number above 0, at most ${longestDelayMs}`);
  }
  if (issues.length === 0) return;
  const message = `nodeFetch: ${issues.map((issue) => `${issue.path}: ${issue.message}`).join("; ")}`;
  throw new ConfigurationError({ message, issues });
}

function isPem(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || (value instanceof Uint8Array && value.byteLength > 0);
}

function isName(value: unknown): boolean {
  return typeof value === "string" && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value);
}
