/**
 * The two parts of a Basic header (RFC 7617 section 2), as they were joined: vendors differ in whether they decode them further.
 * Undefined when there is no such header, or none that has an id and a secret in it.
 */
export function readBasic(authorization: string | null): { readonly id: string; readonly secret: string } | undefined {
  const encoded = /^basic +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  let pair: string;
  try {
    pair = new TextDecoder().decode(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : { id: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}
