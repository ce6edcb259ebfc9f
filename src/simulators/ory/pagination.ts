import { ConnectionDropped } from "../core/faults.js";
import { randomText } from "../core/random.js";
import type { Now } from "../core/time.js";
import { malformed } from "./errors.js";
import type { VersionFeatures } from "./versions.js";

const hourMs = 3_600_000;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** One page of a list, and the header fields with the links. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns one page of the filtered entries, which are in ascending order. `total` is the number without filters. */
export type Paginator = <Entry>(
  entries: readonly Entry[],
  idOf: (entry: Entry) => string,
  query: URLSearchParams,
  total: number,
) => Page<Entry>;

/**
 * Pagination by the last id. Page tokens are opaque and valid for an hour. A page has 100 entries by default and at most 500, which differs
 * from the vendor's API description.
 */
export function createKeysetPages(
  now: Now,
  { closesOnShortPageToken }: Pick<VersionFeatures, "closesOnShortPageToken">,
): Paginator {
  const cursors = new Map<string, { readonly after: string; readonly expiresMs: number }>();
  const issue = (after: string): string => {
    const nowMs = now();
    for (const [token, { expiresMs }] of cursors) if (expiresMs <= nowMs) cursors.delete(token);
    const token = `${randomText(43, alphabet)}=`;
    cursors.set(token, { after, expiresMs: nowMs + hourMs });
    return token;
  };
  return (entries, idOf, query) => {
    const size = keysetPageSize(query);
    const token = query.get("page_token") ?? "";
    if (closesOnShortPageToken && isShort(token)) throw new ConnectionDropped("the connection was closed");
    const cursor = token === "" ? undefined : cursors.get(token);
    if (token !== "" && (!cursor || cursor.expiresMs <= now())) throw malformed("The page token is invalid or has expired.");
    const rest = cursor && cursor.after !== "" ? entries.filter((entry) => idOf(entry) > cursor.after) : entries;
    const page = rest.slice(0, size);
    const last = page.at(-1);
    const links = [link(query, size, issue(""), "first")];
    if (last !== undefined && rest.length > size) links.push(link(query, size, issue(idOf(last)), "next"));
    return { entries: page, headers: { link: links.join(",") } };
  };
}

/**
 * Pagination by offset, up to 2.3. Page tokens are JSON in base64. An invalid token selects the first page. The count and the links ignore
 * the filters. On an empty server, every page has a next page.
 */
export function createOffsetPages(): Paginator {
  const issue = (offset: number) => encodeToken(JSON.stringify({ offset: String(offset), v: 2 }));
  return (entries, _idOf, query, total) => {
    const size = offsetPageSize(query);
    const offset = Math.floor(readOffset(query.get("page_token") ?? "") / size) * size;
    const to = (start: number, relation: string, count = size) => link(query, count, issue(start), relation);
    const last = Math.floor((total - 1) / size) * size;
    const middle = offset > 0 && offset < last;
    const links =
      total > 0 && total <= size
        ? [to(0, "first", total)]
        : [
            ...(offset > 0 || total === 0 ? [to(0, "first")] : []),
            ...(offset < last || total === 0 ? [to(offset + size, "next")] : []),
            ...(middle || total === 0 ? [to(offset - size, "prev")] : []),
            ...(total > 0 && offset >= last ? [to(last - size, "prev")] : []),
            ...(offset < last ? [to(last, "last")] : []),
          ];
    const headers = { link: links.join(","), "x-total-count": String(total) };
    return { entries: entries.slice(offset, offset + size), headers };
  };
}

/** Whether a token is base64url and shorter than the nonce of an encrypted token. */
function isShort(token: string): boolean {
  const isBase64url = token.length % 4 === 0 && /^[\w-]+={0,2}$/.test(token);
  return isBase64url && (token.replace(/=+$/, "").length * 6) / 8 < 24;
}

/** Base64url without padding. */
function encodeToken(text: string): string {
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function readOffset(token: string): number {
  if (!/^[\w-]+$/.test(token)) return 0;
  try {
    const { offset } = JSON.parse(atob(token.replaceAll("-", "+").replaceAll("_", "/"))) as { offset?: unknown };
    const value = Number(offset);
    return Number.isSafeInteger(value) && value > 0 ? value : 0;
  } catch {
    return 0;
  }
}

/** A value that is not an integer selects the default, a value below 1 the size 1. */
function offsetPageSize(query: URLSearchParams): number {
  const text = query.get("page_size") ?? "";
  return isInteger(text) ? Math.max(1, Math.min(Number(text), 1000)) : 250;
}

function keysetPageSize(query: URLSearchParams): number {
  const text = query.getAll("page_size").find((value) => value !== "") ?? "";
  if (text === "") return 100;
  if (!isInteger(text)) throw malformed("The page size is not an integer.");
  const size = Number(text);
  return size <= 0 ? 100 : Math.min(size, 500);
}

/** Whether Go parses the text as a 64-bit integer. */
function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text.replace("+", ""))) === BigInt(text.replace("+", ""));
}

function link(query: URLSearchParams, size: number, token: string, relation: string): string {
  const next = new URLSearchParams(query);
  next.set("page_size", String(size));
  next.set("page_token", token);
  next.sort();
  return `</admin/clients?${next}>; rel="${relation}"`;
}
