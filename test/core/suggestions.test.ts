import { describe, expect, test } from "vitest";
import * as z from "zod";
import { fieldNames, nearestName } from "../../src/core/suggestions.js";

describe("nearestName", () => {
  const names = ["clientName", "redirectUris", "scopes", "timeoutMs", "id"];

  test.each([
    ["colour", undefined],
    ["idea", undefined],
    ["", undefined],
    ["x".repeat(100_000), undefined],
    ["client_name", "clientName"],
    ["client-name", "clientName"],
    ["redirectUri", "redirectUris"],
    ["timeoutMS", "timeoutMs"],
    ["scoeps", "scopes"],
    ["clientNaem", "clientName"],
  ])("nearestName returns for %j the name %j", (name, expected) => {
    expect(nearestName(name, names)).toBe(expected);
  });
});

test("fieldNames finds the fields of objects, unions, arrays and pipes, and ends on a recursive schema", () => {
  const node: z.ZodType = z.lazy(() => z.strictObject({ child: node }));
  const schema = z
    .strictObject({
      a: z.strictObject({ b: z.string() }).optional(),
      c: z.array(z.union([z.strictObject({ d: z.string() }), z.strictObject({ e: z.string() })])),
      f: node,
    })
    .superRefine(() => undefined)
    .pipe(z.looseObject({ g: z.string() }) as never);
  expect(fieldNames(schema).sort()).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
  expect(fieldNames(undefined)).toEqual([]);
  expect(fieldNames({})).toEqual([]);
});
