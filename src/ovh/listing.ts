/**
 * Reads an item for each key, in the order of the keys, at most so many at once and not further ahead of the loop than that. What
 * is read as `undefined` is left out. When the loop ends early, or a read fails, the reads under way are given up.
 */
export async function* readEach<Key, Item>(
  keys: Iterable<Key>,
  read: (key: Key, signal: AbortSignal) => Promise<Item | undefined>,
  width: number,
): AsyncGenerator<Item> {
  const end = new AbortController();
  const waiting: Promise<Item | undefined>[] = [];
  const rest = keys[Symbol.iterator]();

  function fill(): void {
    while (waiting.length < width) {
      const { done, value } = rest.next();
      if (done) return;
      const reading = read(value, end.signal);
      // Nobody may ever come to wait for this one.
      reading.catch(() => undefined);
      waiting.push(reading);
    }
  }

  try {
    for (fill(); ; fill()) {
      const next = waiting.shift();
      if (next === undefined) return;
      const item = await next;
      if (item !== undefined) yield item;
    }
  } finally {
    end.abort();
  }
}
