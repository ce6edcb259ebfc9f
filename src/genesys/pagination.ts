import { UnexpectedResponseError } from "../core/errors.js";
import { ifDefined } from "../core/values.js";
import { operations, vendor } from "./errors.js";
import type { Listing } from "./wire.js";

/** The query of one page. The first request has none: Genesys Cloud documents no parameters and returns all clients at once. */
export function writePage(cursor: string | undefined): { readonly pageNumber?: number; readonly pageSize?: number } {
  return Object.fromEntries(Array.from(new URLSearchParams(cursor), ([name, value]) => [name, Number(value)]));
}

/**
 * Reads the cursor of the next page, which is the two numbers in the link of a list, and the size of the list. The rest of the link
 * and `pageCount` are ignored, and so is a link in a list that is complete.
 * @throws {UnexpectedResponseError} the list is not complete, and its link has no page number
 */
export function readNextPage({ entities, total, nextUri }: Listing): { readonly next?: string; readonly total?: number } {
  const size = ifDefined("total", total);
  if (!nextUri || entities.length >= (total ?? Number.POSITIVE_INFINITY)) return size;
  const link = new URLSearchParams(/\?([^#]*)/.exec(nextUri)?.[1]);
  const cursor = new URLSearchParams();
  for (const name of ["pageNumber", "pageSize"]) {
    const value = link.get(name) ?? "";
    if (/^[1-9]\d{0,8}$/.test(value)) cursor.set(name, value);
  }
  if (cursor.has("pageNumber")) return { ...size, next: cursor.toString() };
  const operation = operations.list;
  const message = `${vendor} ${operation}: the list is incomplete: the link to its next page has no page number`;
  throw new UnexpectedResponseError({
    vendor,
    operation,
    message,
    issues: [{ path: "nextUri", message: "expected a pageNumber" }],
  });
}

/**
 * Reads the cursor in the link of a list that is paged by cursor.
 * @throws {UnexpectedResponseError} the link has no cursor
 */
export function readCursor(nextUri: string | null | undefined): string | undefined {
  if (!nextUri) return undefined;
  const after = new URLSearchParams(/\?([^#]*)/.exec(nextUri)?.[1]).get("after");
  if (after) return after;
  const operation = operations.listIntegrationCredentials;
  const message = `${vendor} ${operation}: the list is incomplete: the link to its next page has no cursor`;
  throw new UnexpectedResponseError({
    vendor,
    operation,
    message,
    issues: [{ path: "nextUri", message: "expected a cursor" }],
  });
}
