import type { StopReason } from "./run-types.js";

/** What is asked for. */
export const stageValues = ["begin", "finish"] as const;
/** How the client's secret is replaced. */
export const kindValues = ["overlap", "immediate", "second-client"] as const;
/** The client that the journal names. `unrecorded`: the journal names none. */
export const subjectValues = ["recorded", "absent", "unrecorded"] as const;
/** The open intent. */
export const rotationIntentValues = ["none", "busy", "create", "rotate", "finish", "delete"] as const;
/** The slot `next`. `attempt`: the secret of an open rotation. `stale`: any other secret. `unknown`: there is no slot (a sink). */
export const nextValues = ["empty", "attempt", "stale", "unknown"] as const;
/** `second-client`: clients at the vendor that carry the attempt id of an open rotation. */
export const successorValues = ["absent", "one", "several"] as const;
/** The secret that the last rotation replaced. `overlapping`: consumers may still use it. */
export const previousValues = ["none", "overlapping", "elapsed"] as const;
/** Whether a rotation that is not finished was begun by the kind that is declared now. */
export const begunValues = ["same", "other"] as const;
/** Whether the client's marker carries the attempt id of the current secret. `newer`: another rotation has been begun since. */
export const markerValues = ["current", "newer"] as const;

/** Everything that a decision about a rotation depends on. */
export interface RotationSituation {
  readonly stage: (typeof stageValues)[number];
  readonly kind: (typeof kindValues)[number];
  readonly account: "same" | "other";
  readonly subject: (typeof subjectValues)[number];
  readonly intent: (typeof rotationIntentValues)[number];
  readonly next: (typeof nextValues)[number];
  readonly successor: (typeof successorValues)[number];
  readonly previous: (typeof previousValues)[number];
  readonly begun: (typeof begunValues)[number];
  readonly marker: (typeof markerValues)[number];
}

/**
 * One step. `issue`: claim, and issue a new secret. `promote`: bind, verify, and make the staged secret current. `discard`: delete
 * successors whose secret is lost. `finish`: end the previous secret. `close`: close an open finish.
 */
export type RotationDecision =
  | { readonly step: "none" | "busy" | "issue" | "promote" | "discard" | "finish" | "close" }
  | { readonly step: "stop"; readonly reason: StopReason };

const stop = (reason: StopReason): RotationDecision => ({ step: "stop", reason });

/** Decides the next step of a rotation. Pure, and total: every situation has one decision. */
export function decideRotation(situation: RotationSituation): RotationDecision {
  const { stage, account, subject, intent, begun } = situation;
  if (account === "other") return stop("account_differs");
  if (intent === "busy") return { step: "busy" };
  if (subject === "unrecorded" || intent === "create" || intent === "delete") return stop("apply_first");
  if (subject === "absent") return stop("client_missing");
  if (begun === "other") return stop("rotation_kind_changed");
  switch (stage) {
    case "begin":
      return decideBegin(situation);
    case "finish":
      return decideFinish(situation);
  }
}

function decideBegin({ kind, intent, next, successor, previous }: RotationSituation): RotationDecision {
  switch (intent) {
    case "none":
      return previous === "none" ? { step: "issue" } : stop("rotation_not_finished");
    case "finish":
      return stop("rotation_not_finished");
    case "rotate":
      if (kind !== "second-client") return { step: next === "attempt" ? "promote" : "issue" };
      if (successor === "several") return { step: "discard" };
      if (successor === "absent") return { step: "issue" };
      return { step: next === "attempt" ? "promote" : "discard" };
    case "busy":
    case "create":
    case "delete":
      return stop("apply_first");
  }
}

function decideFinish({ kind, intent, previous, marker }: RotationSituation): RotationDecision {
  if (intent === "rotate") return stop("rotation_interrupted");
  switch (previous) {
    case "none":
      return { step: intent === "finish" ? "close" : "none" };
    case "overlapping":
      return stop("overlap_not_over");
    case "elapsed":
      // The vendor keeps the newest secret only. A newer one than the store's would remain, and the one in use would end.
      return kind === "overlap" && marker === "newer" ? stop("newer_secret_exists") : { step: "finish" };
  }
}
