/**
 * An address that paths are added to, in the parser's own spelling and without slashes at its end: what the parser passes over, such
 * as white space at the ends, must not end up in the middle of an address.
 */
export function normalizeBaseUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/, "");
}
