const link = /<([^>]*)>([^<]*)/g;
const next = /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?![\w.-]))/i;

/** Reads the cursor of the next page from a `Link` header (RFC 8288). The rest of the link is ignored. */
export function readNextToken(header: string | null): string | undefined {
  for (const [, target = "", parameters = ""] of (header ?? "").matchAll(link)) {
    if (!next.test(parameters)) continue;
    const query = /^[^?#]*\?([^#]*)/.exec(target)?.[1];
    return new URLSearchParams(query).get("page_token") || undefined;
  }
  return undefined;
}
