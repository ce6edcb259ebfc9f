import { describe, expect, test } from "vitest";
import { simulateTfe, type TfeSimulatorOptions } from "../../../src/simulators/tfe/simulator.js";
import { call, github, idsOf, type ParsedResponse } from "./calls.js";

const lists = {
  clients: "/organizations/acme/oauth-clients",
  tokens: "/organizations/acme/oauth-tokens",
};

function fill(count: number, options: TfeSimulatorOptions = {}) {
  const tfe = simulateTfe(options);
  const ids = Array.from({ length: count }, () => tfe.insert({ attributes: github }));
  return { tfe, ids, list: (query = "", path = lists.clients) => call(tfe, "GET", `${path}${query}`) };
}
const paginationOf = ({ json }: ParsedResponse) =>
  (json.meta as { pagination: Record<string, number | null> } | undefined)?.pagination;

describe("a page outside of the list", () => {
  test.each(["page[number]=0", "page[number]=-1", "page[size]=0", "page[size]=many", "page%5Bnumber%5D=1.5", "page[number]="])(
    "%s returns 400",
    async (query) => {
      expect((await fill(1).list(`?${query}`)).status).toBe(400);
    },
  );

  test("is empty after the last page", async () => {
    const response = await fill(3).list("?page[number]=5&page[size]=2");
    expect(response).toMatchObject({ status: 200, json: { data: [], links: { next: null } } });
    expect(paginationOf(response)).toMatchObject({ "current-page": 5, "next-page": null, "total-pages": 2 });
  });
});

describe("a list", () => {
  test("is returned whole without meta and links when the request has no page parameter", async () => {
    const { list, ids } = fill(25);
    const response = await list();
    expect(idsOf(response)).toEqual(ids);
    expect(Object.keys(response.json)).toEqual(["data"]);
  });

  test.each(["?page%5Bnumber%5D=1", "?page%5Bsize%5D=20"])(
    "is returned in pages of 20 with a page parameter: %s",
    async (query) => {
      const { list, ids } = fill(25);
      const response = await list(query);
      expect(idsOf(response)).toEqual(ids.slice(0, 20));
      expect(paginationOf(response)).toEqual({
        "current-page": 1,
        "page-size": 20,
        "prev-page": null,
        "next-page": 2,
        "total-pages": 2,
        "total-count": 25,
      });
    },
  );

  test("links its pages with absolute URLs", async () => {
    const { tfe, list, ids } = fill(5);
    const response = await list("?page[number]=2&page[size]=2&include=projects");
    const link = (number: number) =>
      `${tfe.urls.host}/api/v2${lists.clients}?page%5Bnumber%5D=${number}&page%5Bsize%5D=2&include=projects`;
    expect(response.json.links).toEqual({ self: link(2), first: link(1), prev: link(1), next: link(3), last: link(3) });
    expect(idsOf(response)).toEqual(ids.slice(2, 4));
    expect(paginationOf(response)).toMatchObject({ "prev-page": 1, "next-page": 3, "total-count": 5 });
    expect((await list("?page[number]=3&page[size]=2")).json.links).toMatchObject({
      prev: link(2).replace("&include=projects", ""),
      next: null,
    });
  });

  test("limits the page size to the maximum", async () => {
    expect(paginationOf(await fill(101).list("?page[size]=500"))).toMatchObject({ "page-size": 100, "total-pages": 2 });
    expect(paginationOf(await fill(5, { maximumPageSize: 2 }).list("?page[size]=100"))).toMatchObject({
      "page-size": 2,
      "total-pages": 3,
    });
    expect(paginationOf(await fill(5, { pageSize: 3 }).list("?page[number]=1"))).toMatchObject({ "page-size": 3 });
  });

  test("of an organization's tokens always has pages", async () => {
    const response = await fill(21).list("", lists.tokens);
    expect(response.json.data).toHaveLength(20);
    expect(paginationOf(response)).toMatchObject({ "next-page": 2, "total-count": 21 });
  });

  test("without entries has one page", async () => {
    expect(paginationOf(await fill(0).list("?page[number]=1"))).toMatchObject({ "total-pages": 1, "total-count": 0 });
  });
});

describe("older installations", () => {
  test("return the whole list for every page parameter", async () => {
    const { list, ids } = fill(25, { withoutMeta: true });
    for (const query of ["", "?page[number]=1&page[size]=2", "?page[number]=2"]) {
      const response = await list(query);
      expect(idsOf(response)).toEqual(ids);
      expect(Object.keys(response.json)).toEqual(["data"]);
    }
    expect((await list("?page[number]=9", lists.tokens)).json.data).toHaveLength(25);
  });

  test("return pages without totals", async () => {
    const response = await fill(3, { withoutTotals: true }).list("?page[size]=2");
    expect(Object.keys(paginationOf(response) ?? {})).toEqual(["current-page", "page-size", "prev-page", "next-page"]);
    expect(response.json.links).not.toHaveProperty("last");
  });
});
