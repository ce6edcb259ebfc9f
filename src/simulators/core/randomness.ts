/**
 * Text that nobody can guess: each character is drawn evenly from the alphabet by the platform's CSPRNG.
 *
 * @param alphabet at most 256 different characters
 */
export function randomText(length: number, alphabet: string): string {
  // Bytes above the last full multiple would favour the first characters.
  const ceiling = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < ceiling && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** An unguessable URL-safe text of 43 characters, as 256 random bits in base64url have. */
export function randomToken(): string {
  return randomText(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
