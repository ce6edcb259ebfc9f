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

/** A change of one document that waits for its turn. */
interface Change {
  readonly operation: string;
  readonly key: string;
  readonly expected: string | undefined;
  readonly next: StoredDocument | undefined;
  readonly options: CallOptions | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

// A file of one client's journal is parsed faster than it is worth to remember.
const shortestRememberedText = 4_096;

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
  const readAll = createReader(file);

  // Changes that wait for the same lock become one write of the file.
  async function writeChanges(operation: string, changes: readonly Change[]): Promise<void> {
    const documents = new Map(Object.entries(await readAll(operation)));
    const applied = changes.filter(({ key, expected, next, reject }) => {
      const found = documents.get(key);
      const isGone = next === undefined && found === undefined;
      if (!isGone && found?.version !== expected) {
        reject(versionConflict(`${location}#${key}`));
        return false;
      }
      if (next === undefined) documents.delete(key);
      else documents.set(key, next);
      return !isGone;
    });
    if (applied.length === 0) return;
    const all = [...documents].sort(([one], [other]) => (one < other ? -1 : 1));
    await writeFileAtomically(file, `${JSON.stringify({ format, documents: Object.fromEntries(all) }, null, 2)}\n`);
  }

  const change = createQueue(`${file}.lock`, writeChanges);
  const document = (key: string): VersionedDocument => ({
    location: `${location}#${key}`,
    read: async () => (await readAll("read document"))[key],
    async write(content: JsonDocument, expected, options) {
      const version = crypto.randomUUID();
      await change({ operation: "write document", key, expected, next: { version, document: content }, options });
      return version;
    },
    remove: (expected, options) => change({ operation: "remove document", key, expected, next: undefined, options }),
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

function createReader(file: string): (operation: string) => Promise<Documents> {
  let remembered: { readonly text: string; readonly documents: Documents } | undefined;
  return async (operation) => {
    const text = await readFileIfExists(file).catch((error) => fileError(operation, error));
    if (text === undefined) return {};
    if (text === remembered?.text) return remembered.documents;
    const documents = parseDocuments(text);
    if (!documents) {
      const problem = `${file} is not a file of documents (format ${format})`;
      const advice = "Restore the file from a backup or from version control.";
      throw new StoreError({ store: "file", operation, problem, outcome: "not_applied", advice });
    }
    remembered = text.length < shortestRememberedText ? undefined : { text, documents };
    return documents;
  };
}

// One writer at a time: this queue orders the changes of this process, the lock file orders processes.
function createQueue(
  lock: string,
  write: (operation: string, changes: readonly Change[]) => Promise<void>,
): (change: Omit<Change, "resolve" | "reject">) => Promise<void> {
  const waiting: Change[] = [];
  let isWriting = false;

  async function writeWaiting(): Promise<void> {
    isWriting = true;
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      const { operation, options } = first;
      const end = waiting.findIndex((one) => one.operation !== operation || one.options !== options);
      const changes = waiting.splice(0, end === -1 ? waiting.length : end);
      try {
        await withFileLock(lock, operation, options, () => write(operation, changes));
        for (const { resolve } of changes) resolve();
      } catch (error) {
        for (const { reject } of changes) reject(error);
      }
    }
    isWriting = false;
  }

  return (change) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ ...change, resolve, reject });
      if (!isWriting) void writeWaiting();
    }).catch((error) => fileError(change.operation, error));
}
