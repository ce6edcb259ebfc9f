import { describe, expect, test, vi } from "vitest";
import { UnexpectedResponseError } from "../../src/core/errors.js";
import { collect, type Page, paginate } from "../../src/core/pagination.js";
import { rejection } from "./acme.js";

type Fetch = (cursor: string | undefined) => Promise<Page<string>>;
const list = (fetchPage: Fetch) => paginate(fetchPage, (item) => item);
/** Pages by cursor. The first page has the cursor "". */
const book = (pages: Record<string, Page<string>>) => vi.fn<Fetch>(async (cursor) => pages[cursor ?? ""]!);

describe("paginate", () => {
  test("paginate fails after ten thousand pages, instead of cutting the list", async () => {
    let count = 0;
    const fetchPage = vi.fn<Fetch>(async () => ({ items: [`item ${++count}`], next: `${count}` }));
    const error = await rejection(collect(list(fetchPage)));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect((error as Error).message).toContain("10000 pages");
    expect(fetchPage).toHaveBeenCalledTimes(10_000);
  });

  test("paginate rejects with the error of a page, after the items before it", async () => {
    const fault = new Error("page two");
    const fetchPage = vi.fn<Fetch>(async (cursor) => {
      if (cursor) throw fault;
      return { items: ["a", "b"], next: "2" };
    });
    const seen: string[] = [];
    const work = (async () => {
      for await (const item of list(fetchPage)) seen.push(item);
    })();
    expect(await rejection(work)).toBe(fault);
    expect(seen).toEqual(["a", "b"]);
  });

  test.each([
    ["itself", { "": { items: ["a"], next: "1" }, "1": { items: ["b"], next: "1" } }, ["a", "b"], 2],
    [
      "an earlier page",
      { "": { items: ["a"], next: "1" }, "1": { items: ["b"], next: "2" }, "2": { items: ["c"], next: "1" } },
      ["a", "b", "c"],
      3,
    ],
  ])("a page that links back to %s is an error, after all items before it", async (_, pages, items, calls) => {
    const fetchPage = book(pages);
    const seen: string[] = [];
    const work = (async () => {
      for await (const item of list(fetchPage)) seen.push(item);
    })();
    const error = await rejection(work);
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect((error as Error).message).toBe("the list is incomplete: a page links to an earlier page");
    expect(seen).toEqual(items);
    expect(fetchPage).toHaveBeenCalledTimes(calls);
  });

  test("a list that ends before its total is an error that names the vendor and the operation", async () => {
    const fetchPage = book({ "": { items: ["a", "b"], next: "1" }, "1": { items: ["b"], total: 3 } });
    const context = { vendor: "acme", operation: "list clients" };
    const error = await rejection(collect(paginate(fetchPage, (item) => item, context)));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ ...context, outcome: "not_applied" });
    expect((error as Error).message).toBe("acme list clients: the list is incomplete: it ended after 2 of 3 items");
  });

  test("a list with as many different items as its total is complete", async () => {
    expect(await collect(list(book({ "": { items: ["a", "b", "a"], total: 2 } })))).toEqual(["a", "b"]);
  });

  test("paginate ends at the second consecutive empty page, although a next page is linked", async () => {
    let count = 0;
    const fetchPage = vi.fn<Fetch>(async () => ({ items: [], next: `${++count}` }));
    expect(await collect(list(fetchPage))).toEqual([]);
    expect(fetchPage).toHaveBeenCalledTimes(2);
  });

  test("paginate continues after a single empty page, and after a page with known items only", async () => {
    const fetchPage = book({
      "": { items: ["a"], next: "1" },
      "1": { items: [], next: "2" },
      "2": { items: ["b"], next: "3" },
      "3": { items: ["a", "b"], next: "4" },
      "4": { items: [], next: "5" },
      "5": { items: ["c"] },
    });
    expect(await collect(list(fetchPage))).toEqual(["a", "b", "c"]);
  });

  test("paginate omits known items, which shifting pages contain again", async () => {
    expect(await collect(list(book({ "": { items: ["a", "b", "a"], next: "1" }, "1": { items: ["b", "c"] } })))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  test("paginate sends nothing before the loop, and requests no page that the loop does not reach", async () => {
    const fetchPage = book({ "": { items: ["a", "b"], next: "1" }, "1": { items: ["c"], next: "2" } });
    const items = list(fetchPage);
    expect(fetchPage).not.toHaveBeenCalled();
    for await (const item of items) if (item === "b") break;
    expect(fetchPage).toHaveBeenCalledTimes(1);
  });

  test("paginate starts with the first page in each loop", async () => {
    const fetchPage = book({ "": { items: ["a"], next: "1" }, "1": { items: ["b"] } });
    const items = list(fetchPage);
    expect(await collect(items)).toEqual(["a", "b"]);
    expect(await collect(items)).toEqual(["a", "b"]);
    expect(fetchPage.mock.calls).toEqual([[undefined], ["1"], [undefined], ["1"]]);
  });
});

describe("collect", () => {
  test("collect requests nothing with the limit 0", async () => {
    const fetchPage = book({ "": { items: ["a"] } });
    expect(await collect(list(fetchPage), 0)).toEqual([]);
    expect(await collect(list(fetchPage), -1)).toEqual([]);
    expect(fetchPage).not.toHaveBeenCalled();
  });

  test("collect stops at the limit, and ends the iteration", async () => {
    let ended = false;
    async function* count() {
      try {
        for (let number = 1; ; number++) yield number;
      } finally {
        ended = true;
      }
    }
    expect(await collect(count(), 3)).toEqual([1, 2, 3]);
    expect(ended).toBe(true);
  });

  test("collect collects all items without a limit", async () => {
    expect(await collect(list(book({ "": { items: ["a"], next: "1" }, "1": { items: ["b"] } })))).toEqual(["a", "b"]);
  });
});

describe("a page with entries that were reported as unreadable", () => {
  test("counts them for the total, and is not an empty page", async () => {
    const pages = [
      { items: [], unreadable: 1, next: "2" },
      { items: [], unreadable: 1, next: "3" },
      { items: ["c"], total: 3 },
    ];
    const list = paginate(
      async (cursor) => pages[Number(cursor ?? 1) - 1] ?? { items: [] },
      (item) => item,
    );
    expect(await collect(list)).toEqual(["c"]);
    expect(await collect(list)).toEqual(["c"]);
  });

  test("does not hide a list that is incomplete", async () => {
    const list = paginate(
      async () => ({ items: ["a"], unreadable: 1, total: 3 }),
      (item) => item,
    );
    await expect(collect(list)).rejects.toThrow(/it ended after 2 of 3 items/);
  });
});
