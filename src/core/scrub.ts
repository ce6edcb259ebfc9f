/** The longest message of a vendor that is passed on, in characters. */
export const messageLimit = 500;

// Below this a "secret" is a common syllable, and striking it would only garble the text.
const shortestSecret = 4;

/** Every spelling in which a secret may come back in somebody else's text. */
function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = encodeBase64(secret);
  // Not encodeURIComponent, which throws on half of a surrogate pair.
  const form = new URLSearchParams([["", secret]]).toString().slice(1);
  return [
    secret,
    json,
    // The escapes of servers that keep their JSON safe inside HTML.
    json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    form,
    form.replaceAll("+", "%20"),
    form.replaceAll("+", "%20").replace(/%(?:2[1789]|7E)/g, decodeURIComponent),
    secret.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
    base64.replace(/=+$/, ""),
    base64.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_"),
  ];
}

function encodeBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/**
 * Makes somebody else's text fit to be shown: every known secret is struck out in all its usual spellings, control characters
 * (terminal escapes among them) become spaces, and what is longer than `limit` characters is cut.
 */
export function scrub(text: string, secrets: readonly string[] = [], limit = messageLimit): string {
  const known = secrets.filter((secret) => secret.length >= shortestSecret).flatMap(spellings);
  const struck =
    known.length === 0
      ? text
      : text.replace(
          new RegExp(
            known
              .sort((one, other) => other.length - one.length)
              .map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"))
              .join("|"),
            "gi",
          ),
          "[secret]",
        );
  // The classes are those of control (Cc), format (Cf) and separator characters, which can forge or reorder a log line.
  const clean = struck.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return clean.length <= limit ? clean : `${clean.slice(0, limit)}…`;
}
