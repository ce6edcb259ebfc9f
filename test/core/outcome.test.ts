import { describe, expect, test } from "vitest";
import { NetworkError, NotFoundError, type Outcome, ResponseError } from "../../src/core/errors.js";
import { ignoreNotFoundAfterRetry, showName, withUnknownOutcomeHint } from "../../src/core/outcome.js";

describe("what to look for is told", () => {
  test.each(["not_applied", "applied"] as const)("not where the outcome is %s", (outcome: Outcome) => {
    const error = new NetworkError({ message: "cut", outcome });
    expect(withUnknownOutcomeHint(error, "look there")).toBe(error);
    expect(error.message).toBe("cut");
  });

  test("not in an error of somebody else, such as a signal's reason", () => {
    const reason = Object.assign(new Error("enough"), { outcome: "unknown" });
    expect(withUnknownOutcomeHint(reason, "look there")).toBe(reason);
    expect(reason.message).toBe("enough");
    expect(withUnknownOutcomeHint("enough", "look there")).toBe("enough");
  });

  test("where the outcome is unknown, in a copy of the error", () => {
    const error = new NetworkError({ message: "cut", outcome: "unknown" });
    const hinted = withUnknownOutcomeHint(error, "look there") as NetworkError;
    expect(hinted).toBeInstanceOf(NetworkError);
    expect(hinted.outcome).toBe("unknown");
    expect(hinted.message).toBe("cut. The change may have been applied. Look there.");
    expect(hinted.stack).toContain("cut. The change may have been applied. Look there.");
  });
});

test("a name is shown in quotes, on one line, without secrets, and cut", () => {
  expect(showName("a\n\u001b[2Jb")).toBe('"a [2Jb"');
  expect(showName("see hunter22", ["hunter22"])).toBe('"see [secret]"');
  expect(showName("b".repeat(200))).toBe(`"${"b".repeat(100)}…"`);
});

const refusal = (outcome: "unknown" | "not_applied") => new NotFoundError({ message: "gone", status: 404, outcome });

describe("waiting for a delete", () => {
  test("tells that there was nothing to delete", async () => {
    const error = refusal("not_applied");
    await expect(ignoreNotFoundAfterRetry(Promise.reject(error))).rejects.toBe(error);
  });

  test("passes on any other failure", async () => {
    const error = new ResponseError({ message: "no", status: 422, outcome: "unknown" });
    await expect(ignoreNotFoundAfterRetry(Promise.reject(error))).rejects.toBe(error);
  });

  test("forgives what an earlier attempt has done", async () => {
    await expect(ignoreNotFoundAfterRetry(Promise.reject(refusal("unknown")))).resolves.toBeUndefined();
  });
});
