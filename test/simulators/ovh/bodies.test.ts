import { describe, expect, test } from "vitest";
import { asFilledText, asList, asObject, asText, readObject, refuseOthers } from "../../../src/simulators/ovh/bodies.js";

describe("reading what was sent", () => {
  test.each<[string, () => unknown, string]>([
    ["no JSON", () => readObject("{"), "JSON"],
    ["nothing", () => readObject(""), "JSON"],
    ["null", () => readObject("null"), "[body]"],
    ["an array for an object", () => asObject([], "a.b"), "[a.b]"],
    ["an object for an array", () => asList({}, "a.b"), "[a.b]"],
    ["nothing for text", () => asText(undefined, "a"), "Missing parameter [a]"],
    ["a number for text", () => asText(1, "a"), "[a]"],
    ["spaces for filled text", () => asFilledText("  ", "a"), "[a] is empty"],
    ["another member", () => refuseOthers({ a: 1, b: 2 }, ["a"], [], "ignore"), "[b]"],
    ["a member that is the vendor's", () => refuseOthers({ a: 1, b: 2 }, ["a"], ["b"], "refuse"), "[b] is read-only"],
  ])("refuses %s, and names it", (_case, work, message) => {
    expect(work).toThrow(expect.objectContaining({ status: 400, message: expect.stringContaining(message) }));
  });

  test("gives back what fits", () => {
    expect(readObject('{"a":[1]}')).toEqual({ a: [1] });
    expect(asList([1], "a")).toEqual([1]);
    expect(asText("", "a")).toBe("");
    expect(asFilledText(" x ", "a")).toBe(" x ");
    expect(() => refuseOthers({ a: 1, b: 2 }, ["a"], ["b"], "ignore")).not.toThrow();
  });
});
