import { basename, resolve } from "node:path";
import type { CallOptions } from "../../core/manager.js";
import { isObject } from "../../core/values.js";
import { readFileIfExists, writeFileAtomically } from "../../node/files.js";
import type { DocumentStore, JsonDocument, StoredDocument, VersionedDocument } from "../types.js";
import { StoreError, versionConflict } from "./errors.js";
import { parseFields, requireValid } from "./fields.js";
import { fileError } from "./file-errors.js";
import { withFileLock } from "./file-lock.js";

const format = "oauth-clients/documents/1";

type Documents = Readonly<Record<string, StoredDocument>>;

/**
 * Stores JSON documents in one file, for a journal in the repository. Processes on one machine can share the file: a write happens under
 * a lock file beside it, replaces the file by a rename, and is on the disk when it resolves.
 *
 * @param path - the file. Its directory must exist
 * @throws {ConfigurationError} `path` is not a path
 * @example
 * ```ts
 * import { fileDocuments } from "oauth-clients/provision";
 *
 * const journal = fileDocuments("oauth-clients.prod.json");
 * ```
 */
export function fileDocuments(path: string): DocumentStore {
  requirePath("fileDocuments", path);
  const file = resolve(path);
  const location = `file ${file}`;
  const enqueue = createQueue();

  async function readAll(operation: string): Promise<Documents> {
    const text = await readFileIfExists(file).catch((error) => fileError(operation, error));
    if (text === undefined) return {};
    const documents = parseDocuments(text);
    if (!documents) {
      const problem = `${file} is not a file of documents (format ${format})`;
      const advice = "Restore the file from a backup or from version control.";
      throw new StoreError({ store: "file", operation, problem, outcome: "not_applied", advice });
    }
    return documents;
  }

  // One writer at a time: the queue orders those of this process, the lock file orders processes.
  function replace(
    operation: string,
    key: string,
    expected: string | undefined,
    next: StoredDocument | undefined,
    options: CallOptions | undefined,
  ): Promise<void> {
    const work = async () => {
      const { [key]: found, ...others } = await readAll(operation);
      if (next === undefined && found === undefined) return;
      if (found?.version !== expected) throw versionConflict(`${location}#${key}`);
      const all = Object.entries({ ...others, ...(next && { [key]: next }) }).sort(([one], [other]) => (one < other ? -1 : 1));
      const text = JSON.stringify({ format, documents: Object.fromEntries(all) }, null, 2);
      await writeFileAtomically(file, `${text}\n`);
    };
    const lock = () => withFileLock(`${file}.lock`, operation, options, work).catch((error) => fileError(operation, error));
    return enqueue(lock);
  }

  const document = (key: string): VersionedDocument => ({
    location: `${location}#${key}`,
    read: async () => (await readAll("read document"))[key],
    async write(content: JsonDocument, expected, options) {
      const version = crypto.randomUUID();
      await replace("write document", key, expected, { version, document: content }, options);
      return version;
    },
    remove: (expected, options) => replace("remove document", key, expected, undefined, options),
  });

  return { location, document, keys: async () => Object.keys(await readAll("list documents")) };
}

/** @throws {ConfigurationError} the value is not the path of a file */
export function requirePath(factory: string, path: unknown): void {
  const valid =
    typeof path === "string" && path !== "" && !path.includes("\0") && basename(path) !== "" && !/[\\/]$/.test(path);
  requireValid(factory, valid ? [] : [{ path: "path", message: "expected the path of a file" }]);
}

function parseDocuments(text: string): Documents | undefined {
  const { format: found, documents } = parseFields(text) ?? {};
  if (found !== format || !isObject(documents)) return undefined;
  const valid = Object.values(documents).every(
    (entry) => isObject(entry) && typeof entry.version === "string" && isObject(entry.document),
  );
  return valid ? (documents as Documents) : undefined;
}

function createQueue(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
