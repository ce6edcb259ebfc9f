import { UnexpectedResponseError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { readNextPage, writePage } from "../../src/genesys/pagination.js";

const entities = [{ id: "a" }, { id: "b" }];
const nextUri = "/api/v2/oauth/clients?pageSize=2&pageNumber=2";

describe("readNextPage returns no next page", () => {
  test.each<[string, Parameters<typeof readNextPage>[0]]>([
    ["without a link", { entities, total: 9 }],
    ["with an empty link", { entities, total: 9, nextUri: "" }],
    ["when the list is complete, even with a link", { entities, total: 2, nextUri }],
  ])("%s", (_, listing) => {
    expect(readNextPage(listing)).not.toHaveProperty("next");
  });

  test.each([
    { entities, total: 9, nextUri: "/api/v2/oauth/clients" },
    { entities, nextUri: "/api/v2/oauth/clients?pageNumber=two" },
    { entities, nextUri: "/api/v2/oauth/clients?pageNumber=0" },
  ])("and rejects a link without a page number in an incomplete list: %o", (listing) => {
    expect(() => readNextPage(listing)).toThrow(UnexpectedResponseError);
    expect(() => readNextPage(listing)).toThrow("the link to its next page has no page number");
  });
});

test("readNextPage reads only the two numbers of a link, for any host", () => {
  expect(readNextPage({ entities, total: 3, nextUri })).toEqual({ next: "pageNumber=2&pageSize=2", total: 3 });
  const elsewhere = "https://elsewhere.test/x?pageNumber=3&access_token=t#pageNumber=4";
  expect(readNextPage({ entities, total: null, nextUri: elsewhere })).toEqual({ next: "pageNumber=3" });
});

test("writePage writes no query for the first page, and the numbers of the link for the others", () => {
  expect(writePage(undefined)).toEqual({});
  expect(writePage("pageNumber=2&pageSize=25")).toEqual({ pageNumber: 2, pageSize: 25 });
});
