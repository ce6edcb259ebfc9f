import {
  beginAttempt,
  type Claim,
  claimAttempt,
  completeAttempt,
  issueSecret,
  requireDeclared,
  saveEntry,
  type Work,
} from "./attempt.js";
import { type JournalState, openAttempts } from "./journal.js";
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
      return discardSuccessors(work);
    case "finish":
      return finishPrevious(work);
    case "close":
      return closeFinish(work, seen.journal);
  }
}

async function issueNext(work: RotationWork): Promise<readonly RunStep[]> {
  const { run, subject, memory } = work;
  const { from, rotation } = requireRotation(work);
  const claim = await beginAttempt(work, "rotate");
  const to = await run.step(subject.key, "rotate", () =>
    rotation.kind === "second-client" ? createSuccessor(work, claim) : replaceSecret(work, claim, from, rotation),
  );
  memory.knownId = to;
  return ["rotate", ...(await completeAttempt(work, claim.journal, to, claim.attemptId, from))];
}

function createSuccessor(work: RotationWork, claim: Claim): Promise<string> {
  const { subject } = work;
  return issueSecret(
    work,
    claim,
    (options) => requireDeclared(subject).create(claim.marker, options),
    (lost) => subject.provider.delete(lost),
  );
}

function replaceSecret(work: RotationWork, claim: Claim, id: string, { begin, kind }: Rotation): Promise<string> {
  if (begin === undefined) throw new Error(`${work.subject.key}: the vendor cannot issue another secret`);
  return issueSecret(
    work,
    claim,
    (options) => begin(id, claim.marker, options).then(() => id),
    async () => {
      // With overlap the current secret still works. The next rotation replaces the one that was lost.
      if (kind === "immediate") throw new Error("the old secret is not valid any more");
    },
  );
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
  if (previous === undefined || finish === undefined) return closeFinish(work, seen.journal);
  if (previous.clientId === subject.provider.ownClientId())
    throw new Error(
      `${subject.key}: client ${previous.clientId} is the one that this manager authenticates with. Nothing was sent.`,
    );
  const secret = await subject.store?.read?.("current", run.call);
  if (secret !== undefined && secret.credentials.clientId !== current)
    throw new Error(`${subject.key}: the store does not hold client ${current}. Nothing was sent.`);
  await verifySecret(run, subject, secret);
  const claim = await claimAttempt(work, "finish");
  memory.changed = true;
  await run.step(subject.key, "finish", () => claim.guarded(() => finish(previous.clientId, current, run.call)));
  return ["verify", "finish", ...(await closeFinish(work, claim.journal))];
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
