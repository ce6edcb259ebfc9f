import type { TokenStoreAdapter } from "../../../src/token/store/index.js";

/** A token store in memory that records its calls. */
export function memoryStore() {
  const values = new Map<string, string>();
  const locks = new Set<string>();
  const calls: string[] = [];
  const store: TokenStoreAdapter = {
    get: async (key) => {
      calls.push("get");
      return values.get(key);
    },
    set: async (key, value) => {
      calls.push("set");
      values.set(key, value);
    },
    delete: async (key) => {
      calls.push("delete");
      values.delete(key);
    },
    lock: async (key) => {
      calls.push("lock");
      if (locks.has(key)) return undefined;
      locks.add(key);
      return async () => locks.delete(key);
    },
  };
  return { store, values, locks, calls };
}
