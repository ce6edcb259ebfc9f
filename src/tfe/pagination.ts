import type { PageMeta } from "./wire.js";

/** The largest page size that the API allows. */
export const largestPage = 100;

/** The query of one page. Without a cursor: the first page. */
export function writePage(cursor: string | undefined, size: number = largestPage) {
  return { "page[number]": Number(cursor ?? 1), "page[size]": size };
}

/**
 * Reads the cursor of the next page: its number, which must grow. Links are ignored, and so are totals, which not every list has. A
 * list without `meta` is complete.
 */
export function readNextPage(meta: PageMeta, cursor: string | undefined): string | undefined {
  const next = meta?.pagination?.["next-page"];
  return typeof next === "number" && next > Number(cursor ?? 1) ? String(next) : undefined;
}
