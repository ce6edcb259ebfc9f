import { expect, test } from "vitest";
import { ifDefined, ifNonEmpty, isObject, readInstant, readText } from "../../src/core/values.js";

test.each([undefined, null])("%j makes no member", (value) => {
  expect(ifDefined("name", value)).toEqual({});
  expect(ifNonEmpty("name", value)).toEqual({});
});

test("empty text makes a member only where it means something", () => {
  expect(ifNonEmpty("name", "")).toEqual({});
  expect(ifDefined("name", "")).toEqual({ name: "" });
});

test.each(["a", 0, false, []])("%j makes a member", (value) => {
  expect(ifDefined("name", value)).toEqual({ name: value });
  expect(ifNonEmpty("name", value)).toEqual({ name: value });
});

test.each([undefined, null, "", "soon", "2026-13-01T00:00:00Z"])("%j is no instant", (text) => {
  expect(readInstant(text)).toBeUndefined();
});

test.each(["2026-08-01T10:00:00Z", "2026-08-01T12:00:00+02:00", "2026-08-01T10:00:00.000000Z"])("%s is an instant", (text) => {
  expect(readInstant(text)).toEqual(new Date(Date.UTC(2026, 7, 1, 10)));
});

test.each([undefined, null, 7, {}, "", " \n "])("%j says nothing", (value) => {
  expect(readText(value)).toBeUndefined();
});

test("text is read without the blanks around it", () => {
  expect(readText(" a b\n")).toBe("a b");
});

test.each([undefined, null, "text", 7, [], [{}]])("%j is no object", (value) => {
  expect(isObject(value)).toBe(false);
});

test("an object is one", () => {
  expect(isObject({})).toBe(true);
});
