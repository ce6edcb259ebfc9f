import { isOAuthClientsError, ServerError, UnexpectedResponseError } from "./errors.js";
import type { ListOptions } from "./manager.js";

/** One page of a listing. */
export interface Page<out Item> {
  readonly items: readonly Item[];
  /** The cursor of the next page. Absent on the last. */
  readonly next?: string | undefined;
  /** How many entries of this page were reported as unreadable. They count for the total. */
  readonly unreadable?: number;
  /** How many items the whole list has, as far as the vendor says. */
  readonly total?: number | undefined;
}

// Far more than any vendor lets an account have. Past it the listing is at fault, and a silent cut would look like the truth.
const mostPages = 10_000;

/**
 * Makes a page function into a stream of items. Each loop over the result starts anew.
 *
 * Items with an `id` that was seen already are left out, since pages shift while others write. A second empty page in a row ends
 * the stream: some servers link a next page for ever.
 *
 * @param context - the vendor and the operation, for errors
 * @throws {UnexpectedResponseError} while reading: a cursor is repeated, or the list ends before its total
 */
export function paginate<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
  identify: (item: Item) => string,
  context?: { readonly vendor: string; readonly operation: string },
): AsyncIterable<Item> {
  const incomplete = (problem: string) =>
    new UnexpectedResponseError({
      ...context,
      message: `${context ? `${context.vendor} ${context.operation}: ` : ""}the list is incomplete: ${problem}`,
    });
  return {
    async *[Symbol.asyncIterator]() {
      const ids = new Set<string>();
      const cursors = new Set<string>();
      let cursor: string | undefined;
      let empty = 0;
      let unreadable = 0;
      for (let count = 0; count < mostPages; count++) {
        const page = await fetchPage(cursor);
        for (const item of page.items) {
          const id = identify(item);
          if (ids.has(id)) continue;
          ids.add(id);
          yield item;
        }
        unreadable += page.unreadable ?? 0;
        empty = page.items.length + (page.unreadable ?? 0) === 0 ? empty + 1 : 0;
        cursor = page.next;
        if (cursor !== undefined && cursors.has(cursor)) throw incomplete("a page links to an earlier page");
        if (cursor === undefined || empty === 2) {
          const found = ids.size + unreadable;
          if (found < (page.total ?? 0)) throw incomplete(`it ended after ${found} of ${page.total} items`);
          return;
        }
        cursors.add(cursor);
      }
      throw incomplete(`it did not end after ${mostPages} pages`);
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

/**
 * Reports the failed read of one entry, for lists that read each entry on its own. An error that concerns the whole list is thrown:
 * the network, the deadline, or the manager's rights.
 */
export function reportUnreadable(id: string, error: unknown, onUnreadable: ListOptions["onUnreadable"]): undefined {
  const isOfEntry = isOAuthClientsError(error) && (error instanceof UnexpectedResponseError || error instanceof ServerError);
  if (!onUnreadable || !isOfEntry) throw error;
  onUnreadable({ id, error });
}
