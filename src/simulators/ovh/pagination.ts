import { randomToken } from "../core/random.js";
import { badRequest } from "./errors.js";

/** One page of a list, and the header fields with the next cursor. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Empty on the last page. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The page sizes. */
export interface PageSizes {
  readonly defaultSize: number;
  readonly maximumSize: number;
}

/** The request for a page. */
export interface PageRequest {
  readonly url: URL;
  readonly headers: Headers;
}

/** Returns one page of the entries, which are in ascending order of their position. */
export type Paginator = <Entry>(
  entries: readonly Entry[],
  positionOf: (entry: Entry) => number,
  request: PageRequest,
) => Page<Entry>;

/**
 * Pagination by cursors in header fields, as in version 2. A cursor is opaque and valid for its list and filters only; the vendor's behaviour is
 * not documented. A larger page size selects the maximum.
 */
export function createPages({ defaultSize, maximumSize }: PageSizes): Paginator {
  const cursors = new Map<string, { readonly list: string; readonly after: number }>();
  return (entries, positionOf, { url, headers }) => {
    const list = listOf(url);
    const size = Math.min(readSize(headers.get("x-pagination-size"), defaultSize), maximumSize);
    const token = headers.get("x-pagination-cursor");
    const cursor = token === null ? undefined : cursors.get(token);
    if (token !== null && cursor?.list !== list) throw badRequest("[X-Pagination-Cursor] is not a cursor of this list");
    const rest = cursor ? entries.filter((entry) => positionOf(entry) > cursor.after) : entries;
    const page = rest.slice(0, size);
    const last = page.at(-1);
    if (last === undefined || rest.length === page.length) return { entries: page, headers: {} };
    const next = randomToken();
    cursors.set(next, { list, after: positionOf(last) });
    return { entries: page, headers: { "x-pagination-cursor-next": next } };
  };
}

function listOf({ pathname, searchParams }: URL): string {
  const query = new URLSearchParams(searchParams);
  query.sort();
  return `${pathname}?${query}`;
}

function readSize(text: string | null, defaultSize: number): number {
  if (text === null) return defaultSize;
  if (!/^[1-9]\d*$/.test(text)) throw badRequest("[X-Pagination-Size] is not a whole number from 1 up");
  return Number(text);
}
