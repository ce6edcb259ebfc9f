import { describe, expect, test } from "vitest";
import { createPages } from "../../../src/simulators/ovh/pagination.js";

const entries = [1, 2, 3, 4, 5];
const setup = () => {
  const paginate = createPages({ defaultSize: 2, maximumSize: 3 });
  return (given: readonly number[], headers: Record<string, string> = {}, query = "") =>
    paginate(given, (entry) => entry, { url: new URL(`https://x.test/v2/list${query}`), headers: new Headers(headers) });
};
const cursorOf = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => ({
  "x-pagination-cursor": headers["x-pagination-cursor-next"] ?? "",
});

describe("pagination by cursor", () => {
  test.each(["0", "-1", "1.5", "all", ""])("rejects the page size %j", (size) => {
    expect(() => setup()(entries, { "x-pagination-size": size })).toThrow("[X-Pagination-Size]");
  });

  test("rejects an unknown cursor and the cursor of another list", () => {
    const page = setup();
    expect(() => page(entries, { "x-pagination-cursor": "2" })).toThrow("[X-Pagination-Cursor]");
    const cursor = cursorOf(page(entries, {}, "?identity=a&action=b"));
    expect(() => page(entries, cursor)).toThrow("[X-Pagination-Cursor]");
    expect(page(entries, cursor, "?action=b&identity=a").entries).toEqual([3, 4]);
  });

  test("returns every entry once, and no next cursor on the last page", () => {
    const page = setup();
    const first = page(entries);
    const second = page(entries, cursorOf(first));
    const third = page(entries, cursorOf(second));
    expect([first, second, third].map((one) => one.entries)).toEqual([[1, 2], [3, 4], [5]]);
    expect(third.headers).toEqual({});
    expect(page(entries.slice(0, 2)).headers).toEqual({});
    expect(page([])).toEqual({ entries: [], headers: {} });
  });

  test("limits the page size to the maximum", () => {
    expect(setup()(entries, { "x-pagination-size": "1000" }).entries).toEqual([1, 2, 3]);
    expect(setup()(entries, { "x-pagination-size": "1" }).entries).toEqual([1]);
  });

  test("neither skips nor repeats entries when others are added and removed between pages", () => {
    const page = setup();
    const cursor = cursorOf(page(entries));
    expect(page([1, 3, 4, 5, 6], cursor).entries).toEqual([3, 4]);
  });
});
