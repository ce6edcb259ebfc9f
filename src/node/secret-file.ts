import type { ClientCredentials } from "../core/credentials.js";
import type { PendingSecret, SecretSink, SecretSinkContext } from "../core/secret-sink.js";
import { ifDefined } from "../core/values.js";
import { optionsError } from "./errors.js";
import {
  checkWritable,
  findFiles,
  findStaleFiles,
  readFileIfExists,
  removeFile,
  truncateFile,
  writeFileAtomically,
} from "./files.js";
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

/** The content of a pending file of `secretFile`, as JSON. It says what to look for at the vendor. */
export interface PendingSecretFileContent extends Partial<Omit<SecretFileContent, "vendor" | "storedAt">> {
  /** The vendor that the request was sent to. */
  readonly vendor: string;
  /** The operation, in words: `create client`. */
  readonly operation: string;
  /** The account, project or region of the client, as far as the manager knows it. */
  readonly account?: string;
  /** When the file was written, immediately before the request, RFC 3339. */
  readonly since: string;
}

/** The secret sink of a directory. */
export interface SecretFileSink extends SecretSink {
  readonly check: (context: SecretSinkContext) => Promise<void>;
  readonly write: (credentials: ClientCredentials, context: SecretSinkContext) => Promise<void>;
  readonly writePending: (pending: PendingSecret, context: SecretSinkContext) => Promise<void>;
  readonly removePending: (context: SecretSinkContext) => Promise<void>;
  /** Removes the files of a client, after the client was deleted. A file that does not exist is not an error. */
  readonly remove: (client: Pick<SecretSinkContext, "vendor" | "server"> & { readonly id: string }) => Promise<void>;
  /**
   * The pending files of calls that ended without a result, and of calls in progress. Each has the secret that the library generated, which
   * can be valid, or the name of a client that can exist. Compare it with the vendor, store what is valid, and delete the file.
   */
  readonly pendingFiles: () => Promise<readonly string[]>;
  /** Temporary files that an interrupted write left in the directory. They can hold secrets. Delete them. */
  readonly staleFiles: () => Promise<readonly string[]>;
}

// Room that `check` and pending files use besides the known fields: a secret, an id and the names of the fields.
const reservedBytes = 4_096;

const pendingEnding = ".pending";

// The limit of common file systems, in bytes.
const longestName = 255;

/**
 * Stores issued secrets as files, for the option `secretSink` of `create` and `rotateSecret`: one file for each client,
 * `<vendor>-<id>@<server>.json`, or a hash in place of an id that is too long for a file name. A rotation replaces the file and keeps
 * the client's name.
 *
 * The directory must exist. Before a request is sent, `check` proves that the directory takes a file of that size, and, where the id is
 * known, that the path is free or a file. A pending file, `<vendor>-<attempt id>.pending`, then reserves the space. It has the secret
 * where the library generates it, so a process that is killed loses none, and it is removed when the secret is stored. Files have mode
 * 0600 (Windows has no modes), are replaced by a rename, and are on the disk when a call resolves.
 *
 * @param directory - the path of the directory. A user who can read it can read the secrets
 * @throws {ConfigurationError} `directory` is not a path
 * @example
 * ```ts
 * import { secretFile } from "oauth-clients/node";
 * import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
 *
 * const ory = createOryManager(oryOptionsFromEnv(process.env));
 * await ory.create({ name: "Report" }, { secretSink: secretFile("/run/secrets/clients") });
 * ```
 */
export function secretFile(directory: string): SecretFileSink {
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    throw optionsError("secretFile", [{ path: "directory", message: "expected the path of a directory" }]);
  }
  const { join, resolve } = loadBuiltin("node:path");
  // Resolved now: a later change of the working directory must not move the files.
  const folder = resolve(directory);
  const pathOf = (vendor: string, id: string, server?: string) => join(folder, nameFile(vendor, id, server));
  const pendingPath = ({ vendor, attemptId = "" }: SecretSinkContext) =>
    join(folder, `${vendor}-${encode(attemptId)}${pendingEnding}`);
  const pendingFiles = () => findFiles(folder, (name) => name.endsWith(pendingEnding));

  return {
    async check({ vendor, server, id, name }) {
      const bytes = reservedBytes + new TextEncoder().encode(JSON.stringify([id, server, name])).length;
      await checkWritable(folder, bytes, id && pathOf(vendor, id, server));
    },
    async writePending({ credentials, since }, context) {
      const { attemptId: _, id = credentials?.clientId, ...facts } = context;
      const content: PendingSecretFileContent = { ...facts, ...ifDefined("id", id), ...credentials, since };
      // The space after the JSON is released when the secret is stored.
      await writeFileAtomically(pendingPath(context), `${serialize(content)}${" ".repeat(reservedBytes)}`);
    },
    removePending: (context) => removeFile(pendingPath(context)),
    async write(credentials, context) {
      const { vendor, server, id = credentials.clientId, name } = context;
      const { clientId, clientSecret, tokenEndpointAuthMethod } = credentials;
      const path = pathOf(vendor, id, server);
      const content: SecretFileContent = {
        vendor,
        ...ifDefined("server", server),
        id,
        ...ifDefined("name", name ?? (await readContent(path)).name),
        clientId,
        clientSecret,
        ...ifDefined("tokenEndpointAuthMethod", tokenEndpointAuthMethod),
        storedAt: new Date().toISOString(),
      };
      const text = serialize(content);
      if (context.attemptId === undefined) return writeFileAtomically(path, text);
      const pending = pendingPath(context);
      await truncateFile(pending, reservedBytes).catch(ignore);
      await writeFileAtomically(path, text);
      await removeFile(pending).catch(ignore);
    },
    async remove({ vendor, id, server }) {
      for (const path of await pendingFiles()) {
        const pending = await readContent(path);
        if (pending.vendor === vendor && pending.id === id && pending.server === server) await removeFile(path);
      }
      await removeFile(pathOf(vendor, id, server));
    },
    pendingFiles,
    staleFiles: () => findStaleFiles(folder),
  };
}

// An error here must not prevent that the secret is stored, or must not hide that it is.
function ignore(): void {}

function serialize(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("*", "%2A");
}

// A sign that is never part of an encoded id separates the parts.
function nameFile(vendor: string, id: string, server: string | undefined): string {
  const origin = server === undefined ? "" : `@${encode(server.replace(/^https?:\/\//, ""))}`;
  const name = `${vendor}-${encode(id)}${origin}.json`;
  if (name.length <= longestName) return name;
  const hash = loadBuiltin("node:crypto")
    .createHash("sha256")
    .update(JSON.stringify([id, server]))
    .digest("hex");
  return `${vendor}-@sha256-${hash}.json`;
}

// A file that cannot be read must not prevent the write of another one.
async function readContent(path: string): Promise<Readonly<Partial<Record<keyof SecretFileContent, string>>>> {
  try {
    const content: object = Object(JSON.parse(String(await readFileIfExists(path))));
    return Object.fromEntries(Object.entries(content).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}
