import type { Listing } from "./wire.js";

/** The query of one page. The first request has none: Genesys Cloud documents no parameters and returns all clients at once. */
export function writePage(cursor: string | undefined): { readonly pageNumber?: number; readonly pageSize?: number } {
  return Object.fromEntries(Array.from(new URLSearchParams(cursor), ([name, value]) => [name, Number(value)]));
}

/**
 * Reads the cursor of the next page: the two numbers in the link of a list. The rest of the link and `pageCount` are ignored, and so
 * is a link in a list that is complete.
 */
export function readNextPage({ entities, total, nextUri }: Listing): string | undefined {
  if (!nextUri || entities.length >= (total ?? Number.POSITIVE_INFINITY)) return undefined;
  const link = new URLSearchParams(/\?([^#]*)/.exec(nextUri)?.[1]);
  const cursor = new URLSearchParams();
  for (const name of ["pageNumber", "pageSize"]) {
    const value = link.get(name) ?? "";
    if (/^[1-9]\d{0,8}$/.test(value)) cursor.set(name, value);
  }
  return cursor.has("pageNumber") ? cursor.toString() : undefined;
}
