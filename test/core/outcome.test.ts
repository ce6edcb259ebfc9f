import { describe, expect, test } from "vitest";
import { NetworkError, NotFoundError, type Outcome, ResponseError } from "../../src/core/errors.js";
import { ignoreNotFoundAfterRetry, showName, withUnknownOutcomeHint } from "../../src/core/outcome.js";

describe("withUnknownOutcomeHint", () => {
  test.each(["not_applied", "applied"] as const)(
    "withUnknownOutcomeHint returns an error with the outcome %s unchanged",
    (outcome: Outcome) => {
      const error = new NetworkError({ message: "cut", outcome });
      expect(withUnknownOutcomeHint(error, "read the list")).toBe(error);
      expect(error.message).toBe("cut");
    },
  );

  test("withUnknownOutcomeHint returns other errors unchanged, such as a signal's reason", () => {
    const reason = Object.assign(new Error("enough"), { outcome: "unknown" });
    expect(withUnknownOutcomeHint(reason, "read the list")).toBe(reason);
    expect(reason.message).toBe("enough");
    expect(withUnknownOutcomeHint("enough", "read the list")).toBe("enough");
  });

  test("withUnknownOutcomeHint adds the hint to a clone of an error with an unknown outcome", () => {
    const error = new NetworkError({ message: "cut", outcome: "unknown" });
    const hinted = withUnknownOutcomeHint(error, "read the list") as NetworkError;
    expect(hinted).toBeInstanceOf(NetworkError);
    expect(hinted.outcome).toBe("unknown");
    expect(hinted.message).toBe("cut. The change may have been applied. Read the list.");
    expect(hinted.stack).toContain("cut. The change may have been applied. Read the list.");
  });
});

test("showName quotes a name on one line, redacts secrets and cuts it", () => {
  expect(showName("a\n\u001b[2Jb")).toBe('"a [2Jb"');
  expect(showName("see hunter22", ["hunter22"])).toBe('"see [secret]"');
  expect(showName("b".repeat(200))).toBe(`"${"b".repeat(100)}…"`);
});

const notFound = (outcome: "unknown" | "not_applied") => new NotFoundError({ message: "gone", status: 404, outcome });

describe("ignoreNotFoundAfterRetry", () => {
  test("ignoreNotFoundAfterRetry rejects when no attempt can have deleted the resource", async () => {
    const error = notFound("not_applied");
    await expect(ignoreNotFoundAfterRetry(Promise.reject(error))).rejects.toBe(error);
  });

  test("ignoreNotFoundAfterRetry rejects with any other error", async () => {
    const error = new ResponseError({ message: "no", status: 422, outcome: "unknown" });
    await expect(ignoreNotFoundAfterRetry(Promise.reject(error))).rejects.toBe(error);
  });

  test("ignoreNotFoundAfterRetry resolves when an earlier attempt may have deleted the resource", async () => {
    await expect(ignoreNotFoundAfterRetry(Promise.reject(notFound("unknown")))).resolves.toBeUndefined();
  });
});
