import { finishAttempt, requireDeclared } from "./act.js";
import {
  baseEntry,
  type Claim,
  checkStore,
  claimAttempt,
  issueSecret,
  type Memory,
  saveEntry,
  writesDirectly,
} from "./issue.js";
import { openAttempts } from "./journal.js";
import type { Subject } from "./observe.js";
import type { RotationObservation } from "./observe-rotation.js";
import type { Run } from "./run.js";
import type { RunStep } from "./run-types.js";
import type { JournalEntry, PreviousSecret, Rotation, SecretRecord } from "./types.js";
import { verifySecret } from "./verify.js";

/** What a step of a rotation works on. */
export interface RotationWork {
  readonly run: Run;
  readonly subject: Subject;
  readonly seen: RotationObservation;
  readonly memory: Memory;
}

/** Performs the decided step. Resolves to the steps that were done; `close` is the last one of a rotation or of a finish. */
export async function actRotation(work: RotationWork): Promise<readonly RunStep[]> {
  switch (work.seen.decision.step) {
    case "none":
    case "busy":
    case "stop":
      return [];
    case "issue":
      return issueNext(work);
    case "promote":
      return promoteNext(work);
    case "discard":
      return discardSuccessors(work);
    case "finish":
      return finishPrevious(work);
    case "close":
      return closeFinish(work);
  }
}

async function issueNext(work: RotationWork): Promise<readonly RunStep[]> {
  const { run, subject, seen, memory } = work;
  const { from, rotation } = requireRotation(work);
  await checkStore(subject, "rotate secret");
  const claim = await claimAttempt(run, subject, seen.account, seen.journal, "rotate");
  const to = await run.step(subject.key, "rotate", () =>
    rotation.kind === "second-client" ? createSuccessor(work, claim) : replaceSecret(work, claim, from, rotation),
  );
  memory.knownId = to;
  if (!writesDirectly(subject)) return ["rotate"];
  const secret = memory.secrets.get(claim.attemptId);
  if (rotation.kind === "second-client") await run.step(subject.key, "bind", async () => rotation.bind?.(from, to, run.call));
  await verifySecret(run, subject, secret);
  if (secret !== undefined) await rotation.promoted?.(secret.credentials, run.call);
  await finishAttempt(run, subject, claim.journal, to, secret, claim.attemptId, previousOf(work, from));
  return ["rotate", "verify", "close"];
}

function createSuccessor({ run, subject, memory }: RotationWork, claim: Claim): Promise<string> {
  return issueSecret(
    run,
    subject,
    claim,
    memory,
    (options) => requireDeclared(subject).create(claim.marker, options),
    (lost) => subject.provider.delete(lost),
  );
}

async function replaceSecret(
  { run, subject, memory }: RotationWork,
  claim: Claim,
  id: string,
  rotation: Rotation,
): Promise<string> {
  const { begin, kind } = rotation;
  if (begin === undefined) throw new Error(`${subject.key}: the vendor cannot issue another secret`);
  return issueSecret(
    run,
    subject,
    claim,
    memory,
    (options) => begin(id, claim.marker, options).then(() => id),
    async () => {
      // With overlap the current secret still works. The next rotation replaces the one that was lost.
      if (kind === "immediate") throw new Error("the old secret is not valid any more");
    },
  );
}

async function promoteNext(work: RotationWork): Promise<readonly RunStep[]> {
  const { run, subject, seen, memory } = work;
  const { from, rotation } = requireRotation(work);
  const { store } = subject;
  const attemptId = seen.status.next?.attemptId;
  if (store === undefined || attemptId === undefined) throw new Error(`${subject.key}: no secret is staged`);
  const secret = memory.secrets.get(attemptId) ?? (await store.read?.("next", run.call));
  const to = seen.successors[0]?.client.id ?? from;
  if (rotation.kind === "second-client") {
    memory.changed = true;
    await run.step(subject.key, "bind", async () => rotation.bind?.(from, to, run.call));
  }
  await verifySecret(run, subject, secret);
  await run.step(subject.key, "promote", () => store.promote(attemptId, run.call));
  memory.changed = true;
  if (secret !== undefined) await rotation.promoted?.(secret.credentials, run.call);
  await finishAttempt(run, subject, seen.journal, to, secret, attemptId, previousOf(work, from));
  // The journal is closed: a copy of the current secret that stays in the slot does no harm.
  await store.unstage(run.call).catch(() => undefined);
  return ["verify", "promote", "close"];
}

// The secret of an immediate rotation has no predecessor that is still valid.
function previousOf({ subject, seen }: RotationWork, from: string): PreviousSecret | undefined {
  if (subject.declared?.rotation?.finish === undefined) return undefined;
  const attemptId = seen.journal.entry?.attemptId;
  return { clientId: from, ...(attemptId === undefined ? {} : { attemptId }), replacedAt: new Date().toISOString() };
}

// Second clients of open attempts whose secret is in no store. The one that the store names stays.
async function discardSuccessors({ run, subject, seen, memory }: RotationWork): Promise<readonly RunStep[]> {
  const { current, next } = seen.status;
  const isStaged = openAttempts(seen.journal.entry, "rotate").includes(next?.attemptId ?? "");
  const stored = [current?.clientId, isStaged ? next?.clientId : undefined];
  memory.changed = true;
  memory.knownId = undefined;
  for (const { client } of seen.successors)
    if (!stored.includes(client.id)) await run.step(subject.key, "delete", () => subject.provider.delete(client.id, run.call));
  return ["delete"];
}

async function finishPrevious(work: RotationWork): Promise<readonly RunStep[]> {
  const { run, subject, seen, memory } = work;
  const { from: current, rotation } = requireRotation(work);
  const previous = seen.journal.entry?.previous;
  const { finish } = rotation;
  if (previous === undefined || finish === undefined) return closeFinish(work);
  if (previous.clientId === subject.provider.ownClientId())
    throw new Error(
      `${subject.key}: client ${previous.clientId} is the one that this manager authenticates with. Nothing was sent.`,
    );
  const secret: SecretRecord | undefined = await subject.store?.read?.("current", run.call);
  if (subject.store !== undefined && secret?.credentials.clientId !== undefined && secret.credentials.clientId !== current)
    throw new Error(`${subject.key}: the store does not hold client ${current}. Nothing was sent.`);
  await verifySecret(run, subject, secret);
  const claim = await claimAttempt(run, subject, seen.account, seen.journal, "finish");
  memory.changed = true;
  await run.step(subject.key, "finish", () => claim.guarded(() => finish(previous.clientId, current, run.call)));
  await closeEntry(run, subject, claim.journal.entry, claim.journal.version);
  return ["verify", "finish", "close"];
}

async function closeFinish({ run, subject, seen, memory }: RotationWork): Promise<readonly RunStep[]> {
  const { entry, version } = seen.journal;
  if (entry === undefined) return [];
  memory.changed = true;
  await closeEntry(run, subject, entry, version);
  return ["close"];
}

async function closeEntry(run: Run, subject: Subject, entry: JournalEntry, version: string | undefined): Promise<void> {
  const { previous: _, ...rest } = baseEntry(run, subject, entry.account, entry);
  await run.step(subject.key, "close", () => saveEntry(run, subject, { ...rest, intents: [] }, version));
}

function requireRotation({ subject, seen }: RotationWork): { readonly from: string; readonly rotation: Rotation } {
  const { rotation } = requireDeclared(subject);
  const from = seen.journal.entry?.clientId;
  if (rotation === undefined || from === undefined) throw new Error(`${subject.key}: there is no secret to rotate`);
  return { from, rotation };
}
