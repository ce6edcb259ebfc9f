import { ifDefined } from "../core/values.js";
import type { Memory } from "./attempt.js";
import { decideRotation, type RotationDecision, type RotationSituation } from "./decide-rotation.js";
import { openAttempts, readJournal } from "./journal.js";
import type { Seen, Subject } from "./observe.js";
import { isOverlapping } from "./rotation-dates.js";
import type { Run } from "./run.js";
import type { JournalEntry, ObservedClient, RotationKind } from "./types.js";

/** What one observation of a rotation has shown. */
export interface RotationObservation extends Seen {
  readonly situation: RotationSituation;
  readonly decision: RotationDecision;
  /** Second clients of open rotations. */
  readonly successors: readonly ObservedClient[];
}

/** Observes a client and decides the next step of its rotation. */
export async function observeRotation(
  run: Run,
  subject: Subject,
  stage: "begin" | "finish",
  memory: Memory,
): Promise<RotationObservation> {
  const { provider, store, key, keys } = subject;
  const { rotation, policy } = subject.declared ?? { rotation: undefined, policy: {} };
  const account = await run.account(provider);
  const journal = await readJournal(subject.journal, run.call);
  const { entry } = journal;
  const { project, environment, accounts } = run.configuration;
  const isForeign =
    entry !== undefined && (entry.project !== project || entry.environment !== environment || !keys.includes(entry.key));
  const isOther = isForeign || accounts[provider.name] !== account || (entry !== undefined && entry.account !== account);
  const client = entry?.clientId === undefined || isOther ? undefined : await provider.get(entry.clientId, run.call);
  const status = store === undefined || isOther ? {} : await store.status(run.call);
  const kind = rotation?.kind ?? "immediate";
  const attempts = openAttempts(entry, "rotate");
  const isStaged = attempts.includes(status.next?.attemptId ?? "");
  const successors =
    kind !== "overlap" && attempts.length > 0 && !isOther ? await findSuccessors(run, subject, entry, attempts, memory) : [];
  const involved = [entry?.previous?.clientId, isStaged ? status.next?.clientId : undefined, ...successors.map(idOf)];
  const operations = entry?.intents ?? [];
  const intent =
    (operations.find(({ operation }) => operation === "create" || operation === "delete") ?? operations[0])?.operation ??
    "none";
  const situation: RotationSituation = {
    stage,
    kind,
    account: isOther ? "other" : "same",
    subject: entry?.clientId === undefined ? "unrecorded" : client === undefined ? "absent" : "recorded",
    intent,
    next: store === undefined ? "unknown" : status.next === undefined ? "empty" : isStaged ? "attempt" : "stale",
    successor: successors.length === 0 ? "absent" : successors.length === 1 ? "one" : "several",
    previous: entry?.previous === undefined ? "none" : isOverlapping(policy.rotation, entry) ? "overlapping" : "elapsed",
    begun: involved.every((id) => id === undefined || isOfKind(kind, id === entry?.clientId, entry)) ? "same" : "other",
    marker: client?.marker?.key === key && client.marker.attemptId === entry?.attemptId ? "current" : "newer",
  };
  const isOwn = provider.ownClientId() !== undefined && provider.ownClientId() === entry?.clientId;
  const decision: RotationDecision = isOwn ? { step: "stop", reason: "own_client" } : decideRotation(situation);
  const candidates = client === undefined ? [] : [client];
  return {
    situation,
    decision,
    differences: [],
    account,
    journal,
    candidates,
    status,
    successors,
    ...ifDefined("client", client),
  };
}

const idOf = ({ client }: ObservedClient) => client.id;

// A rotation by a second client involves another id than the recorded one, and an immediate one leaves nothing to finish.
function isOfKind(kind: RotationKind, isRecorded: boolean, entry: JournalEntry | undefined): boolean {
  if (kind === "second-client") return !isRecorded;
  return isRecorded && (kind === "overlap" || entry?.previous === undefined);
}

async function findSuccessors(
  run: Run,
  { provider, keys }: Subject,
  entry: JournalEntry | undefined,
  attempts: readonly string[],
  { knownId }: Memory,
): Promise<readonly ObservedClient[]> {
  if (knownId !== undefined) {
    const created = await provider.get(knownId, run.call);
    if (created !== undefined) return [created];
  }
  const all = await run.clients(provider, true);
  return all.filter(
    ({ client, marker }) =>
      client.id !== entry?.clientId && marker !== undefined && keys.includes(marker.key) && attempts.includes(marker.attemptId),
  );
}
