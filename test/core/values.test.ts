import { expect, test } from "vitest";
import { ifDefined, ifNonEmpty, isObject, readInstant, readText } from "../../src/core/values.js";

test.each([undefined, null])("ifDefined returns no member for %j", (value) => {
  expect(ifDefined("name", value)).toEqual({});
  expect(ifNonEmpty("name", value)).toEqual({});
});

test("an empty string is a member of ifDefined, and not of ifNonEmpty", () => {
  expect(ifNonEmpty("name", "")).toEqual({});
  expect(ifDefined("name", "")).toEqual({ name: "" });
});

test.each(["a", 0, false, []])("ifDefined returns a member for %j", (value) => {
  expect(ifDefined("name", value)).toEqual({ name: value });
  expect(ifNonEmpty("name", value)).toEqual({ name: value });
});

test.each([undefined, null, "", "soon", "2026-13-01T00:00:00Z"])("readInstant returns undefined for %j", (text) => {
  expect(readInstant(text)).toBeUndefined();
});

test.each(["2026-08-01T10:00:00Z", "2026-08-01T12:00:00+02:00", "2026-08-01T10:00:00.000000Z"])(
  "readInstant parses %s",
  (text) => {
    expect(readInstant(text)).toEqual(new Date(Date.UTC(2026, 7, 1, 10)));
  },
);

test.each([undefined, null, 7, {}, "", " \n "])("readText returns undefined for %j", (value) => {
  expect(readText(value)).toBeUndefined();
});

test("readText removes white space at the ends", () => {
  expect(readText(" a b\n")).toBe("a b");
});

test.each([undefined, null, "text", 7, [], [{}]])("isObject is false for %j", (value) => {
  expect(isObject(value)).toBe(false);
});

test("isObject is true for an object", () => {
  expect(isObject({})).toBe(true);
});
