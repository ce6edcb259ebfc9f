import type { ClientCredentials } from "../core/credentials.js";
import { ConfigurationError } from "../core/errors.js";
import type { SecretSink, SecretSinkContext } from "../core/secret-sink.js";
import { loadBuiltin } from "./platform.js";

/** The JSON content of a file of `secretFile`. */
export interface SecretFileContent extends ClientCredentials {
  /** The vendor that issued the secret. */
  readonly vendor: string;
  /** The vendor's id of the client. */
  readonly id: string;
  /** The display name of the client, when it is known. */
  readonly name?: string;
  /** When the secret was stored, in RFC 3339 format. */
  readonly storedAt: string;
}

const ownerOnly = 0o600;

/**
 * Stores secrets in files, for the option `secretSink` of `create` and `rotateSecret`: one file `<vendor>-<id>.json` for each client. A
 * rotation replaces the file.
 *
 * The directory has to exist; writing is tested before the request is sent. A file is readable by its owner only (mode 0600; Windows
 * has no modes). It is written to the disk before the call resolves, and is never incomplete.
 *
 * @param directory - the path of the directory. Every user who can read its files can read the secrets
 * @throws {ConfigurationError} at once, when `directory` is not a path
 */
export function secretFile(directory: string): SecretSink {
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    const message = "expected the path of a directory";
    throw new ConfigurationError({ message: `secretFile: directory: ${message}`, issues: [{ path: "directory", message }] });
  }
  const files = loadBuiltin("node:fs/promises");
  const { join, resolve } = loadBuiltin("node:path");
  // Absolute, because the working directory of the process can change before the secret is written.
  const absoluteDirectory = resolve(directory);
  const temporaryPath = () => join(absoluteDirectory, `.${crypto.randomUUID()}.tmp`);

  async function writeFile(path: string, text: string): Promise<void> {
    // Exclusive: an existing file or link is not written to.
    const file = await files.open(path, "wx", ownerOnly);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async function check(): Promise<void> {
    const path = temporaryPath();
    await writeFile(path, "");
    await files.unlink(path);
  }

  async function writeSecret(credentials: ClientCredentials, context: SecretSinkContext): Promise<void> {
    const path = temporaryPath();
    try {
      await writeFile(path, `${JSON.stringify(toFileContent(credentials, context), null, 2)}\n`);
      await files.rename(path, join(absoluteDirectory, fileName(credentials, context)));
    } catch (error) {
      // The temporary file contains the secret or a part of it.
      await files.rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncDirectory();
  }

  // A new file name is on the disk only after its directory is synced. Windows cannot sync a directory; the file exists anyway.
  async function syncDirectory(): Promise<void> {
    try {
      const opened = await files.open(absoluteDirectory, "r");
      await opened.sync().finally(() => opened.close());
    } catch {}
  }

  return { check, write: writeSecret };
}

function fileName({ clientId }: ClientCredentials, { vendor, id = clientId }: SecretSinkContext): string {
  return `${vendor}-${encodeURIComponent(id).replaceAll("*", "%2A")}.json`;
}

function toFileContent(credentials: ClientCredentials, { vendor, id, name }: SecretSinkContext): SecretFileContent {
  const { clientId, clientSecret, tokenEndpointAuthMethod } = credentials;
  return {
    vendor,
    id: id ?? clientId,
    ...(name === undefined ? {} : { name }),
    clientId,
    clientSecret,
    ...(tokenEndpointAuthMethod === undefined ? {} : { tokenEndpointAuthMethod }),
    storedAt: new Date().toISOString(),
  };
}
