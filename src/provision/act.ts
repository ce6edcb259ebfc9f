import type { SecretOptions } from "../core/secret-sink.js";
import {
  claimAttempt,
  closeAttempt,
  completeAttempt,
  discard,
  requireDeclared,
  runAttempt,
  saveEntry,
  type Work,
} from "./attempt.js";
import { openAttempts } from "./journal.js";
import { createAttemptId } from "./marker.js";
import type { Observation } from "./observe.js";
import type { RunStep } from "./run-types.js";
import type { Marker } from "./types.js";

type ApplyWork = Work<Observation>;

/** Performs the decided step. Resolves to the steps that were done. */
export async function act(work: ApplyWork): Promise<readonly RunStep[]> {
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
      return completeAttempt(work, work.seen.journal, requireClient(work), work.seen.status.next?.attemptId ?? "");
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

function createClient(work: ApplyWork): Promise<readonly RunStep[]> {
  const declared = requireDeclared(work.subject);
  const send = (marker: Marker, options: SecretOptions) => declared.create(marker, options);
  return runAttempt(work, "create", "create", { send, revoke: (lost) => work.subject.provider.delete(lost) });
}

// The client exists and its secret is lost. A rotation issues another one, for the same client.
function reissueSecret(work: ApplyWork): Promise<readonly RunStep[]> {
  const { key, provider } = work.subject;
  const begin = requireDeclared(work.subject).rotation?.begin;
  const id = requireClient(work);
  if (begin === undefined) throw new Error(`${key}: the vendor cannot issue the secret again`);
  const send = (marker: Marker, options: SecretOptions) => begin(id, marker, options).then(() => id);
  return runAttempt(work, "create", "rotate", { send, revoke: (lost) => provider.delete(lost) });
}

// Without a secret every duplicate is as good as the others.
function discardClients(work: ApplyWork): Promise<readonly RunStep[]> {
  const { candidates, situation } = work.seen;
  return discard(work, "create", situation.secret === "none" ? candidates.slice(1) : candidates);
}

async function closeIntents(work: ApplyWork): Promise<readonly RunStep[]> {
  const { seen, memory } = work;
  const attempts = openAttempts(seen.journal.entry, "create");
  const attemptId = seen.client?.marker?.attemptId ?? attempts.at(-1) ?? createAttemptId();
  await closeAttempt(work, seen.journal, requireClient(work), attemptId, memory.secrets.get(attemptId));
  memory.changed = true;
  return ["close"];
}

async function recordAdoption(work: ApplyWork): Promise<readonly RunStep[]> {
  const { run, subject, seen, memory } = work;
  const changes = {
    clientId: requireClient(work),
    attemptId: createAttemptId(),
    intents: [],
    inputVersions: requireDeclared(subject).inputVersions(),
  };
  await run.step(subject.key, "adopt", () => saveEntry(run, subject, seen.account, seen.journal, changes));
  memory.changed = true;
  return ["adopt"];
}

async function updateClient(work: ApplyWork): Promise<readonly RunStep[]> {
  const { run, subject, seen, memory } = work;
  const declared = requireDeclared(subject);
  const { entry } = seen.journal;
  const { project, environment } = run.configuration;
  const restored = seen.differences.some(({ field }) => field === "marker");
  const attemptId = entry?.attemptId ?? createAttemptId();
  const marker = restored ? { project, environment, key: subject.key, attemptId } : seen.client?.marker;
  await run.step(subject.key, "update", async () => {
    const differences = seen.differences.filter(({ field }) => field !== "marker" && field !== "journal");
    memory.changed = true;
    if (restored || differences.length > 0) await declared.update(requireClient(work), differences, marker, run.call);
  });
  const inputVersions = { ...entry?.inputVersions, ...declared.inputVersions() };
  const fields = Object.keys(declared.fields);
  await saveEntry(run, subject, seen.account, seen.journal, { attemptId, inputVersions, fields });
  return ["update"];
}

async function deleteClients(work: ApplyWork): Promise<readonly RunStep[]> {
  const { run, subject, seen, memory } = work;
  const { entry } = seen.journal;
  if (entry !== undefined && openAttempts(entry, "delete").length === 0) await claimAttempt(work, "delete");
  for (const { client } of seen.candidates) {
    memory.changed = true;
    await run.step(subject.key, "delete", () => subject.provider.delete(client.id, run.call));
  }
  return ["delete"];
}

async function dropEntry({ run, subject, seen, memory }: ApplyWork, withSecret: boolean): Promise<readonly RunStep[]> {
  memory.changed = true;
  await run.step(subject.key, "forget", async () => {
    if (withSecret) await subject.store?.remove(run.call);
    await saveEntry(run, subject, seen.account, seen.journal, { clientId: undefined, intents: [] });
  });
  return ["forget"];
}

async function forgetClient(work: ApplyWork): Promise<readonly RunStep[]> {
  const { run, subject, seen } = work;
  for (const { client, marker } of seen.candidates)
    if (marker !== undefined) await subject.provider.unmark(client.id, run.call);
  return dropEntry(work, false);
}

function requireClient({ subject, seen }: ApplyWork): string {
  if (seen.client === undefined) throw new Error(`${subject.key}: no client was observed`);
  return seen.client.client.id;
}
