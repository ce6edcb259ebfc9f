import {
  type AttemptRequests,
  claimAttempt,
  completeAttempt,
  discard,
  requireDeclared,
  runAttempt,
  saveEntry,
  type Work,
} from "./attempt.js";
import type { JournalState } from "./journal.js";
import type { Subject } from "./observe.js";
import type { RotationObservation } from "./observe-rotation.js";
import type { RunStep } from "./run-types.js";
import type { Rotation } from "./types.js";
import { verifySecret } from "./verify.js";

type RotationWork = Work<RotationObservation>;

/** Performs the decided step. Resolves to the steps that were done; `close` is the last one of a rotation or of a finish. */
export async function actRotation(work: RotationWork): Promise<readonly RunStep[]> {
  const { seen } = work;
  switch (seen.decision.step) {
    case "none":
    case "busy":
    case "stop":
      return [];
    case "issue":
      return issueNext(work);
    case "promote": {
      const { from } = requireRotation(work);
      const to = seen.successors[0]?.client.id ?? from;
      return completeAttempt(work, seen.journal, to, seen.status.next?.attemptId ?? "", from);
    }
    case "discard":
      return discard(work, "rotate", seen.successors);
    case "finish":
      return finishPrevious(work);
    case "close":
      return closeFinish(work, seen.journal);
  }
}

function issueNext(work: RotationWork): Promise<readonly RunStep[]> {
  const { subject } = work;
  const { from, rotation } = requireRotation(work);
  return runAttempt(work, "rotate", "rotate", requestsOf(subject, from, rotation), from);
}

function requestsOf(subject: Subject, from: string, { kind, begin }: Rotation): AttemptRequests {
  if (kind === "second-client")
    return {
      send: (marker, options) => requireDeclared(subject).create(marker, options),
      revoke: (lost) => subject.provider.delete(lost),
    };
  if (begin === undefined) throw new Error(`${subject.key}: the vendor cannot issue another secret`);
  return {
    send: (marker, options) => begin(from, marker, options).then(() => from),
    // With overlap the current secret still works. The next rotation replaces the one that was lost.
    revoke: async () => {
      if (kind === "immediate") throw new Error("the old secret is not valid any more");
    },
  };
}

async function finishPrevious(work: RotationWork): Promise<readonly RunStep[]> {
  const { run, subject, seen, memory } = work;
  const { from: current, rotation } = requireRotation(work);
  const previous = seen.journal.entry?.previous;
  const { finish } = rotation;
  if (previous === undefined || finish === undefined) return closeFinish(work, seen.journal);
  if (previous.clientId === subject.provider.ownClientId())
    throw new Error(
      `${subject.key}: client ${previous.clientId} is the one that this manager authenticates with. Nothing was sent.`,
    );
  const secret = await subject.store?.read?.("current", run.call);
  if (secret !== undefined && secret.credentials.clientId !== current)
    throw new Error(`${subject.key}: the store does not hold client ${current}. Nothing was sent.`);
  const verified = await verifySecret(run, subject, secret);
  const claim = await claimAttempt(work, "finish");
  memory.changed = true;
  await run.step(subject.key, "finish", () => claim.guarded(() => finish(previous.clientId, current, run.call)));
  return [...verified, "finish", ...(await closeFinish(work, claim.journal))];
}

async function closeFinish({ run, subject, seen, memory }: RotationWork, journal: JournalState): Promise<readonly RunStep[]> {
  memory.changed = true;
  const changes = { previous: undefined, intents: [] };
  await run.step(subject.key, "close", () => saveEntry(run, subject, seen.account, journal, changes));
  return ["close"];
}

function requireRotation({ subject, seen }: RotationWork): { readonly from: string; readonly rotation: Rotation } {
  const { rotation } = requireDeclared(subject);
  const from = seen.journal.entry?.clientId;
  if (rotation === undefined || from === undefined) throw new Error(`${subject.key}: there is no secret to rotate`);
  return { from, rotation };
}
