/**
 * Parses an Authorization header with the Basic scheme (RFC 7617 section 2). Both parts are returned without further decoding, because
 * vendors differ in whether they are form-encoded. Undefined when the header is missing or malformed.
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

/** Parses an Authorization header with the Bearer scheme (RFC 6750 section 2.1). Undefined when the header is missing or malformed. */
export function readBearer(authorization: string | null): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
}
