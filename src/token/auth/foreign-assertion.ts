import type { ClientAuthentication } from "../../core/credentials.js";
import { ConfigurationError } from "../../core/errors.js";
import { isObject } from "../../core/values.js";
import { findIssues, functionProblem, throwIfIssues, toIssues } from "../checks.js";
import { assertionTypePrefix, oneOf, optional, text } from "./assertion.js";

/** Options of `clientAssertion`: either `file` or `read`. */
export interface ClientAssertionOptions {
  /**
   * The path of a file with the assertion, for example a projected Kubernetes token. It is read again for each request, because such
   * files are replaced before the token in them expires. Needs Node, Bun or Deno.
   */
  readonly file?: string;
  /** Returns the assertion. It is called for each request. */
  readonly read?: () => string | Promise<string>;
  /**
   * Whether `client_id` is sent too. Some servers find the client by the assertion alone and refuse it.
   * @default true
   */
  readonly sendClientId?: boolean;
  /**
   * The end of `client_assertion_type`. Servers that implement OAuth SPIFFE Client Authentication require `"jwt-spiffe"`.
   * @default "jwt-bearer"
   */
  readonly assertionType?: "jwt-bearer" | "jwt-spiffe";
  /**
   * The current time in milliseconds since 1970, for machines with a wrong clock.
   * @default () => Date.now()
   */
  readonly now?: () => number;
}

/**
 * Authenticates with an assertion that another party has signed (workload identity): a projected Kubernetes token, an OIDC token of
 * GitHub Actions, a SPIFFE JWT-SVID, an identity token of a cloud. The assertion is a JWT. Its signature is not verified here; its
 * expiry is checked before it is sent.
 *
 * A cache or a shared store distinguishes clients by the path of `file`, and by identity with `read`.
 *
 * @throws {ConfigurationError} at once, when an option is invalid. From a token request, before it is sent: the assertion cannot be
 * read, is missing, empty, not a JWT, or expired. The message names the file and the reason, never the assertion
 * @see RFC 7521 section 4.2, RFC 7523 section 2.2
 * @example
 * ```ts
 * import { clientAssertion } from "oauth-clients/token/auth";
 *
 * const clientAuthentication = clientAssertion({ file: "/var/run/secrets/tokens/login" });
 * ```
 */
export function clientAssertion(options: ClientAssertionOptions): ClientAuthentication {
  throwIfIssues(
    findIssues(options, {
      file: optional(text),
      read: (value, path) =>
        (value === undefined) === (isObject(options) && options.file !== undefined)
          ? functionProblem(value, path)
          : "expected either file or read",
      sendClientId: (value) => (value === undefined || typeof value === "boolean" ? undefined : "expected a boolean"),
      assertionType: optional(oneOf(["jwt-bearer", "jwt-spiffe"])),
      now: functionProblem,
    }),
  );
  const { file, read, sendClientId = true, assertionType = "jwt-bearer", now = () => Date.now() } = options;
  return {
    method: "private_key_jwt",
    async authenticate({ clientId }) {
      const assertion = validate(file === undefined ? await read?.() : await readFile(file), file, now());
      return {
        parameters: {
          ...(sendClientId && { client_id: clientId }),
          client_assertion_type: assertionTypePrefix + assertionType,
          client_assertion: assertion,
        },
        secrets: [assertion],
      };
    },
    ...(file !== undefined && { fingerprint: (digest) => digest(`file ${file}`) }),
  };
}

// Servers accept less. A wrong path can name a log, or a device that never ends.
const maxLength = 65_536;

/** A file of `node:fs/promises`. */
interface OpenFile {
  readonly read: (into: Uint8Array, offset: number, length: number) => Promise<{ readonly bytesRead: number }>;
}

async function readBytes(file: OpenFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(maxLength + 1);
  let size = 0;
  // One read can return a part of a file.
  for (let count = -1; count !== 0 && size < bytes.length; size += count) {
    count = (await file.read(bytes, size, bytes.length - size)).bytesRead;
  }
  return bytes.subarray(0, size);
}

async function readFile(path: string): Promise<string> {
  const files = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (!files) throw assertionError(path, "this runtime has no files, use read");
  const read = async () => {
    // Opening a pipe without a writer would block a thread of the process for ever.
    if ((await files.stat(path)).isFIFO()) return undefined;
    const file = await files.open(path);
    const bytes = await readBytes(file).finally(() => file.close());
    return new TextDecoder().decode(bytes);
  };
  const content = await read().catch((error: unknown) => {
    const code = isObject(error) && typeof error.code === "string" ? error.code : "unknown error";
    throw assertionError(path, code === "ENOENT" ? "does not exist (ENOENT)" : `cannot be read (${code})`);
  });
  if (content === undefined) throw assertionError(path, "is a pipe, use read");
  return content;
}

/** The assertion without white space at its ends. */
function validate(value: unknown, file: string | undefined, now: number): string {
  if (typeof value !== "string") throw assertionError(file, "expected a string");
  if (value.length > maxLength) throw assertionError(file, `is longer than ${maxLength} characters`);
  const assertion = value.trim();
  if (assertion === "") throw assertionError(file, "is empty");
  const claims = readClaims(assertion);
  if (!claims) throw assertionError(file, "is not a signed JWT");
  if (typeof claims.exp === "number" && claims.exp * 1_000 <= now) {
    const expiredAt = new Date(Math.max(0, Math.min(claims.exp * 1_000, now))).toISOString();
    throw assertionError(file, `has expired at ${expiredAt}; check what replaces it, and the clock of this machine`);
  }
  return assertion;
}

/** The claims of a JWT in the compact serialization. `undefined` for anything else. */
function readClaims(assertion: string): Record<string, unknown> | undefined {
  const [, payload = ""] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(assertion) ?? [];
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

function assertionError(file: string | undefined, reason: string): ConfigurationError {
  const path = file === undefined ? "read" : "file";
  const message = file === undefined ? `the assertion ${reason}` : `${file} ${reason}`;
  const issues = toIssues(path, message);
  return new ConfigurationError({ message: `clientAssertion: ${path}: ${message}`, issues });
}
