import { ifDefined } from "../core/values.js";
import type { PageMeta } from "./wire.js";

/** The largest page size that the API allows. */
export const largestPage = 100;

/** The query of one page. Without a cursor: the first page. */
export function writePage(cursor: string | undefined, size: number = largestPage) {
  return { "page[number]": Number(cursor ?? 1), "page[size]": size };
}

/**
 * Reads the cursor of the next page, its number, and the size of the list. Links are ignored. A list without `meta` is complete.
 */
export function readNextPage(meta: PageMeta): { readonly next?: string; readonly total?: number } {
  return {
    ...ifDefined("next", meta?.pagination?.["next-page"]?.toString()),
    ...ifDefined("total", meta?.pagination?.["total-count"]),
  };
}
