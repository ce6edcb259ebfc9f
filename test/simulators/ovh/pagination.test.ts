import { describe, expect, test } from "vitest";
import { createPages } from "../../../src/simulators/ovh/pagination.js";

const entries = [1, 2, 3, 4, 5];
const begin = () => {
  const paginate = createPages({ defaultSize: 2, maximumSize: 3 });
  return (given: readonly number[], headers: Record<string, string> = {}, query = "") =>
    paginate(given, (entry) => entry, { url: new URL(`https://x.test/v2/list${query}`), headers: new Headers(headers) });
};
const cursorOf = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => ({
  "x-pagination-cursor": headers["x-pagination-cursor-next"] ?? "",
});

describe("pages by cursor", () => {
  test.each(["0", "-1", "1.5", "all", ""])("refuse the size %j", (size) => {
    expect(() => begin()(entries, { "x-pagination-size": size })).toThrow("[X-Pagination-Size]");
  });

  test("an unknown cursor and the cursor of another list are errors", () => {
    const page = begin();
    expect(() => page(entries, { "x-pagination-cursor": "2" })).toThrow("[X-Pagination-Cursor]");
    const cursor = cursorOf(page(entries, {}, "?identity=a&action=b"));
    expect(() => page(entries, cursor)).toThrow("[X-Pagination-Cursor]");
    expect(page(entries, cursor, "?action=b&identity=a").entries).toEqual([3, 4]);
  });

  test("lead through everything once, and end without a header", () => {
    const page = begin();
    const first = page(entries);
    const second = page(entries, cursorOf(first));
    const third = page(entries, cursorOf(second));
    expect([first, second, third].map((one) => one.entries)).toEqual([[1, 2], [3, 4], [5]]);
    expect(third.headers).toEqual({});
    expect(page(entries.slice(0, 2)).headers).toEqual({});
    expect(page([])).toEqual({ entries: [], headers: {} });
  });

  test("give no more than the largest, whatever is asked for", () => {
    expect(begin()(entries, { "x-pagination-size": "1000" }).entries).toEqual([1, 2, 3]);
    expect(begin()(entries, { "x-pagination-size": "1" }).entries).toEqual([1]);
  });

  test("skip and repeat nothing when entries come and go between them", () => {
    const page = begin();
    const cursor = cursorOf(page(entries));
    expect(page([1, 3, 4, 5, 6], cursor).entries).toEqual([3, 4]);
  });
});
