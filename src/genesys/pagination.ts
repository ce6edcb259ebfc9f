import type { Listing } from "./wire.js";

/** The query of one page. Without a cursor there is none: Genesys Cloud documents no parameters, and gives all clients at once. */
export function writePage(cursor: string | undefined): { readonly pageNumber?: number; readonly pageSize?: number } {
  return Object.fromEntries(Array.from(new URLSearchParams(cursor), ([name, value]) => [name, Number(value)]));
}

/**
 * Takes the cursor of the next page out of a list: the two numbers in its link, and nothing else of where it points. The count of
 * pages is not believed, nor is a link that comes with a list that is whole.
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
