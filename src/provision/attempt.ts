import { race, sleep, startTimer } from "../core/abort.js";
import type { ClientCredentials } from "../core/credentials.js";
import { isOAuthClientsError, type SecretStorageError } from "../core/errors.js";
import type { SecretOptions, SecretSink, SecretSinkContext } from "../core/secret-sink.js";
import { withGuard } from "./guard.js";
import { createIntent, type JournalState, openAttempts, writeJournal } from "./journal.js";
import { createAttemptId } from "./marker.js";
import type { Seen, Subject } from "./observe.js";
import type { Run } from "./run.js";
import type { RunStep } from "./run-types.js";
import type { DeclaredClient, Intent, JournalEntry, Marker, ObservedClient, SecretRecord } from "./types.js";
import { verifySecret } from "./verify.js";

/** What a run remembers about one client between two observations. */
export interface Memory {
  /** The client that this run has created. */
  knownId?: string | undefined;
  /** Whether a listing of the run is older than a change of this client. */
  fresh: boolean;
  /** Secrets of this run by attempt id. */
  readonly secrets: Map<string, SecretRecord>;
  /** Whether something was changed at the vendor or in a store. */
  changed: boolean;
}

/** What a step works on. */
export interface Work<Observed extends Seen = Seen> {
  readonly run: Run;
  readonly subject: Subject;
  readonly seen: Observed;
  readonly memory: Memory;
}

/** A secret exists, no store has it, and it could not be revoked. */
export class SecretNotStoredError extends Error {
  /** The vendor's id of the client. */
  readonly id: string;

  constructor(id: string, message: string) {
    super(message);
    this.id = id;
  }

  override get name(): string {
    return "SecretNotStoredError";
  }
}

/** Another run has taken over the intent of this run. Nothing more was sent. */
export class ClaimLostError extends Error {
  override get name(): string {
    return "ClaimLostError";
  }
}

/** An intent that this run has written, and the entry that holds it. */
export interface Claim {
  readonly attemptId: string;
  readonly marker: Marker;
  readonly journal: JournalState;
  /** @throws {ClaimLostError} another run may have taken over */
  readonly guard: () => Promise<void>;
  /** Sends nothing more when another run may have taken over. */
  readonly guarded: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Changes of a journal entry. A field that is undefined is removed. */
type EntryChanges = { readonly [Field in keyof JournalEntry]?: JournalEntry[Field] | undefined };

/** Writes the changed entry of a subject, and removes the entry under its former key. An entry without a change is not written. */
export async function saveEntry(
  run: Run,
  { key, provider, journal, formerJournal }: Subject,
  account: string,
  { entry, version }: JournalState,
  changes: EntryChanges,
): Promise<JournalState> {
  const { project, environment } = run.configuration;
  const facts = { format: "oauth-clients/journal/1", project, environment, key, provider: provider.name, account } as const;
  const text = JSON.stringify({ ...entry, intents: entry?.intents ?? [], ...facts, ...changes });
  if (version !== undefined && text === JSON.stringify(entry)) return { entry, version };
  const saved = await writeJournal(journal, JSON.parse(text) as JournalEntry, version, run.call);
  const former = version === undefined ? await formerJournal?.read(run.call) : undefined;
  if (former !== undefined) await formerJournal?.remove(former.version, run.call);
  return saved;
}

/** Writes an intent with a fresh attempt id before anything is sent to the vendor. */
export async function claimAttempt({ run, subject, seen }: Work, operation: Intent["operation"]): Promise<Claim> {
  const { journal } = seen;
  const attemptId = createAttemptId();
  run.ownAttempts.add(attemptId);
  const intents = [...(journal.entry?.intents ?? []), createIntent(operation, attemptId)];
  const startedAt = { monotonic: performance.now(), wall: Date.now() };
  const saved = await run.step(subject.key, "claim", () => saveEntry(run, subject, seen.account, journal, { intents }));
  const { project, environment } = run.configuration;
  const ageMs = () => Math.max(performance.now() - startedAt.monotonic, Date.now() - startedAt.wall);
  // An owner that was suspended must find out before it sends. A young claim cannot have been taken over: that takes the settle time.
  const guard = async () => {
    if (ageMs() < run.settleMs / 3) return;
    const current = await subject.journal.read(run.call);
    if (current?.version !== saved.version || ageMs() >= run.settleMs)
      throw new ClaimLostError(`${subject.key}: another run has taken over this client. Nothing more was sent.`);
  };
  return {
    attemptId,
    marker: { project, environment, key: subject.key, attemptId },
    journal: saved,
    guard,
    guarded: (work) => guardCall(guard, work),
  };
}

// A manager would repeat a request whose `fetch` rejects, so the reason is remembered and thrown instead of the manager's error.
async function guardCall<T>(guard: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let lost: unknown;
  try {
    return await withGuard(async () => {
      if (lost === undefined)
        await guard().catch((error: unknown) => {
          lost = error;
        });
      if (lost !== undefined) throw lost;
    }, work);
  } catch (error) {
    throw lost ?? error;
  }
}

/** The sink that a client's new secret goes to first, without a fallible step in between. */
function stagingSink({ run, subject, memory }: Work, claim: Claim) {
  const { store, declared } = subject;
  const { attemptId } = claim;
  const own = declared?.policy.secretStore;
  let writing: Promise<void> | undefined;
  const write = async (credentials: ClientCredentials, context: SecretSinkContext) => {
    const record: SecretRecord = { credentials, attemptId, issuedAt: new Date().toISOString() };
    memory.secrets.set(attemptId, record);
    if (store !== undefined) await store.stage(record);
    else if (typeof own === "function") await own(credentials, context);
    else await own?.write(credentials, context);
  };
  const writeRepeatedly = async (credentials: ClientCredentials, context: SecretSinkContext) => {
    // The secret of a run that took over must not be replaced. Without a proof of that the secret is written.
    await claim.guard().catch((error: unknown) => {
      if (error instanceof ClaimLostError) throw error;
    });
    for (let attempt = 1; ; attempt++) {
      try {
        return await run.step(subject.key, "stage", () => write(credentials, context));
      } catch (error) {
        if (attempt >= storeAttempts) throw error;
        await sleep(attempt * run.pauseMs, undefined);
      }
    }
  };
  const sink: SecretSink = {
    write: (credentials, context) => {
      writing = writeRepeatedly(credentials, context);
      return writing;
    },
  };
  /** Waits for a write that the deadline of the vendor call did not wait for. Rejects when the secret is not stored. */
  const ended = async () => {
    const timer = startTimer(run.settleMs / 3, undefined, () => new Error("the write did not end"));
    try {
      await race(Promise.resolve(writing), timer.signal);
    } finally {
      timer.stop();
    }
  };
  return { sink, ended };
}

const storeAttempts = 3;

/** What an attempt to issue a secret needs of the vendor. */
export interface AttemptRequests {
  /** Sends one create or one rotation. Resolves to the id of the client. */
  readonly send: (marker: Marker, options: SecretOptions) => Promise<string>;
  /** What ends a secret that no store has. */
  readonly revoke: (id: string) => Promise<void>;
}

/**
 * Claims an attempt where the store would accept a secret, issues the secret, verifies it, and makes it current.
 *
 * @param from - the client whose secret is replaced, for a rotation
 * @throws {SecretNotStoredError} the secret could neither be stored nor be revoked
 */
export async function runAttempt(
  work: Work,
  operation: "create" | "rotate",
  step: "create" | "rotate",
  requests: AttemptRequests,
  from?: string,
): Promise<readonly RunStep[]> {
  const { run, memory } = work;
  const { declared, provider, key } = work.subject;
  const sink = declared?.policy.secretStore;
  const context = { vendor: provider.vendor, operation: operation === "create" ? "create client" : "rotate secret" };
  if (typeof sink === "object") await sink.check?.(context);
  const claim = await claimAttempt(work, operation);
  const id = await run.step(key, step, () => issueSecret(work, claim, requests));
  memory.knownId = id;
  return [step, ...(await completeAttempt(work, claim.journal, id, claim.attemptId, from))];
}

// Sends, and stages the secret of the response.
async function issueSecret(work: Work, claim: Claim, { send, revoke }: AttemptRequests): Promise<string> {
  const { run, subject, memory } = work;
  const staging = stagingSink(work, claim);
  const options: SecretOptions = { ...run.call, ...(issuesSecret(subject) ? { secretSink: staging.sink } : {}) };
  try {
    const id = await claim.guarded(() => send(claim.marker, options));
    memory.changed = true;
    return id;
  } catch (error) {
    const outcome = isOAuthClientsError(error) ? error.outcome : error instanceof ClaimLostError ? "not_applied" : "unknown";
    if (outcome !== "not_applied") memory.changed = true;
    if (outcome === "not_applied" && !(error instanceof ClaimLostError)) await withdraw(work, claim);
    if (!isOAuthClientsError(error) || error.code !== "secret_storage_failed" || outcome !== "applied") throw error;
    try {
      await staging.ended();
    } catch (reason) {
      if (reason instanceof ClaimLostError) throw reason;
      await revokeUnstored(subject, claim, error, revoke);
      throw error;
    }
    if (error.clientId === undefined) throw error;
    return error.clientId;
  }
}

async function revokeUnstored(
  subject: Subject,
  claim: Claim,
  { clientId: id, message }: SecretStorageError,
  revoke: (id: string) => Promise<void>,
): Promise<void> {
  try {
    if (id === undefined) throw new Error("the client's id is not known");
    await claim.guarded(() => revoke(id));
  } catch (error) {
    // The run that took over issues another secret.
    if (error instanceof ClaimLostError) throw error;
    const text = `${message}. The secret is in no store and could not be revoked. Delete client ${id ?? "(unknown)"} of ${subject.key}.`;
    throw new SecretNotStoredError(id ?? "", text);
  }
}

// Nothing happened: the intent would only make the next run wait.
async function withdraw({ run, subject, seen }: Work, { attemptId, journal }: Claim): Promise<void> {
  const intents = journal.entry?.intents.filter((one) => one.attemptId !== attemptId);
  await saveEntry(run, subject, seen.account, journal, { intents }).catch(() => undefined);
}

/** Whether the vendor issues a secret for this subject that the project stores. */
function issuesSecret({ declared }: Subject): boolean {
  return declared?.hasSecret === true && declared.policy.secret !== "unmanaged";
}

/**
 * Verifies the secret of an attempt, makes it current, and records the client.
 *
 * @param from - the client whose secret is replaced, for a rotation
 */
export async function completeAttempt(
  work: Work,
  journal: JournalState,
  id: string,
  attemptId: string,
  from?: string,
): Promise<readonly RunStep[]> {
  const { run, subject, memory } = work;
  const { key, store } = subject;
  const { rotation } = requireDeclared(subject);
  const secret = memory.secrets.get(attemptId) ?? (await store?.read?.("next", run.call));
  if (from !== undefined && rotation?.bind !== undefined) {
    memory.changed = true;
    await run.step(key, "bind", async () => rotation.bind?.(from, id, run.call));
  }
  const verified = await verifySecret(run, subject, secret);
  if (store !== undefined) await run.step(key, "promote", () => store.promote(attemptId, run.call));
  memory.changed = true;
  if (secret !== undefined) await rotation?.promoted?.(secret.credentials, run.call);
  await closeAttempt(work, journal, id, attemptId, secret, from);
  // The journal is closed: a copy of the current secret that stays in the slot does no harm.
  await store?.unstage(run.call).catch(() => undefined);
  return [...verified, ...(store ? (["promote"] as const) : []), "close"];
}

/** Records the client whose secret is current, and closes all intents. */
export async function closeAttempt(
  { run, subject, seen }: Work,
  journal: JournalState,
  clientId: string,
  attemptId: string,
  secret: SecretRecord | undefined,
  from?: string,
): Promise<void> {
  const declared = requireDeclared(subject);
  const { entry } = journal;
  const now = new Date().toISOString();
  const since = entry?.intents.find((one) => one.attemptId === attemptId)?.since;
  const replaced = entry?.attemptId === undefined ? {} : { attemptId: entry.attemptId };
  // The secret of an immediate rotation has no predecessor that is still valid.
  const hasPrevious = from !== undefined && declared.rotation?.finish !== undefined;
  await run.step(subject.key, "close", () =>
    saveEntry(run, subject, seen.account, journal, {
      clientId,
      attemptId,
      issuedAt: declared.hasSecret ? (secret?.issuedAt ?? since ?? now) : undefined,
      intents: [],
      inputVersions: { ...entry?.inputVersions, ...declared.inputVersions() },
      fields: Object.keys(declared.fields),
      previous: hasPrevious ? { clientId: from, ...replaced, replacedAt: now } : undefined,
    }),
  );
}

/** Deletes clients of open attempts whose secret no store has. The one that the store names stays. */
export async function discard(
  { run, subject, seen, memory }: Work,
  operation: "create" | "rotate",
  clients: readonly ObservedClient[],
): Promise<readonly RunStep[]> {
  const { current, next } = seen.status;
  const isStaged = openAttempts(seen.journal.entry, operation).includes(next?.attemptId ?? "");
  const stored = [current?.clientId, isStaged ? next?.clientId : undefined];
  memory.changed = true;
  memory.knownId = undefined;
  for (const { client } of clients)
    if (!stored.includes(client.id)) await run.step(subject.key, "delete", () => subject.provider.delete(client.id, run.call));
  return ["delete"];
}

/** The declaration of a subject that has one. */
export function requireDeclared({ key, declared }: Subject): DeclaredClient {
  if (declared === undefined) throw new Error(`${key} is not declared`);
  return declared;
}
