import { describe, expect, test } from "vitest";
import { readNextPage, writePage } from "../../src/tfe/pagination.js";

const meta = (next: number | null | undefined) => ({ pagination: { "next-page": next } });

describe("the next page", () => {
  test.each([
    ["without meta", undefined],
    ["with meta null", null],
    ["without pagination", {}],
    ["at the end", meta(null)],
    ["without a statement about it", meta(undefined)],
  ])("there is no next page %s", (_, given) => {
    expect(readNextPage(given)).toEqual({});
  });

  test("the next page is the named one, and the total is passed on", () => {
    expect(readNextPage(meta(2))).toEqual({ next: "2" });
    expect(readNextPage({ pagination: { "next-page": null, "total-count": 7 } })).toEqual({ total: 7 });
  });
});

test("a page is requested by its number, with the largest size by default", () => {
  expect(writePage(undefined)).toEqual({ "page[number]": 1, "page[size]": 100 });
  expect(writePage("7", 20)).toEqual({ "page[number]": 7, "page[size]": 20 });
});
