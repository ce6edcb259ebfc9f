import { VersionConflictError } from "../../src/provision/errors.js";
import type { DocumentStore, JsonDocument, SecretRecord, SecretStore, VersionedDocument } from "../../src/provision/types.js";

/** Called before and after each write of a store. It may throw: the store then fails as a real one would. */
export type StoreHook = (operation: string, moment: "before" | "after") => void | Promise<void>;

/** A document in memory. Its versions count as old, so that no test waits for the settle time, unless `ageMs` returns something else. */
export function memoryDocument(
  location: string,
  hook: StoreHook = () => {},
  ageMs: () => number | undefined = () => 86_400_000,
) {
  let state: { document: JsonDocument; version: number } | undefined;
  let versions = 0;
  const age = () => {
    const ms = ageMs();
    return ms === undefined ? {} : { ageMs: ms };
  };
  const expect = (version: string | undefined) => {
    if ((state === undefined ? undefined : String(state.version)) !== version)
      throw new VersionConflictError(`${location}: another version is stored`);
  };
  const write = async <T>(operation: string, act: () => T): Promise<T> => {
    await hook(operation, "before");
    const value = act();
    await hook(operation, "after");
    return value;
  };
  const document: VersionedDocument = {
    location,
    read: async () =>
      state === undefined
        ? undefined
        : {
            document: structuredClone(state.document),
            version: String(state.version),
            ...age(),
          },
    write: (next, version) =>
      write("write journal", () => {
        expect(version);
        state = { document: structuredClone(next), version: ++versions };
        return String(versions);
      }),
    remove: (version) =>
      write("remove journal", () => {
        if (state === undefined) return;
        expect(version);
        state = undefined;
      }),
  };
  return { ...document, content: () => state?.document };
}

/** A document store in memory. */
export function memoryDocuments(
  hook?: StoreHook,
  ageMs?: () => number | undefined,
): DocumentStore & { readonly content: () => Record<string, unknown> } {
  const documents = new Map<string, ReturnType<typeof memoryDocument>>();
  const document = (key: string) => {
    const known = documents.get(key) ?? memoryDocument(`memory ${key}`, hook, ageMs);
    documents.set(key, known);
    return known;
  };
  const filled = () => [...documents].filter(([, one]) => one.content() !== undefined);
  return {
    location: "memory",
    document,
    keys: async () => filled().map(([key]) => key),
    content: () => Object.fromEntries(filled().map(([key, one]) => [key, one.content()])),
  };
}

/** A secret store in memory, with what consumers would read. */
export interface MemoryStore extends SecretStore {
  readonly current: () => { readonly CLIENT_ID: string; readonly CLIENT_SECRET: string } | undefined;
  readonly next: () => SecretRecord | undefined;
  readonly entry: () => JsonDocument | undefined;
  /** Every document that consumers could have read, in order. */
  readonly history: readonly { readonly CLIENT_ID: string; readonly CLIENT_SECRET: string }[];
  /** Empties all of it, as an outage or a wrong path would. */
  readonly clear: (what?: "all" | "secrets") => Promise<void>;
}

/** Makes a secret store in memory. */
export function memoryStore(name: string, hook: StoreHook = () => {}, ageMs?: () => number | undefined): MemoryStore {
  const journal = memoryDocument(`memory ${name}.journal`, hook, ageMs);
  let current: SecretRecord | undefined;
  let next: SecretRecord | undefined;
  const history: { CLIENT_ID: string; CLIENT_SECRET: string }[] = [];
  const shown = (record: SecretRecord | undefined) =>
    record && { CLIENT_ID: record.credentials.clientId, CLIENT_SECRET: record.credentials.clientSecret };
  const makeCurrent = (record: SecretRecord) => {
    current = record;
    const document = shown(record);
    if (document) history.push(document);
  };
  const change = async (operation: string, act: () => void) => {
    await hook(operation, "before");
    act();
    await hook(operation, "after");
  };
  return {
    location: `memory ${name}`,
    journal,
    check: () => hook("check", "before"),
    write: (credentials) => change("write", () => makeCurrent({ credentials, attemptId: "", issuedAt: "" })),
    stage: (secret) =>
      change("stage", () => {
        next = structuredClone(secret);
      }),
    promote: (attemptId) =>
      change("promote", () => {
        if (next?.attemptId !== attemptId) throw new VersionConflictError(`${name}: another secret is staged`);
        makeCurrent(next);
      }),
    unstage: () =>
      change("unstage", () => {
        next = undefined;
      }),
    status: async () => ({
      ...(current === undefined ? {} : { current: { clientId: current.credentials.clientId } }),
      ...(next === undefined ? {} : { next: { clientId: next.credentials.clientId, attemptId: next.attemptId } }),
    }),
    read: async (slot) => {
      const record = slot === "current" ? current && { ...current, attemptId: "", issuedAt: "" } : next;
      return structuredClone(record);
    },
    remove: () =>
      change("remove", () => {
        current = undefined;
        next = undefined;
      }),
    current: () => shown(current),
    next: () => next,
    entry: () => journal.content(),
    history,
    clear: async (what = "all") => {
      current = undefined;
      next = undefined;
      const stored = await journal.read();
      if (what === "all" && stored !== undefined) await journal.remove(stored.version);
    },
  };
}
