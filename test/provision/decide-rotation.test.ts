import { describe, expect, test } from "vitest";
import * as values from "../../src/provision/decide-rotation.js";
import { decideRotation, type RotationSituation } from "../../src/provision/decide-rotation.js";
import { combinations, matching, type Row } from "./combinations.js";

const all = {
  stage: values.stageValues,
  kind: values.kindValues,
  account: ["same", "other"],
  subject: values.subjectValues,
  intent: values.rotationIntentValues,
  next: values.nextValues,
  successor: values.successorValues,
  previous: values.previousValues,
  begun: values.begunValues,
  marker: values.markerValues,
} as const;

const guards: readonly Row<RotationSituation>[] = [
  [{ account: "other" }, "stop account_differs"],
  [{ intent: "busy" }, "busy"],
  [{ subject: "unrecorded" }, "stop apply_first"],
  [{ intent: ["create", "delete"] }, "stop apply_first"],
  [{ subject: "absent" }, "stop client_missing"],
  [{ begun: "other" }, "stop rotation_kind_changed"],
];

const inPlace = ["overlap", "immediate"] as const;
const lost = ["empty", "stale", "unknown"] as const;
const table: readonly Row<RotationSituation>[] = [
  [{ stage: "begin", intent: "none", previous: "none" }, "issue"],
  [{ stage: "begin", intent: "none", previous: ["overlapping", "elapsed"] }, "stop rotation_not_finished"],
  [{ stage: "begin", intent: "finish" }, "stop rotation_not_finished"],
  [{ stage: "begin", intent: "rotate", kind: inPlace, next: "attempt" }, "promote"],
  [{ stage: "begin", intent: "rotate", kind: inPlace, next: lost }, "issue"],
  [{ stage: "begin", intent: "rotate", kind: "second-client", successor: "absent" }, "issue"],
  [{ stage: "begin", intent: "rotate", kind: "second-client", successor: "one", next: "attempt" }, "promote"],
  [{ stage: "begin", intent: "rotate", kind: "second-client", successor: "one", next: lost }, "discard"],
  [{ stage: "begin", intent: "rotate", kind: "second-client", successor: "several" }, "discard"],
  [{ stage: "finish", intent: "rotate" }, "stop rotation_interrupted"],
  [{ stage: "finish", intent: "none", previous: "none" }, "none"],
  [{ stage: "finish", intent: "finish", previous: "none" }, "close"],
  [{ stage: "finish", intent: ["none", "finish"], previous: "overlapping" }, "stop overlap_not_over"],
  [{ stage: "finish", intent: ["none", "finish"], previous: "elapsed", kind: ["immediate", "second-client"] }, "finish"],
  [{ stage: "finish", intent: ["none", "finish"], previous: "elapsed", kind: "overlap", marker: "current" }, "finish"],
  [
    { stage: "finish", intent: ["none", "finish"], previous: "elapsed", kind: "overlap", marker: "newer" },
    "stop newer_secret_exists",
  ],
];

const show = (situation: RotationSituation) => {
  const decision = decideRotation(situation);
  return decision.step === "stop" ? `stop ${decision.reason}` : decision.step;
};

function expected(situation: RotationSituation): string[] {
  const guard = matching(guards, situation)[0];
  return guard === undefined ? [...new Set(matching(table, situation))] : [guard];
}

describe("decideRotation", () => {
  test("the table has exactly one decision for every situation, and it is the decision of the function", () => {
    const wrong = [];
    for (const situation of combinations<RotationSituation>(all)) {
      const decisions = expected(situation);
      if (decisions.length !== 1 || show(situation) !== decisions[0])
        wrong.push({ ...situation, decisions, is: show(situation) });
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test("the previous secret ends only after its overlap, without an open rotation, and while the newest secret is the stored one", () => {
    for (const situation of combinations<RotationSituation>(all)) {
      if (decideRotation(situation).step !== "finish") continue;
      expect(situation).toMatchObject({ stage: "finish", previous: "elapsed", subject: "recorded", account: "same" });
      if (situation.kind === "overlap") expect(situation.marker).toBe("current");
    }
  });
});
