import { describe, expect, test } from "vitest";
import { NetworkError, type Outcome, UnexpectedResponseError } from "../../src/core/errors.js";
import { formatMessage } from "../../src/core/message.js";
import { createError, describeReason, withOutcome } from "../../src/core/outcome.js";
import { expectConsistentOutcome } from "../contract/outcome.js";

describe("formatMessage", () => {
  test("a message of one sentence has no full stop", () => {
    expect(formatMessage({ reason: "connection lost" })).toBe("connection lost");
    expect(formatMessage({ subject: "acme", operation: "get widget", reason: "not found", code: 404 })).toBe(
      "acme get widget: not found (404)",
    );
  });

  test("the effect and the hint are separate sentences, each with one full stop", () => {
    const parts = { subject: "acme", operation: "create widget", reason: "The name is taken.", code: 409 };
    expect(formatMessage({ ...parts, effect: "The change was not applied", hint: "Choose another name." })).toBe(
      "acme create widget: The name is taken (409). The change was not applied. Choose another name.",
    );
  });

  test("a hint without an effect follows the reason", () => {
    expect(formatMessage({ subject: "acme", reason: "no response", hint: "Retry" })).toBe("acme: no response. Retry.");
  });
});

describe("the message of an error of a call", () => {
  const facts = (outcome: Outcome) => ({ vendor: "acme", operation: "create widget", outcome });
  const text = { writes: true, reason: "connection lost", code: "ECONNRESET" };
  const outcomes: readonly Outcome[] = ["not_applied", "unknown", "applied"];

  test.each(outcomes)("agrees with the outcome %s", (outcome) => {
    expectConsistentOutcome(createError(NetworkError, facts(outcome), text));
  });

  test.each(outcomes.flatMap((first) => outcomes.map((last) => [first, last] as const)))(
    "is written again when the outcome changes from %s to %s",
    (first, last) => {
      const error = withOutcome(createError(NetworkError, facts(first), text), { outcome: last });
      expect(error.outcome).toBe(last);
      expectConsistentOutcome(error);
      expect(error.message).toBe(createError(NetworkError, facts(last), text).message);
      expect(error.stack).toContain(error.message);
    },
  );

  test("has the effect and the hint of the evidence", () => {
    const lost = createError(NetworkError, facts("unknown"), text);
    const effect = "No widget 17 exists";
    expect(withOutcome(lost, { outcome: "not_applied", effect, hint: "It is safe to retry" }).message).toBe(
      "acme create widget: connection lost (ECONNRESET). No widget 17 exists. It is safe to retry.",
    );
    expect(lost.message).toBe(
      "acme create widget: connection lost (ECONNRESET). The change may have been applied. Read the current state before you retry.",
    );
  });

  test("has no effect for a call that only reads", () => {
    const error = createError(UnexpectedResponseError, facts("not_applied"), { writes: false, reason: "not JSON", code: 200 });
    expect(error.message).toBe("acme create widget: not JSON (200)");
  });

  test("is shortened to the reason inside the message of another error", () => {
    expect(describeReason(createError(NetworkError, facts("unknown"), text))).toBe(
      "acme create widget: connection lost (ECONNRESET)",
    );
    expect(describeReason(new Error("disk full"))).toBe("disk full");
  });
});
