import { UnexpectedResponseError } from "./errors.js";

/** One page of a listing. */
export interface Page<out Item> {
  readonly items: readonly Item[];
  /** The cursor of the next page. Absent on the last. */
  readonly next?: string | undefined;
}

// Far more than any vendor lets an account have. Past it the listing is at fault, and a silent cut would look like the truth.
const mostPages = 10_000;

/**
 * Makes a page function into a stream of items. Each loop over the result starts anew.
 *
 * Items with an `id` that was seen already are left out, since pages shift while others write. A cursor that comes back ends
 * the stream, and so does a second empty page in a row: some servers announce a next page for ever.
 */
export function paginate<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
  identify: (item: Item) => string,
): AsyncIterable<Item> {
  return {
    async *[Symbol.asyncIterator]() {
      const ids = new Set<string>();
      const cursors = new Set<string>();
      let cursor: string | undefined;
      let empty = 0;
      for (let count = 0; count < mostPages; count++) {
        const page = await fetchPage(cursor);
        for (const item of page.items) {
          const id = identify(item);
          if (ids.has(id)) continue;
          ids.add(id);
          yield item;
        }
        empty = page.items.length === 0 ? empty + 1 : 0;
        cursor = page.next;
        if (cursor === undefined || cursors.has(cursor) || empty === 2) return;
        cursors.add(cursor);
      }
      throw new UnexpectedResponseError({ message: `the listing did not end after ${mostPages} pages` });
    },
  };
}

/**
 * Gathers a stream into an array.
 * @param limit - stop after so many items
 */
export async function collect<Item>(items: AsyncIterable<Item>, limit = Number.POSITIVE_INFINITY): Promise<Item[]> {
  const gathered: Item[] = [];
  if (limit <= 0) return gathered;
  for await (const item of items) {
    gathered.push(item);
    if (gathered.length >= limit) break;
  }
  return gathered;
}
