/** The maximum length of a vendor's message, in characters. */
export const messageLimit = 500;

// Shorter secrets are common syllables. Redacting them would make the text unreadable.
const shortestSecret = 4;

// The maximum length of the text that is read, in characters. Responses can have 16 MiB.
const readLimit = 16_384;

// Longer secrets, such as private keys, are recognized by their beginning. The text after it is redacted too.
const longestPattern = 512;

// The longest encoding of one character, in characters: `&amp;amp;#x0000ff;`.
const longestEncoding = 18;

// The maximum number of decodings: a JSON document in a string of another one, in a page.
const maxDecodings = 3;

/**
 * Prepares a text for messages: replaces every known secret in all its usual encodings, replaces control characters (terminal escapes
 * among them) by spaces, and cuts the text after `limit` characters. Only the first 16,384 characters are read.
 */
export function redact(text: string, secrets: readonly string[] = [], limit = messageLimit): string {
  // The classes are those of control (Cc), format (Cf) and separator characters, which can forge or reorder a log line.
  const clean = replaceSecrets(text, secrets)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return clean.length <= limit ? clean : `${clean.slice(0, limit)}…`;
}

function replaceSecrets(whole: string, secrets: readonly string[]): string {
  const text = whole.slice(0, readLimit);
  const patterns = secrets
    .filter(({ length }) => length >= shortestSecret)
    .sort((one, other) => other.length - one.length)
    .flatMap(toPatterns);
  if (!patterns[0]) return text;
  const spans = findSpans(text, new RegExp(patterns.join("|"), "gi"));
  // A secret that crosses the read limit is not recognized, so what may be its beginning is dropped.
  const longest = Math.min(
    secrets.reduce((most, { length }) => Math.max(most, length), 0),
    longestPattern,
  );
  const end = whole.length > readLimit ? readLimit - longest * longestEncoding : readLimit;
  let result = "";
  let position = 0;
  for (const [from, to] of spans.sort(([one], [other]) => one - other)) {
    if (from >= position) result += `${text.slice(position, from)}[secret]`;
    position = Math.max(position, to);
  }
  return result + text.slice(position, Math.max(position, end));
}

/** The patterns of a secret and of its Base64 in both alphabets. A plus sign is a space in a form. */
function toPatterns(secret: string): string[] {
  const bytes = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte));
  const base64 = btoa(bytes.join("")).replaceAll("=", "");
  return [secret, base64, base64.replaceAll("+", "-").replaceAll("/", "_")].map((spelling) => {
    const start = spelling.slice(0, longestPattern).replace(/[^\w\s]/g, "\\$&");
    return start.replace(/\\\+| /g, "[+ ]") + (spelling.length > longestPattern ? "[^]*" : "");
  });
}

/** A text, and the position of each of its characters in the original. */
type Decoded = readonly [text: string, positions: readonly number[]];

/** Where a pattern matches the text, or what the text is decoded to. */
function findSpans(text: string, pattern: RegExp): [from: number, to: number][] {
  const spans: [number, number][] = [];
  const search = ([decoded, positions]: Decoded) => {
    for (const { 0: found, index } of decoded.matchAll(pattern))
      spans.push([positions[index] ?? 0, positions[index + found.length] ?? text.length]);
  };
  const original: Decoded = [text, Array.from({ length: text.length + 1 }, (_, index) => index)];
  search(original);
  for (const encoding of encodings) {
    let current = original;
    for (let decodings = 0; decodings < maxDecodings; decodings++) {
      const decoded = decode(current, new RegExp(encoding, "gi"));
      if (decoded[0] === current[0]) break;
      search(decoded);
      current = decoded;
    }
  }
  return spans;
}

// A character in percent-encoded UTF-8, as an HTML entity, as an escape of JSON.
const percent = "%[0-7][\\da-f]|%[cd][\\da-f]%[89ab][\\da-f]|%e[\\da-f](?:%[89ab][\\da-f]){2}|%f[0-4](?:%[89ab][\\da-f]){3}";
const entity = "&(?:#\\d{1,7}|#x[\\da-f]{1,8}|amp|lt|gt|quot|apos);";
const jsonEscape = "\\\\u[\\da-f]{4}|\\\\[^u]";

// Each alone, because a secret can have characters that look like another encoding, and all together.
const encodings = [percent, entity, jsonEscape, /* @__PURE__ */ [percent, entity, jsonEscape].join("|")];

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Decodes every encoded character once. */
function decode([text, positions]: Decoded, encoding: RegExp): Decoded {
  const decodedPositions: number[] = [];
  let end = 0;
  const decoded = text.replace(encoding, (encoded: string, index: number) => {
    const character = decodeCharacter(encoded);
    decodedPositions.push(...positions.slice(end, index), ...Array<number>(character.length).fill(positions[index] ?? 0));
    end = index + encoded.length;
    return character;
  });
  return [decoded, [...decodedPositions, ...positions.slice(end)]];
}

function decodeCharacter(encoded: string): string {
  try {
    if (encoded.startsWith("%")) return decodeURIComponent(encoded);
    if (encoded.startsWith("\\")) return JSON.parse(`"${encoded}"`) as string;
    const name = encoded.slice(1, -1).toLowerCase();
    return entities[name] ?? String.fromCodePoint(Number(name.replace("#", "").replace("x", "0x")));
  } catch {
    return encoded;
  }
}
