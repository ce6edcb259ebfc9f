import type * as z from "zod";

/** The names of all fields in a schema, on every level. */
export function fieldNames(schema: unknown, seen: Set<unknown> = new Set()): string[] {
  if (typeof schema !== "object" || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  const definition = (schema as z.core.$ZodType)._zod?.def as unknown as Record<string, unknown> | undefined;
  if (!definition) return [];
  const { shape, options, innerType, element, valueType, left, right } = definition;
  const fields = (shape ?? {}) as Record<string, unknown>;
  const parts = [...Object.values(fields), ...((options ?? []) as unknown[]), innerType, element, valueType, left, right];
  return [...Object.keys(fields), ...[...parts, definition.in, definition.out].flatMap((part) => fieldNames(part, seen))];
}

/** The most similar name: the same name in another notation (`client_name`), or with at most two different characters. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  // The input can have long names, and the comparison takes quadratic time.
  if (name.length > 50) return undefined;
  const plain = (text: string) => text.replace(/[_-]/g, "").toLowerCase();
  const limit = Math.min(2, Math.floor(name.length / 3));
  const candidates = names
    .map((candidate) => ({ candidate, distance: editDistance(plain(name), plain(candidate)) }))
    .filter(({ candidate, distance }) => candidate !== name && distance <= limit)
    .sort((one, other) => one.distance - other.distance);
  return candidates[0]?.candidate;
}

/** The number of characters to insert, remove or replace (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
