import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ValidationError } from "../../../src/core/errors.js";
import { fillPath } from "../../../src/core/http/path.js";

describe("fillPath", () => {
  test.each([
    ["a value that is missing", undefined, "expected a string"],
    ["a number", 7, "expected a string"],
    ["the empty string", "", "expected a value that is not empty"],
    ["one dot", ".", "a dot segment would name another resource"],
    ["two dots", "..", "a dot segment would name another resource"],
    ["half of a surrogate pair", "a\udc00", "expected well-formed Unicode"],
  ])("fillPath rejects %s and names the parameter", (_, value, message) => {
    let error: unknown;
    try {
      fillPath("/clients/{id}", { id: value }, { vendor: "acme", operation: "get client" });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ vendor: "acme", operation: "get client", issues: [{ path: "id", message }] });
    expect((error as Error).message).toBe(`acme get client: id: ${message}`);
  });

  test("fillPath names only the parameter when there is no context", () => {
    expect(() => fillPath("/{id}", { id: "" })).toThrow(/^id: expected/);
  });

  test("fillPath does not take a value from the prototype", () => {
    expect(() => fillPath("/{toString}", {})).toThrow(ValidationError);
  });

  test("fillPath encodes every value as one segment, which the platform's URL parser decodes to the same value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
        fc.pre(id !== "." && id !== "..");
        const { pathname } = new URL(`https://a.test${fillPath("/x/{id}/y", { id })}`);
        const segments = pathname.split("/");
        expect(segments).toHaveLength(4);
        expect(decodeURIComponent(segments[2]!)).toBe(id);
      }),
    );
  });

  test("fillPath fills every parameter, and does not fill placeholders inside values", () => {
    expect(fillPath("/a/{x}/b/{y}", { x: "{y}", y: "$1" })).toBe("/a/%7By%7D/b/%241");
    expect(fillPath("/plain")).toBe("/plain");
  });
});
