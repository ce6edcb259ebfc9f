const link = /<([^>]*)>([^<]*)/g;
const next = /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?![\w.-]))/i;

/**
 * Takes the cursor of the next page out of a `Link` header (RFC 8288), and nothing else: where the link points is not asked.
 */
export function readNextToken(header: string | null): string | undefined {
  for (const [, target = "", parameters = ""] of (header ?? "").matchAll(link)) {
    if (!next.test(parameters)) continue;
    const query = /^[^?#]*\?([^#]*)/.exec(target)?.[1];
    return new URLSearchParams(query).get("page_token") || undefined;
  }
  return undefined;
}
