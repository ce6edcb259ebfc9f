import * as z from "zod";
import type { CallOptions } from "../core/manager.js";
import type { Intent, JournalEntry, VersionedDocument } from "./types.js";

const intentSchema = z.object({
  operation: z.enum(["create", "rotate", "finish", "delete"]),
  attemptId: z.string(),
  since: z.string(),
});
const entrySchema = z.object({
  format: z.literal("oauth-clients/journal/1"),
  project: z.string(),
  environment: z.string(),
  key: z.string(),
  provider: z.string(),
  account: z.string(),
  clientId: z.string().optional(),
  attemptId: z.string().optional(),
  issuedAt: z.string().optional(),
  intents: z.array(intentSchema),
  previous: z.object({ clientId: z.string(), attemptId: z.string().optional(), replacedAt: z.string() }).optional(),
  inputVersions: z.record(z.string(), z.string()).optional(),
  fields: z.array(z.string()).optional(),
});

/** The journal entry of one client as it was read. */
export interface JournalState {
  readonly entry: JournalEntry | undefined;
  /** Absent: there is no document. */
  readonly version: string | undefined;
  readonly ageMs?: number | undefined;
}

/**
 * Reads a journal entry.
 * @throws {Error} the document is no journal entry of this version
 */
export async function readJournal(document: VersionedDocument, options: CallOptions | undefined): Promise<JournalState> {
  const stored = await document.read(options);
  if (stored === undefined) return { entry: undefined, version: undefined };
  const parsed = entrySchema.safeParse(stored.document);
  if (!parsed.success)
    throw new Error(`${document.location} is not a journal entry of format oauth-clients/journal/1. Nothing was changed.`);
  return { entry: parsed.data as JournalEntry, version: stored.version, ageMs: stored.ageMs };
}

/** Writes a journal entry over the version that was read. An entry with nothing to remember is removed. */
export async function writeJournal(
  document: VersionedDocument,
  entry: JournalEntry,
  version: string | undefined,
  options: CallOptions | undefined,
): Promise<JournalState> {
  if (entry.clientId === undefined && entry.intents.length === 0) {
    if (version !== undefined) await document.remove(version, options);
    return { entry: undefined, version: undefined };
  }
  return { entry, version: await document.write({ ...entry }, version, options) };
}

/** An intent of now. */
export function createIntent(operation: Intent["operation"], attemptId: string): Intent {
  return { operation, attemptId, since: new Date().toISOString() };
}

/** The attempt ids of the open intents of an operation. */
export function openAttempts(entry: JournalEntry | undefined, operation: Intent["operation"]): string[] {
  return (entry?.intents ?? []).filter((one) => one.operation === operation).map(({ attemptId }) => attemptId);
}
