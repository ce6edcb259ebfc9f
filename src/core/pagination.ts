import { isOAuthClientsError, ServerError, UnexpectedResponseError } from "./errors.js";
import type { ListOptions } from "./manager.js";
import { createError } from "./outcome.js";

/** One page of a list. */
export interface Page<out Item> {
  readonly items: readonly Item[];
  /** The cursor of the next page. Absent on the last page. */
  readonly next?: string | undefined;
  /** The number of entries of this page that were reported as unreadable. They count for the total. */
  readonly unreadable?: number;
  /** The number of items in the whole list, if the vendor states it. */
  readonly total?: number | undefined;
}

// More pages than any vendor's account can have. A longer list is an error: a list that is cut without an error would seem complete.
const maxPages = 10_000;

/**
 * Converts a function that fetches a page to an iterable of items. Each loop over the result starts with the first page.
 *
 * Items whose id has occurred before are omitted: the pages shift while other callers write. Two consecutive empty pages end the list:
 * some servers link a next page for ever.
 *
 * @param context - the vendor and the operation, for errors
 * @throws {UnexpectedResponseError} in the loop: a cursor occurs again, or the list ends before its total
 */
export function paginate<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
  identify: (item: Item) => string,
  context?: { readonly vendor: string; readonly operation: string },
): AsyncIterable<Item> {
  const incomplete = (problem: string) =>
    createError(UnexpectedResponseError, { ...context }, { writes: false, reason: `the list is incomplete: ${problem}` });
  return {
    async *[Symbol.asyncIterator]() {
      const ids = new Set<string>();
      const cursors = new Set<string>();
      let cursor: string | undefined;
      let emptyPages = 0;
      let unreadable = 0;
      for (let count = 0; count < maxPages; count++) {
        const page = await fetchPage(cursor);
        for (const item of page.items) {
          const id = identify(item);
          if (ids.has(id)) continue;
          ids.add(id);
          yield item;
        }
        unreadable += page.unreadable ?? 0;
        emptyPages = page.items.length + (page.unreadable ?? 0) === 0 ? emptyPages + 1 : 0;
        cursor = page.next;
        if (cursor !== undefined && cursors.has(cursor)) throw incomplete("a page links to an earlier page");
        if (cursor === undefined || emptyPages === 2) {
          const found = ids.size + unreadable;
          if (found < (page.total ?? 0)) throw incomplete(`it ended after ${found} of ${page.total} items`);
          return;
        }
        cursors.add(cursor);
      }
      throw incomplete(`it did not end after ${maxPages} pages`);
    },
  };
}

/**
 * Collects the items of an iterable in an array.
 * @param limit - the maximum number of items
 */
export async function collect<Item>(items: AsyncIterable<Item>, limit = Number.POSITIVE_INFINITY): Promise<Item[]> {
  const collected: Item[] = [];
  if (limit <= 0) return collected;
  for await (const item of items) {
    collected.push(item);
    if (collected.length >= limit) break;
  }
  return collected;
}

/**
 * Reports the failed read of one entry, for lists that read each entry on its own. An error that concerns the whole list is thrown:
 * the network, the deadline, or the manager's rights.
 */
export function reportUnreadable(id: string, error: unknown, onUnreadable: ListOptions["onUnreadable"]): undefined {
  const isOfEntry = isOAuthClientsError(error) && (error instanceof UnexpectedResponseError || error instanceof ServerError);
  if (!onUnreadable || !isOfEntry) throw error;
  onUnreadable({ id, error });
}
