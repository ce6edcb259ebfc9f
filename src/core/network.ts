/** What is known of a request that got no answer. */
export interface NetworkFailure {
  /** The platform's code, for example `ECONNREFUSED`. Not every runtime has one. */
  readonly code: string | undefined;
  /** Whether it is proven that the request never left. Without proof this is `false`. */
  readonly notSent: boolean;
  /** Whether another try would end the same way: a certificate does not become valid. */
  readonly permanent: boolean;
}

// Name look-up, refused connections and connect timeouts end before anything is sent. "Connection reset" does not belong here,
// nor does "host unreachable": both can strike an open connection.
const neverConnected = /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/;

// A TLS handshake that fails on the server's certificate or on the protocol version.
const handshake =
  /^(CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_|ERR_TLS_CERT_|ERR_SSL_(WRONG_VERSION|UNSUPPORTED_PROTO|TLSV1_ALERT_PROTO)|HOSTNAME_)/;

// What platforms use for codes. Anything else may be a text, and a text may hold a secret.
const codeForm = /^[A-Z][A-Za-z0-9_]{1,63}$/;

/** Reads what a `fetch` threw. Runtimes that give no code (Deno, workerd, browsers) prove nothing. */
export function classifyNetworkError(error: unknown): NetworkFailure {
  const codes = readCodes(error);
  return {
    code: codes[0],
    notSent: codes.length > 0 && codes.every((code) => neverConnected.test(code) || handshake.test(code)),
    permanent: codes.some((code) => handshake.test(code)),
  };
}

// The caller's own `fetch` can throw anything, also an object that throws when it is looked at.
function readCodes(error: unknown): string[] {
  try {
    return collectCodes(error, 0);
  } catch {
    return [];
  }
}

function collectCodes(error: unknown, depth: number): string[] {
  if (typeof error !== "object" || error === null || depth > 4) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  // A connection that is tried on several addresses fails with one error for each; their shared code says less than they do.
  if (Array.isArray(errors) && errors[0]) return errors.flatMap((one) => collectCodes(one, depth + 1));
  if (typeof code === "string" && codeForm.test(code)) return [code];
  return collectCodes(cause, depth + 1);
}

/** Thrown by `readText` when an answer is larger than allowed. */
export class ResponseTooLargeError extends Error {}

/** An answer that can be read without a stream. `nodeFetch` makes such ones. */
interface Direct {
  /** The text; `undefined` when it is longer than so many bytes. */
  readonly textUpTo?: (limit: number) => Promise<string | undefined>;
}

/**
 * Reads an answer's text, after decompression, and stops as soon as it passes the limit.
 * @param limit - in bytes
 * @throws {ResponseTooLargeError}
 */
export async function readText(response: Response & Direct, limit: number): Promise<string> {
  if (response.textUpTo) {
    const text = await response.textUpTo(limit);
    if (text === undefined) throw new ResponseTooLargeError();
    return text;
  }
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      // Not awaited: a body that never ends may never confirm that it was given up.
      reader.cancel().catch(() => undefined);
      throw new ResponseTooLargeError();
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
