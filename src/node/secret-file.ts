import type { ClientCredentials } from "../core/credentials.js";
import { ConfigurationError } from "../core/errors.js";
import type { SecretSink, SecretSinkContext } from "../core/secret-sink.js";
import { checkWritable, findStaleFiles, readFileIfExists, removeFile, writeFileAtomically } from "./files.js";
import { loadBuiltin } from "./platform.js";

/** The content of a file of `secretFile`, as JSON. */
export interface SecretFileContent extends ClientCredentials {
  /** The vendor that issued the secret. */
  readonly vendor: string;
  /** The server that the client belongs to, where the manager names it. */
  readonly server?: string;
  /** The vendor's id of the client. */
  readonly id: string;
  /** The client's name for people, where it is known. */
  readonly name?: string;
  /** When the secret was stored, RFC 3339. */
  readonly storedAt: string;
}

/** The secret sink of a directory. */
export interface SecretFileSink extends SecretSink {
  readonly check: (context: SecretSinkContext) => Promise<void>;
  readonly write: (credentials: ClientCredentials, context: SecretSinkContext) => Promise<void>;
  /** Removes the file of a client, after the client was deleted. A file that does not exist is not an error. */
  readonly remove: (client: Pick<SecretSinkContext, "vendor" | "server"> & { readonly id: string }) => Promise<void>;
  /** Temporary files that an interrupted write left in the directory. They can hold secrets. Delete them. */
  readonly staleFiles: () => Promise<readonly string[]>;
}

// Room that `check` tries to use besides the known fields: a secret, an id and the names of the fields.
const reservedBytes = 4_096;

// The limit of common file systems, in bytes.
const longestName = 255;

/**
 * Stores issued secrets as files, for the option `secretSink` of `create` and `rotateSecret`: one file for each client,
 * `<vendor>-<id>@<server>.json`, or a hash in place of an id that is too long for a file name. A rotation replaces the file and keeps
 * the client's name.
 *
 * The directory must exist. Before a request is sent, `check` proves that the directory takes a file of that size, and, where the id is
 * known, that the path is free or a file. Files have mode 0600 (Windows has no modes), are replaced by a rename, and are on the disk
 * when a call resolves.
 *
 * @param directory - the path of the directory. A user who can read it can read the secrets
 * @throws {ConfigurationError} `directory` is not a path
 */
export function secretFile(directory: string): SecretFileSink {
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    const message = "expected the path of a directory";
    throw new ConfigurationError({ message: `secretFile: directory: ${message}`, issues: [{ path: "directory", message }] });
  }
  const { join, resolve } = loadBuiltin("node:path");
  // Resolved now: a later change of the working directory must not move the files.
  const folder = resolve(directory);
  const pathOf = (vendor: string, id: string, server?: string) => join(folder, nameFile(vendor, id, server));

  return {
    async check({ vendor, server, id, name = "" }) {
      const bytes = reservedBytes + new TextEncoder().encode(JSON.stringify([id, server, name])).length;
      await checkWritable(folder, bytes, id === undefined ? undefined : pathOf(vendor, id, server));
    },
    async write(credentials, { vendor, server, id = credentials.clientId, name }) {
      const { clientId, clientSecret, tokenEndpointAuthMethod } = credentials;
      const path = pathOf(vendor, id, server);
      const knownName = name ?? (await readName(path));
      const content: SecretFileContent = {
        vendor,
        ...(server === undefined ? {} : { server }),
        id,
        ...(knownName === undefined ? {} : { name: knownName }),
        clientId,
        clientSecret,
        ...(tokenEndpointAuthMethod === undefined ? {} : { tokenEndpointAuthMethod }),
        storedAt: new Date().toISOString(),
      };
      await writeFileAtomically(path, `${JSON.stringify(content, null, 2)}\n`);
    },
    remove: ({ vendor, id, server }) => removeFile(pathOf(vendor, id, server)),
    staleFiles: () => findStaleFiles(folder),
  };
}

// A sign that is never part of an encoded id separates the parts.
function nameFile(vendor: string, id: string, server: string | undefined): string {
  const encode = (text: string) => encodeURIComponent(text).replaceAll("*", "%2A");
  const origin = server === undefined ? "" : `@${encode(server.replace(/^https?:\/\//, ""))}`;
  const name = `${vendor}-${encode(id)}${origin}.json`;
  if (name.length <= longestName) return name;
  const hash = loadBuiltin("node:crypto")
    .createHash("sha256")
    .update(JSON.stringify([id, server]))
    .digest("hex");
  return `${vendor}-@sha256-${hash}.json`;
}

// The name in the file that a rotation replaces. A file that cannot be read must not prevent the write.
async function readName(path: string): Promise<string | undefined> {
  try {
    const { name } = JSON.parse((await readFileIfExists(path)) ?? "{}");
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
