import { describe, expect, test } from "vitest";
import { readNextPage, writePage } from "../../src/tfe/pagination.js";

const meta = (next: number | null | undefined) => ({ pagination: { "next-page": next } });

describe("the next page", () => {
  test.each([
    ["is not there without meta", undefined, undefined],
    ["is not there when meta is null", null, undefined],
    ["is not there without pagination", {}, undefined],
    ["is not there at the end", meta(null), "3"],
    ["is not there when nothing is said of it", meta(undefined), "3"],
    ["is not the same page again", meta(3), "3"],
    ["is not an earlier page", meta(2), "3"],
    ["is not the first again", meta(1), undefined],
  ])("%s", (_, given, cursor) => {
    expect(readNextPage(given, cursor)).toBeUndefined();
  });

  test("is the one that is named", () => {
    expect(readNextPage(meta(2), undefined)).toBe("2");
    expect(readNextPage(meta(4), "3")).toBe("4");
  });
});

test("a page is asked for by its number, the largest there is unless said otherwise", () => {
  expect(writePage(undefined)).toEqual({ "page[number]": 1, "page[size]": 100 });
  expect(writePage("7", 20)).toEqual({ "page[number]": 7, "page[size]": 20 });
});
