import type { ClientCredentials } from "../core/credentials.js";
import { ConfigurationError } from "../core/errors.js";
import type { SecretSink, SecretSinkContext } from "../core/secret-sink.js";
import { loadBuiltin } from "./platform.js";

/** What a file of `secretFile` holds, as JSON. */
export interface SecretFileContent extends ClientCredentials {
  /** The vendor that issued the secret. */
  readonly vendor: string;
  /** The vendor's handle for the client. */
  readonly id: string;
  /** The client's name for people, where it is known. */
  readonly name?: string;
  /** When the secret was stored, in the notation of RFC 3339. */
  readonly storedAt: string;
}

const ownerOnly = 0o600;

/**
 * Stores issued secrets as files, for the option `secretSink` of `create` and `rotateSecret`: one `<vendor>-<id>.json` a client, which
 * a rotation replaces.
 *
 * The directory has to exist and is tried before the vendor is asked. A file is readable by its owner alone (mode 0600; Windows has
 * no modes), reaches the disk before the call resolves, and appears whole or not at all.
 *
 * @param directory - its path. Whoever can read it can read the secrets
 * @throws {ConfigurationError} at once, when `directory` is no path
 */
export function secretFile(directory: string): SecretSink {
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    const message = "expected the path of a directory";
    throw new ConfigurationError({ message: `secretFile: directory: ${message}`, issues: [{ path: "directory", message }] });
  }
  const files = loadBuiltin("node:fs/promises");
  const { join, resolve } = loadBuiltin("node:path");
  // Where it is now: a program that goes elsewhere while the vendor answers must not take the secret along.
  const place = resolve(directory);
  const fresh = () => join(place, `.${crypto.randomUUID()}.tmp`);

  async function write(path: string, text: string): Promise<void> {
    // Exclusively: a file that is there already, or a link that somebody has laid, is not written to.
    const file = await files.open(path, "wx", ownerOnly);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async function prepare(): Promise<void> {
    const path = fresh();
    await write(path, "");
    await files.unlink(path);
  }

  async function store(credentials: ClientCredentials, occasion: SecretSinkContext): Promise<void> {
    const path = fresh();
    try {
      await write(path, `${JSON.stringify(describe(credentials, occasion), null, 2)}\n`);
      await files.rename(path, join(place, nameFile(credentials, occasion)));
    } catch (error) {
      // What was written so far holds the secret, or a part of it.
      await files.rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncPlace();
  }

  // The file's name is on the disk only with its directory. Where a platform cannot do that, such as Windows, the file is there all
  // the same.
  async function syncPlace(): Promise<void> {
    try {
      const opened = await files.open(place, "r");
      await opened.sync().finally(() => opened.close());
    } catch {}
  }

  return { check: prepare, write: store };
}

function nameFile({ clientId }: ClientCredentials, { vendor, id = clientId }: SecretSinkContext): string {
  return `${vendor}-${encodeURIComponent(id).replaceAll("*", "%2A")}.json`;
}

function describe(credentials: ClientCredentials, { vendor, id, name }: SecretSinkContext): SecretFileContent {
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
