import { describe, expect, test } from "vitest";
import { readNextPage, writePage } from "../../src/genesys/pagination.js";

const entities = [{ id: "a" }, { id: "b" }];
const nextUri = "/api/v2/oauth/clients?pageSize=2&pageNumber=2";

describe("there is no next page", () => {
  test.each<[string, Parameters<typeof readNextPage>[0]]>([
    ["without a link", { entities, total: 9 }],
    ["with an empty link", { entities, total: 9, nextUri: "" }],
    ["when the list is whole, whatever is linked", { entities, total: 2, nextUri }],
    ["when the link names none", { entities, total: 9, nextUri: "/api/v2/oauth/clients" }],
    ["when the number of the page is none", { entities, nextUri: "/api/v2/oauth/clients?pageNumber=two" }],
    ["when the number is not a page's", { entities, nextUri: "/api/v2/oauth/clients?pageNumber=0" }],
  ])("%s", (_, listing) => {
    expect(readNextPage(listing)).toBeUndefined();
  });
});

test("of a link only the two numbers count, wherever it points", () => {
  expect(readNextPage({ entities, total: 3, nextUri })).toBe("pageNumber=2&pageSize=2");
  const elsewhere = "https://elsewhere.test/x?pageNumber=3&access_token=t#pageNumber=4";
  expect(readNextPage({ entities, total: null, nextUri: elsewhere })).toBe("pageNumber=3");
});

test("the first page has no query, a further one has the link's numbers", () => {
  expect(writePage(undefined)).toEqual({});
  expect(writePage("pageNumber=2&pageSize=25")).toEqual({ pageNumber: 2, pageSize: 25 });
});
