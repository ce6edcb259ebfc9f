import type { SimulatorClock } from "../../simulation/clock.js";
import { randomText } from "../../simulation/randomness.js";
import { malformed } from "./refusals.js";

const hourMs = 3_600_000;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** One page of whatever is listed, and the header fields that lead on. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Cuts a page out of all entries, which are in ascending order. */
export type Paginator = <Entry>(
  entries: readonly Entry[],
  idOf: (entry: Entry) => string,
  query: URLSearchParams,
) => Page<Entry>;

/**
 * Pages by the last id seen. Tokens cannot be read, and hold for an hour. 100 entries by default and 500 at most, whatever the
 * vendor's description says.
 */
export function createKeysetPages(clock: SimulatorClock): Paginator {
  const cursors = new Map<string, { readonly after: string; readonly expiresMs: number }>();
  const issue = (after: string): string => {
    const nowMs = clock.now().getTime();
    for (const [token, { expiresMs }] of cursors) if (expiresMs <= nowMs) cursors.delete(token);
    const token = `${randomText(43, alphabet)}=`;
    cursors.set(token, { after, expiresMs: nowMs + hourMs });
    return token;
  };
  return (entries, idOf, query) => {
    const size = pageSize(query, 100, 500);
    const token = query.get("page_token") ?? "";
    const cursor = token === "" ? undefined : cursors.get(token);
    if (token !== "" && (!cursor || cursor.expiresMs <= clock.now().getTime()))
      throw malformed("The page token is invalid or has expired.");
    const rest = cursor && cursor.after !== "" ? entries.filter((entry) => idOf(entry) > cursor.after) : entries;
    const page = rest.slice(0, size);
    const last = page.at(-1);
    const links = [link(query, size, issue(""), "first")];
    if (last !== undefined && rest.length > size) links.push(link(query, size, issue(idOf(last)), "next"));
    return { entries: page, headers: { link: links.join(",") } };
  };
}

/** Pages by offset, as up to 2.3: tokens are base64 of JSON, and an empty page still names a next one. */
export function createOffsetPages(): Paginator {
  const issue = (offset: number) => btoa(JSON.stringify({ offset: String(offset), v: 2 }));
  return (entries, _idOf, query) => {
    const size = pageSize(query, 250, 1000);
    const offset = readOffset(query.get("page_token") ?? "");
    const page = entries.slice(offset, offset + size);
    const links = [link(query, size, issue(0), "first")];
    if (page.length === 0 || offset + size < entries.length) links.push(link(query, size, issue(offset + size), "next"));
    return { entries: page, headers: { link: links.join(","), "x-total-count": String(entries.length) } };
  };
}

function readOffset(token: string): number {
  if (token === "") return 0;
  try {
    const { offset } = JSON.parse(atob(token)) as { offset?: unknown };
    const value = Number(offset);
    if (typeof offset === "string" && Number.isSafeInteger(value) && value >= 0) return value;
  } catch {
    // Told below.
  }
  throw malformed("The page token is invalid.");
}

function pageSize(query: URLSearchParams, usual: number, most: number): number {
  const text = query.get("page_size") ?? "";
  if (text === "") return usual;
  if (!/^[+-]?\d+$/.test(text)) throw malformed("The page size is not an integer.");
  const size = Number(text);
  return size <= 0 ? usual : Math.min(size, most);
}

function link(query: URLSearchParams, size: number, token: string, relation: string): string {
  const next = new URLSearchParams(query);
  next.set("page_size", String(size));
  next.set("page_token", token);
  next.sort();
  return `</admin/clients?${next}>; rel="${relation}"`;
}
