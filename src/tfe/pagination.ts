import type { PageMeta } from "./wire.js";

/** The most that a page can hold. */
export const largestPage = 100;

/** The query of one page. Without a cursor, of the first. */
export function writePage(cursor: string | undefined, size: number = largestPage) {
  return { "page[number]": Number(cursor ?? 1), "page[size]": size };
}

/**
 * Takes the cursor of the next page out of what came with one: its number, which has to grow. Links are not asked, nor are totals,
 * which not every list has. A list without `meta` is whole.
 */
export function readNextPage(meta: PageMeta, cursor: string | undefined): string | undefined {
  const next = meta?.pagination?.["next-page"];
  return typeof next === "number" && next > Number(cursor ?? 1) ? String(next) : undefined;
}
