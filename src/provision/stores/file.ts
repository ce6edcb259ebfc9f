import { dirname, resolve } from "node:path";
import { checkWritable, findStaleFiles, readFileIfExists, removeFile, writeFileAtomically } from "../../node/files.js";
import type { SecretStore } from "../types.js";
import { parseDotenv, writeDotenv } from "./dotenv.js";
import { StoreError } from "./errors.js";
import { consumerDocument, type Fields, parseFields, requireValid, type SecretKeys } from "./fields.js";
import { fileDocuments, requirePath } from "./file-documents.js";
import { fileError } from "./file-errors.js";
import { createSlotStore, type SlotDocument } from "./slots.js";

/** Options of `fileStore`. */
export interface FileStoreOptions {
  /** The file that consumers read. Its directory must exist. */
  readonly path: string;
  /**
   * How the file is written.
   * @default "dotenv" for a name that is or ends in `.env`, otherwise "json"
   */
  readonly format?: "json" | "dotenv";
  /** The names in the file. */
  readonly keys?: SecretKeys;
}

/** A secret store of files, with a search for the remains of interrupted writes. */
export interface FileStore extends SecretStore {
  /** Temporary files that an interrupted write left in the directory. They can hold secrets. Delete them. */
  readonly staleFiles: () => Promise<readonly string[]>;
}

// Room that `check` tries to use: a secret, its document and the journal.
const reservedBytes = 16_384;

interface Format {
  readonly write: (fields: Readonly<Record<string, string>>) => string;
  readonly parse: (text: string) => Fields | undefined;
}

const formats: Readonly<Record<"json" | "dotenv", Format>> = {
  json: { write: (fields) => `${JSON.stringify(fields, null, 2)}\n`, parse: parseFields },
  dotenv: { write: writeDotenv, parse: parseDotenv },
};

/**
 * Stores the secret of one client in a file, as JSON or dotenv. `<path>.next` has the staged secret and `<path>.journal` the journal.
 *
 * Files have mode 0600, are replaced by a rename, and are on the disk when a call resolves: no reader sees a part of one. The store
 * refuses a file that holds other settings.
 *
 * @throws {ConfigurationError} an option is invalid
 * @example
 * ```ts
 * import { fileStore } from "oauth-clients/provision";
 *
 * const secretStore = fileStore({ path: "/run/secrets/report.env", keys: { clientId: "REPORT_ID", clientSecret: "REPORT_SECRET" } });
 * ```
 */
export function fileStore(options: FileStoreOptions): FileStore {
  const { path, format = /(^|[\\/.])env$|\.env$/i.test(String(path)) ? "dotenv" : "json" } = options;
  requirePath("fileStore", path);
  requireValid("fileStore", Object.hasOwn(formats, format) ? [] : [{ path: "format", message: "expected json or dotenv" }]);
  const keys = consumerDocument("fileStore", options.keys);
  const file = resolve(path);
  const location = `file ${file}`;
  const current = slotFile(file, formats[format]);

  async function check(): Promise<void> {
    const operation = "check store";
    await checkWritable(dirname(file), reservedBytes, file).catch((error) => fileError(operation, error));
    const foreign = keys.foreign((await current.read()) ?? {});
    if (foreign.length === 0) return;
    const problem = `${file} has other settings (${foreign.slice(0, 5).join(", ")})`;
    const advice = "Use a file that holds this secret only.";
    throw new StoreError({ store: "file", operation, problem, outcome: "not_applied", advice });
  }

  const parts = {
    location,
    keys,
    current,
    next: slotFile(`${file}.next`, formats.json),
    journal: { ...fileDocuments(`${file}.journal`).document("journal"), location: `${location}.journal` },
    check,
  };
  return { ...createSlotStore(parts), staleFiles: () => findStaleFiles(dirname(file)) };
}

function slotFile(file: string, { write, parse }: Format): SlotDocument {
  return {
    async read() {
      const text = await readFileIfExists(file).catch((error) => fileError("read secret", error));
      const fields = text === undefined ? undefined : parse(text);
      if (text === undefined || fields) return fields;
      const problem = `${file} is not in the format of this store`;
      const advice = "Move the file away, or correct the format in the configuration.";
      throw new StoreError({ store: "file", operation: "read secret", problem, outcome: "not_applied", advice });
    },
    write: (fields) =>
      writeFileAtomically(file, write(fields as Record<string, string>)).catch((error) => fileError("write secret", error)),
    remove: () => removeFile(file).catch((error) => fileError("remove secret", error)),
  };
}
