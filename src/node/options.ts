import type { ValidationIssue } from "../core/errors.js";
import { isObject } from "../core/values.js";
import type { Pem, PemSource, PfxSource } from "./certificate.js";
import { optionsError } from "./errors.js";

/** Options of `nodeFetch`. */
export interface NodeFetchOptions {
  /**
   * An `Agent` of `node:http` that opens the connections, for example through a proxy: an agent of the packages `https-proxy-agent` or `proxy-agent`. It cannot be
   * combined with other options: certificates and limits are options of the agent then. Its owner closes it.
   * @default agents of this `fetch`
   */
  readonly agent?: { readonly destroy: () => void };
  /**
   * The client certificate in PEM, followed by the chain up to its authority when the server needs it. A function is called before
   * each request, so that a renewed certificate is used without a restart.
   */
  readonly cert?: PemSource;
  /** The private key of the certificate in PEM, or a function that is called before each request. */
  readonly key?: PemSource;
  /** Certificate and key in PKCS#12 (`.pfx`, `.p12`), instead of `cert` and `key`, or a function that is called before each request. */
  readonly pfx?: PfxSource;
  /** The passphrase of the private key or of `pfx`, if it has one. */
  readonly passphrase?: string;
  /** The trusted certificate authorities in PEM, instead of those of Node. Verification cannot be switched off. */
  readonly ca?: Pem | readonly Pem[];
  /**
   * The host name for TLS (SNI and the server's certificate), when it differs from the URL.
   * @default the URL's host
   */
  readonly servername?: string;
  /**
   * The maximum number of concurrent connections to one host.
   * @default no limit
   */
  readonly maxConnections?: number;
  /**
   * How long an idle connection stays open, in milliseconds. A `Keep-Alive` header of the server can shorten it.
   * @default 4_000
   */
  readonly idleTimeoutMs?: number;
  /**
   * Deadline for opening a connection in milliseconds, with `https:` including the TLS handshake. It does not limit the rest of a
   * request: use `signal`.
   * @default 10_000
   */
  readonly connectTimeoutMs?: number;
}

// A longer delay makes `setTimeout` fire at once.
const maxDelayMs = 2_147_483_647;

/**
 * Validates the options of `nodeFetch`.
 * @throws {ConfigurationError} an option is invalid; `issues` names the field, never its value
 */
export function validateOptions(options: NodeFetchOptions): void {
  const { agent, cert, key, pfx, passphrase, ca, servername, maxConnections, idleTimeoutMs, connectTimeoutMs, ...rest } =
    options;
  const issues: ValidationIssue[] = [];
  const expect = (isValid: boolean, path: string, message: string) => {
    if (!isValid) issues.push({ path, message });
  };
  for (const name of Object.keys(rest)) {
    const reason =
      name === "rejectUnauthorized" || name === "checkServerIdentity"
        ? "certificate verification cannot be switched off"
        : "unknown name";
    expect(false, name, reason);
  }
  expect(agent === undefined || isAgent(agent), "agent", "expected an Agent of node:http");
  const { rejectUnauthorized } = (agent as { options?: { rejectUnauthorized?: boolean } } | undefined)?.options ?? {};
  expect(rejectUnauthorized !== false, "agent", "certificate verification cannot be switched off");
  const others = Object.entries(options).filter(([name, value]) => name !== "agent" && value !== undefined);
  expect(agent === undefined || others.length === 0, "agent", "cannot be combined with other options");
  const isSource = (value: unknown) => isPem(value) || typeof value === "function";
  expect(cert === undefined || isSource(cert), "cert", "expected PEM or a function");
  expect(key === undefined || isSource(key), "key", "expected PEM or a function");
  expect(cert === undefined || key !== undefined, "key", "required with cert");
  expect(key === undefined || cert !== undefined, "cert", "required with key");
  expect(passphrase === undefined || typeof passphrase === "string", "passphrase", "expected a string");
  expect(passphrase === undefined || key !== undefined || pfx !== undefined, "passphrase", "requires key or pfx");
  const isBytes = pfx instanceof Uint8Array && pfx.byteLength > 0;
  expect(pfx === undefined || isBytes || typeof pfx === "function", "pfx", "expected a Uint8Array or a function");
  expect(pfx === undefined || (cert === undefined && key === undefined), "pfx", "cannot be combined with cert and key");
  expect(ca === undefined || (Array.isArray(ca) ? ca.length > 0 && ca.every(isPem) : isPem(ca)), "ca", "expected PEM");
  expect(servername === undefined || isName(servername), "servername", "expected a host name");
  const isCount = Number.isInteger(maxConnections) && (maxConnections ?? 0) > 0;
  expect(maxConnections === undefined || isCount, "maxConnections", "expected an integer from 1");
  for (const [path, value] of Object.entries({ idleTimeoutMs, connectTimeoutMs })) {
    const fits = typeof value === "number" && value > 0 && value <= maxDelayMs;
    expect(value === undefined || fits, path, `expected a number above 0, at most ${maxDelayMs}`);
  }
  if (issues.length === 0) return;
  throw optionsError("nodeFetch", issues);
}

function isAgent(agent: unknown): boolean {
  return isObject(agent) && "destroy" in agent && "freeSockets" in agent;
}

function isPem(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || (value instanceof Uint8Array && value.byteLength > 0);
}

function isName(value: unknown): boolean {
  return typeof value === "string" && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value);
}
