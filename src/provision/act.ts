import { baseEntry, checkStore, claimAttempt, issueSecret, type Memory, saveEntry, writesDirectly } from "./issue.js";
import { openAttempts, writeJournal } from "./journal.js";
import { createAttemptId } from "./marker.js";
import type { Observation, Subject } from "./observe.js";
import type { Run } from "./run.js";
import type { RunStep } from "./run-types.js";
import type { DeclaredClient, JournalEntry, SecretRecord } from "./types.js";
import { verifySecret } from "./verify.js";

/** What a step works on. */
export interface Work {
  readonly run: Run;
  readonly subject: Subject;
  readonly seen: Observation;
  readonly memory: Memory;
}

/** Performs the decided step. Resolves to the steps that were done. */
export async function act(work: Work): Promise<readonly RunStep[]> {
  const { decision } = work.seen;
  switch (decision.step) {
    case "none":
    case "busy":
    case "stop":
      return [];
    case "create":
      return createClient(work);
    case "reissue":
      return reissueSecret(work);
    case "recreate":
    case "discard":
      return discardClients(work);
    case "promote":
      return promoteSecret(work);
    case "close":
      return closeIntents(work);
    case "adopt":
      return recordAdoption(work);
    case "update":
      return updateClient(work);
    case "delete":
      return deleteClients(work);
    case "drop":
      return dropEntry(work, true);
    case "forget":
      return forgetClient(work);
  }
}

async function createClient({ run, subject, seen, memory }: Work): Promise<readonly RunStep[]> {
  const declared = requireDeclared(subject);
  await checkStore(subject, "create client");
  const claim = await claimAttempt(run, subject, seen.account, seen.journal, "create");
  const id = await run.step(subject.key, "create", () =>
    issueSecret(
      run,
      subject,
      claim,
      memory,
      (options) => declared.create(claim.marker, options),
      (created) => subject.provider.delete(created),
    ),
  );
  memory.knownId = id;
  memory.fresh = true;
  if (!writesDirectly(subject)) return ["create"];
  await finishAttempt(run, subject, claim.journal, id, memory.secrets.get(claim.attemptId), claim.attemptId);
  return ["create", "close"];
}

// The client exists and its secret is lost. A rotation issues another one, for the same client.
async function reissueSecret({ run, subject, seen, memory }: Work): Promise<readonly RunStep[]> {
  const begin = requireDeclared(subject).rotation?.begin;
  const id = requireClient(seen);
  if (begin === undefined) throw new Error(`${subject.key}: the vendor cannot issue the secret again`);
  await checkStore(subject, "rotate secret");
  const claim = await claimAttempt(run, subject, seen.account, seen.journal, "create");
  await run.step(subject.key, "rotate", () =>
    issueSecret(
      run,
      subject,
      claim,
      memory,
      (options) => begin(id, claim.marker, options).then(() => id),
      (lost) => subject.provider.delete(lost),
    ),
  );
  memory.knownId = id;
  memory.fresh = true;
  if (!writesDirectly(subject)) return ["rotate"];
  await finishAttempt(run, subject, claim.journal, id, memory.secrets.get(claim.attemptId), claim.attemptId);
  return ["rotate", "close"];
}

// Clients of open attempts: the secret of none of them has reached a consumer, but for the one that the store names.
async function discardClients({ run, subject, seen, memory }: Work): Promise<readonly RunStep[]> {
  const { current, next } = seen.status;
  const attempts = openAttempts(seen.journal.entry, "create");
  const stored = [
    current?.clientId,
    next?.attemptId !== undefined && attempts.includes(next.attemptId) ? next.clientId : undefined,
  ];
  const ids = seen.candidates.map(({ client }) => client.id).filter((id) => !stored.includes(id));
  // Without a secret every duplicate is as good as the others.
  const doomed = seen.situation.secret === "none" ? ids.slice(1) : ids;
  for (const id of doomed) await run.step(subject.key, "delete", () => subject.provider.delete(id, run.call));
  memory.changed = true;
  memory.knownId = undefined;
  memory.fresh = true;
  return ["delete"];
}

async function promoteSecret({ run, subject, seen, memory }: Work): Promise<readonly RunStep[]> {
  const { store } = subject;
  const attemptId = seen.status.next?.attemptId;
  if (store === undefined || attemptId === undefined) throw new Error(`${subject.key}: no secret is staged`);
  const id = requireClient(seen);
  const secret = memory.secrets.get(attemptId) ?? (await store.read?.("next", run.call));
  await verifySecret(run, subject, secret);
  await run.step(subject.key, "promote", () => store.promote(attemptId, run.call));
  memory.changed = true;
  const { declared } = subject;
  if (secret !== undefined) await declared?.rotation?.promoted?.(secret.credentials, run.call);
  await finishAttempt(run, subject, seen.journal, id, secret, attemptId);
  // The journal is closed: a copy of the current secret that stays in the slot does no harm.
  await store.unstage(run.call).catch(() => undefined);
  memory.fresh = true;
  return ["verify", "promote", "close"];
}

async function closeIntents({ run, subject, seen, memory }: Work): Promise<readonly RunStep[]> {
  const id = requireClient(seen);
  const attempts = openAttempts(seen.journal.entry, "create");
  const attemptId = seen.client?.marker?.attemptId ?? attempts.at(-1) ?? createAttemptId();
  await finishAttempt(run, subject, seen.journal, id, memory.secrets.get(attemptId), attemptId);
  memory.changed = true;
  memory.fresh = true;
  return ["close"];
}

/** Records the client whose secret is current, and closes all intents. */
export async function finishAttempt(
  run: Run,
  subject: Subject,
  journal: { readonly entry: JournalEntry | undefined; readonly version: string | undefined },
  clientId: string,
  secret: SecretRecord | undefined,
  attemptId: string,
  previous?: JournalEntry["previous"],
): Promise<void> {
  const { entry } = journal;
  const since = entry?.intents.find((one) => one.attemptId === attemptId)?.since;
  const declared = requireDeclared(subject);
  const { previous: _, ...base } = baseEntry(run, subject, entry?.account ?? (await run.account(subject.provider)), entry);
  const closed: JournalEntry = {
    ...base,
    clientId,
    attemptId,
    ...(declared.hasSecret ? { issuedAt: secret?.issuedAt ?? since ?? new Date().toISOString() } : {}),
    intents: [],
    inputVersions: { ...entry?.inputVersions, ...declared.inputVersions() },
    fields: Object.keys(declared.fields),
    ...(previous === undefined ? {} : { previous }),
  };
  await run.step(subject.key, "close", () => saveEntry(run, subject, closed, journal.version));
}

async function recordAdoption({ run, subject, seen, memory }: Work): Promise<readonly RunStep[]> {
  const declared = requireDeclared(subject);
  const base = baseEntry(run, subject, seen.account, seen.journal.entry);
  const entry: JournalEntry = {
    ...base,
    clientId: requireClient(seen),
    attemptId: createAttemptId(),
    intents: [],
    inputVersions: declared.inputVersions(),
  };
  await run.step(subject.key, "adopt", () => saveEntry(run, subject, entry, seen.journal.version));
  memory.changed = true;
  memory.fresh = true;
  return ["adopt"];
}

async function updateClient({ run, subject, seen, memory }: Work): Promise<readonly RunStep[]> {
  const declared = requireDeclared(subject);
  const id = requireClient(seen);
  const { entry } = seen.journal;
  const { project, environment } = run.configuration;
  const restored = seen.differences.some(({ field }) => field === "marker");
  const attemptId = entry?.attemptId ?? createAttemptId();
  const marker = restored ? { project, environment, key: subject.key, attemptId } : seen.client?.marker;
  await run.step(subject.key, "update", async () => {
    const differences = seen.differences.filter(({ field }) => field !== "marker" && field !== "journal");
    memory.changed = true;
    if (restored || differences.length > 0) await declared.update(id, differences, marker, run.call);
  });
  const next: JournalEntry = {
    ...baseEntry(run, subject, seen.account, entry),
    attemptId,
    inputVersions: { ...entry?.inputVersions, ...declared.inputVersions() },
    fields: Object.keys(declared.fields),
  };
  if (JSON.stringify(next) !== JSON.stringify(entry)) await saveEntry(run, subject, next, seen.journal.version);
  memory.fresh = true;
  return ["update"];
}

async function deleteClients({ run, subject, seen, memory }: Work): Promise<readonly RunStep[]> {
  const { entry } = seen.journal;
  if (entry !== undefined && openAttempts(entry, "delete").length === 0)
    await claimAttempt(run, subject, seen.account, seen.journal, "delete");
  for (const { client } of seen.candidates) {
    memory.changed = true;
    await run.step(subject.key, "delete", () => subject.provider.delete(client.id, run.call));
  }
  memory.fresh = true;
  return ["delete"];
}

async function dropEntry({ run, subject, seen, memory }: Work, withSecret: boolean): Promise<readonly RunStep[]> {
  memory.changed = true;
  await run.step(subject.key, "forget", async () => {
    if (withSecret) await subject.store?.remove(run.call);
    const { clientId: _, ...rest } = baseEntry(run, subject, seen.account, seen.journal.entry);
    await writeJournal(subject.journal, { ...rest, intents: [] }, seen.journal.version, run.call);
  });
  memory.fresh = true;
  return ["forget"];
}

async function forgetClient(work: Work): Promise<readonly RunStep[]> {
  const { run, subject, seen } = work;
  for (const { client, marker } of seen.candidates)
    if (marker !== undefined) await subject.provider.unmark(client.id, run.call);
  return dropEntry(work, false);
}

/** The declaration of a subject that has one. */
export function requireDeclared({ key, declared }: Subject): DeclaredClient {
  if (declared === undefined) throw new Error(`${key} is not declared`);
  return declared;
}

/** The id of the observed client. */
export function requireClient({ client }: Observation): string {
  if (client === undefined) throw new Error("no client was observed");
  return client.client.id;
}
