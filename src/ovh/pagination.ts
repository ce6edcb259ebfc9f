/** The request headers of one page of the v2 API. */
export function toPageHeaders(cursor: string | undefined, size: number | undefined) {
  return {
    ...(cursor === undefined ? {} : { "X-Pagination-Cursor": cursor }),
    ...(size === undefined ? {} : { "X-Pagination-Size": size }),
  };
}

/** Reads the cursor of the next page of the v2 API. `undefined` on the last page. */
export function readNextCursor(headers: Headers): string | undefined {
  return headers.get("x-pagination-cursor-next") || undefined;
}

/**
 * Reads an item for each key, in the order of the keys. At most `concurrency` reads run at once, and no read runs further ahead of
 * the loop than that. Items that are `undefined` are left out. When the loop ends early, or a read fails, the other reads are
 * aborted.
 */
export async function* mapConcurrently<Key, Item>(
  keys: Iterable<Key>,
  read: (key: Key, signal: AbortSignal) => Promise<Item | undefined>,
  concurrency: number,
): AsyncGenerator<Item> {
  const end = new AbortController();
  const pending: Promise<Item | undefined>[] = [];
  const remaining = keys[Symbol.iterator]();

  function startReads(): void {
    while (pending.length < concurrency) {
      const { done, value } = remaining.next();
      if (done) return;
      const item = read(value, end.signal);
      // The loop may end before it awaits this read.
      item.catch(() => undefined);
      pending.push(item);
    }
  }

  try {
    for (startReads(); ; startReads()) {
      const next = pending.shift();
      if (next === undefined) return;
      const item = await next;
      if (item !== undefined) yield item;
    }
  } finally {
    end.abort();
  }
}
