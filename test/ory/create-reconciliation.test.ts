import { describe, expect, test } from "vitest";
import { type Attempt, type Evidence, judge, type Verdict } from "../../src/ory/create-reconciliation.js";

const generated = { idWasGenerated: true, conflict: false };
const generatedConflict = { idWasGenerated: true, conflict: true };
const chosen = { idWasGenerated: false, conflict: false };
const chosenConflict = { idWasGenerated: false, conflict: true };

const present = { client: "present", mayStillBeProcessed: false } as const;
const absent = { client: "absent", mayStillBeProcessed: false } as const;
const unreadable = { client: "unreadable", mayStillBeProcessed: false } as const;
const pending = { mayStillBeProcessed: true } as const;

describe("judge decides from the evidence whether a lost create has created the client", () => {
  test.each<[string, Attempt, Evidence, Verdict]>([
    ["A client that cannot be read proves nothing.", generated, unreadable, "unknown"],
    ["A client that cannot be read after a conflict proves nothing.", chosenConflict, unreadable, "unknown"],
    ["No client, while the server may process the request, proves nothing.", generated, { ...absent, ...pending }, "unknown"],
    ["No client, with a chosen id and a pending request, proves nothing.", chosen, { ...absent, ...pending }, "unknown"],
    ["No client after the server has responded was not created.", generated, absent, "not_created"],
    ["No client with a chosen id after the server has responded was not created.", chosen, absent, "not_created"],
    ["A client with a generated id was created by this call.", generated, present, "created_by_this_call"],
    [
      "A client with a generated id was created by this call, pending or not.",
      generated,
      { ...present, ...pending },
      "created_by_this_call",
    ],
    [
      "A conflict on a generated id is caused by a duplicate of this request.",
      generatedConflict,
      present,
      "created_by_this_call",
    ],
    [
      "A client with a chosen id that accepts the generated secret was created by this call.",
      chosen,
      { ...present, secretAccepted: true },
      "created_by_this_call",
    ],
    [
      "A client with a chosen id that rejects the generated secret existed before.",
      chosen,
      { ...present, secretAccepted: false },
      "existed_before",
    ],
    ["A client with a chosen id without a tested secret proves nothing.", chosen, present, "unknown"],
    [
      "A client with a chosen id that is older than the call existed before.",
      chosen,
      { ...present, predatesCall: true },
      "existed_before",
    ],
    [
      "An older client that accepts the generated secret was created by this call: clocks can be wrong.",
      chosen,
      { ...present, predatesCall: true, secretAccepted: true },
      "created_by_this_call",
    ],
    ["A conflict with an older client existed before.", chosenConflict, { ...present, predatesCall: true }, "existed_before"],
    [
      "A conflict with a client that accepts the generated secret is caused by a duplicate of this request.",
      chosenConflict,
      { ...present, secretAccepted: true },
      "created_by_this_call",
    ],
    [
      "A conflict with a client that rejects the generated secret existed before.",
      chosenConflict,
      { ...present, secretAccepted: false },
      "existed_before",
    ],
    ["A conflict without a tested secret proves nothing.", chosenConflict, present, "unknown"],
  ])("%s", (_, attempt, evidence, verdict) => {
    expect(judge(attempt, evidence)).toBe(verdict);
  });
});
