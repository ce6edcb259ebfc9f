/** The longest message of a vendor that is passed on, in characters. */
export const messageLimit = 500;

// Below this a "secret" is a common syllable, and striking it would only garble the text.
const shortestSecret = 4;

/** Every spelling in which a secret may come back in somebody else's text. */
function encodings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte));
  const base64 = btoa(bytes.join("")).replace(/=+$/, "");
  // Not encodeURIComponent, which throws on half of a surrogate pair.
  const form = new URLSearchParams([["", secret]]).toString().slice(1);
  const percent = form.replaceAll("+", "%20");
  return [
    secret,
    json,
    // The escapes of servers that keep their JSON safe inside HTML.
    json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    form,
    percent,
    percent.replace(/%(?:2[1789]|7E)/g, decodeURIComponent),
    secret.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
    base64,
    base64.replaceAll("+", "-").replaceAll("/", "_"),
  ];
}

/**
 * Makes somebody else's text fit to be shown: every known secret is struck out in all its usual spellings, control characters
 * (terminal escapes among them) become spaces, and what is longer than `limit` characters is cut.
 */
export function redact(text: string, secrets: readonly string[] = [], limit = messageLimit): string {
  const known = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap(encodings)
    .filter((spelling) => spelling.length <= text.length)
    .sort((one, other) => other.length - one.length)
    .map((spelling) => spelling.replace(/\W/g, "\\$&"));
  const struck = known[0] ? replaceSecrets(text, known) : text;
  // The classes are those of control (Cc), format (Cf) and separator characters, which can forge or reorder a log line.
  const clean = struck.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return clean.length <= limit ? clean : `${clean.slice(0, limit)}…`;
}

function replaceSecrets(text: string, patterns: readonly string[]): string {
  try {
    return text.replace(new RegExp(patterns.join("|"), "gi"), "[secret]");
  } catch {
    // The platform's own error repeats the expression, which is made of secrets. They are too long for one, so nothing is shown.
    return "[secret]";
  }
}
