/** The signed parts of a request. */
export interface Signed {
  readonly applicationSecret: string;
  readonly consumerKey: string;
  readonly method: string;
  /** The URL with its query. */
  readonly address: string;
  /** The content. Empty without content. */
  readonly content: Uint8Array;
  /** Seconds since 1970, as in the header. */
  readonly timestamp: string;
}

/** `$1$` and the SHA-1 of all parts, joined by plus signs (OVHcloud API, first steps). */
export async function sign({ applicationSecret, consumerKey, method, address, content, timestamp }: Signed): Promise<string> {
  const encoder = new TextEncoder();
  const before = encoder.encode(`${[applicationSecret, consumerKey, method.toUpperCase(), address].join("+")}+`);
  const after = encoder.encode(`+${timestamp}`);
  // Bytes, because content that is not UTF-8 would change as text.
  const bytes = new Uint8Array(before.length + content.length + after.length);
  bytes.set(before);
  bytes.set(content, before.length);
  bytes.set(after, before.length + content.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  return `$1$${[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
