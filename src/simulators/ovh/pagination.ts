import { randomToken } from "../core/random.js";
import { badRequest } from "./errors.js";

/** One page of whatever is listed, and the header fields that lead on. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Empty on the last page. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How long pages are. */
export interface PageSizes {
  readonly defaultSize: number;
  readonly maximumSize: number;
}

/** What is asked for. */
export interface PageRequest {
  readonly url: URL;
  readonly headers: Headers;
}

/** Cuts a page out of all entries, which are in ascending order of their position. */
export type Paginator = <Entry>(
  entries: readonly Entry[],
  positionOf: (entry: Entry) => number,
  request: PageRequest,
) => Page<Entry>;

/**
 * Pages by cursors in header fields, as version 2 does. A cursor cannot be read, and belongs to the list and filters that it
 * came with; whether the vendor holds to that is not known. More than the largest page is not refused, only not given.
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
