import { describe, expect, test } from "vitest";
import { mapConcurrently } from "../../src/ovh/pagination.js";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

describe("mapConcurrently", () => {
  test("rejects with the first error in order, and aborts the other reads", async () => {
    const ended: number[] = [];
    const read = async (key: number, signal: AbortSignal) => {
      signal.addEventListener("abort", () => ended.push(key));
      if (key === 1) throw new Error("no");
      await wait(key === 2 ? 50 : 0);
      if (key === 3) throw new Error("a read that is not awaited");
      return key;
    };
    await expect(all(mapConcurrently([0, 1, 2, 3], read, 4))).rejects.toThrow("no");
    expect(ended).toEqual([0, 1, 2, 3]);
    await wait(60);
  });

  test("aborts the pending reads when the loop ends early", async () => {
    const started: number[] = [];
    let last: AbortSignal | undefined;
    const read = async (key: number, signal: AbortSignal) => {
      started.push(key);
      last = signal;
      return key;
    };
    for await (const item of mapConcurrently(Array(100).keys(), read, 3)) if (item === 1) break;
    expect(started).toEqual([0, 1, 2, 3]);
    expect(last?.aborted).toBe(true);
  });

  test("runs at most the given number of reads at once", async () => {
    let now = 0;
    let most = 0;
    const read = async (key: number) => {
      most = Math.max(most, ++now);
      await wait(2);
      now--;
      return key;
    };
    expect(await all(mapConcurrently(Array(20).keys(), read, 5))).toHaveLength(20);
    expect(most).toBe(5);
  });

  test("keeps the order of the keys, and omits undefined items", async () => {
    const read = async (key: number) => {
      await wait((5 - key) * 3);
      return key === 2 ? undefined : `item ${key}`;
    };
    expect(await all(mapConcurrently([1, 2, 3, 4], read, 4))).toEqual(["item 1", "item 3", "item 4"]);
    expect(await all(mapConcurrently([], read, 4))).toEqual([]);
  });
});
