import { describe, expect, test } from "vitest";
import { readNextPage, writePage } from "../../src/tfe/pagination.js";

const meta = (next: number | null | undefined) => ({ pagination: { "next-page": next } });

describe("readNextPage", () => {
  test.each([
    ["without meta", undefined],
    ["with meta null", null],
    ["without pagination", {}],
    ["on the last page", meta(null)],
    ["with an empty pagination", meta(undefined)],
  ])("returns no next page %s", (_, given) => {
    expect(readNextPage(given)).toEqual({});
  });

  test("returns the next page and the total", () => {
    expect(readNextPage(meta(2))).toEqual({ next: "2" });
    expect(readNextPage({ pagination: { "next-page": null, "total-count": 7 } })).toEqual({ total: 7 });
  });
});

test("writePage writes the page number, and the largest size by default", () => {
  expect(writePage(undefined)).toEqual({ "page[number]": 1, "page[size]": 100 });
  expect(writePage("7", 20)).toEqual({ "page[number]": 7, "page[size]": 20 });
});
