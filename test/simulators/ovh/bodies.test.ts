import { describe, expect, test } from "vitest";
import { asFilledText, asList, asObject, asText, readObject, refuseOthers } from "../../../src/simulators/ovh/bodies.js";

describe("parsing a request body", () => {
  test.each<[string, () => unknown, string]>([
    ["text that is not JSON", () => readObject("{"), "JSON"],
    ["empty text", () => readObject(""), "JSON"],
    ["null", () => readObject("null"), "[body]"],
    ["an array for an object", () => asObject([], "a.b"), "[a.b]"],
    ["an object for an array", () => asList({}, "a.b"), "[a.b]"],
    ["undefined for a string", () => asText(undefined, "a"), "Missing parameter [a]"],
    ["a number for a string", () => asText(1, "a"), "[a]"],
    ["spaces for a non-empty string", () => asFilledText("  ", "a"), "[a] is empty"],
    ["an unknown member", () => refuseOthers({ a: 1, b: 2 }, ["a"], [], "ignore"), "[b]"],
    ["a read-only member", () => refuseOthers({ a: 1, b: 2 }, ["a"], ["b"], "refuse"), "[b] is read-only"],
  ])("rejects %s and names it", (_case, work, message) => {
    expect(work).toThrow(expect.objectContaining({ status: 400, message: expect.stringContaining(message) }));
  });

  test("returns valid values", () => {
    expect(readObject('{"a":[1]}')).toEqual({ a: [1] });
    expect(asList([1], "a")).toEqual([1]);
    expect(asText("", "a")).toBe("");
    expect(asFilledText(" x ", "a")).toBe(" x ");
    expect(() => refuseOthers({ a: 1, b: 2 }, ["a"], ["b"], "ignore")).not.toThrow();
  });
});
