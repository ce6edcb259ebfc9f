import { isDeepStrictEqual } from "node:util";
import type { Difference } from "./report.js";

/** The fields of `wanted` that `found` has otherwise, or not at all. */
export function compare(wanted: object, found: object, ignored: readonly string[] = []): string[] {
  const values = new Map<string, unknown>(Object.entries(found));
  return Object.entries(wanted)
    .filter(([field, value]) => !ignored.includes(field) && !isDeepStrictEqual(value, values.get(field)))
    .map(([field]) => field);
}

/** Every field that is not the same in both. */
export function findDifferences(before: object, after: object, ignored: readonly string[] = []): Difference[] {
  const [old, fresh] = [before, after].map((one) => new Map<string, unknown>(Object.entries(one)));
  return [...new Set([...(old?.keys() ?? []), ...(fresh?.keys() ?? [])])]
    .map((field) => ({ field, before: old?.get(field), after: fresh?.get(field) }))
    .filter((one) => !ignored.includes(one.field) && !isDeepStrictEqual(one.before, one.after));
}
