/** A response, reduced to what is compared. */
export interface NormalizedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The value of a JSON response that is not a list. */
  readonly json?: unknown;
  /** The length of a list. */
  readonly length?: number;
  /** The content of a response that is not JSON. */
  readonly text?: string;
}

const comparedHeaders = [
  ...["content-type", "cache-control", "pragma", "www-authenticate", "location", "allow", "x-total-count", "link", "vary"],
];
const sentences = new Set(["error_description", "error_hint", "error_debug", "message", "reason", "debug"]);
const keyMembers = new Set(["n", "x", "y", "d", "p", "q", "dp", "dq", "qi"]);

/** Replaces ids, times, tokens, secrets, keys and sentences. */
export function normalize(
  { status, headers }: Response,
  text: string,
  urls: Readonly<Record<"admin" | "public", string>>,
): NormalizedResponse {
  const normalizeText = (value: string) =>
    value
      .replaceAll(urls.admin, "<admin>")
      .replaceAll(urls.public, "<public>")
      .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
      .replace(/page_token=[^&>"]*/g, "page_token=<token>");
  const normalizeValue = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((entry) => normalizeValue(entry, name));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, normalizeValue(member, key)]));
    if (typeof value === "number") return normalizeNumber(value, name);
    if (typeof value !== "string") return value;
    if (sentences.has(name)) return "<words>";
    if (keyMembers.has(name)) return "<key>";
    if (name === "client_secret" && /^[\w.~-]{26}$/.test(value)) return "<secret>";
    return normalizeText(value)
      .replace(/^20(?!20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(?:Z|[+-]\d\d:\d\d)$/, "<time>")
      .replace(/^ory_at_[\w-]+\.[\w-]+$/, "<token>")
      .replace(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/, "<jwt>");
  };
  const fields = comparedHeaders.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, normalizeText(value)]];
  });
  const json = parse(text);
  return {
    status,
    headers: Object.fromEntries(fields) as Record<string, string>,
    ...(Array.isArray(json) && { length: json.length }),
    ...(json !== undefined && !Array.isArray(json) && { json: normalizeValue(json, "") }),
    ...(json === undefined && text !== "" && { text: normalizeText(text) }),
  };
}

/** Lifetimes are rounded up, because some seconds can pass between the issue of a token and its response. */
function normalizeNumber(value: number, name: string): unknown {
  if (value > 1e9) return "<time>";
  return name === "expires_in" ? Math.ceil(value / 60) * 60 : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
