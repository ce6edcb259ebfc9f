import { describe, expect, test } from "vitest";
import { showName, tellDoubt } from "../../src/core/doubt.js";
import { NetworkError, type Outcome } from "../../src/core/errors.js";

describe("what to look for is told", () => {
  test.each(["nothing_happened", "happened"] as const)("not where the outcome is %s", (outcome: Outcome) => {
    const error = new NetworkError({ message: "cut", outcome });
    expect(tellDoubt(error, "look there")).toBe(error);
    expect(error.message).toBe("cut");
  });

  test("not in an error of somebody else, such as a signal's reason", () => {
    const reason = Object.assign(new Error("enough"), { outcome: "unknown" });
    expect(tellDoubt(reason, "look there")).toBe(reason);
    expect(reason.message).toBe("enough");
    expect(tellDoubt("enough", "look there")).toBe("enough");
  });

  test("where the outcome is unknown, in the same error", () => {
    const error = new NetworkError({ message: "cut", outcome: "unknown" });
    expect(tellDoubt(error, "look there")).toBe(error);
    expect(error.message).toBe("cut; look there");
    expect(error.stack).toContain("cut; look there");
  });
});

test("a name is shown in quotes, on one line, without secrets, and cut", () => {
  expect(showName("a\n\u001b[2Jb")).toBe('"a [2Jb"');
  expect(showName("see hunter22", ["hunter22"])).toBe('"see [secret]"');
  expect(showName("b".repeat(200))).toBe(`"${"b".repeat(100)}…"`);
});
