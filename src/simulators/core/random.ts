/**
 * Returns random text. Each character is drawn uniformly from the alphabet with the platform's CSPRNG.
 *
 * @param alphabet at most 256 different characters
 */
export function randomText(length: number, alphabet: string): string {
  // Bytes above the last full multiple of the alphabet's length would make the first characters more frequent.
  const ceiling = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < ceiling && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** Returns 43 random URL-safe characters, the length of 256 bits in base64url. */
export function randomToken(): string {
  return randomText(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
