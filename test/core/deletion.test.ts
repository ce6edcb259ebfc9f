import { describe, expect, test } from "vitest";
import { ignoreNotFoundAfterRetry } from "../../src/core/deletion.js";
import { NotFoundError, ResponseError } from "../../src/core/errors.js";

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
