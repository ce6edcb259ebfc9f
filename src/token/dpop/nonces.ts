/** A response that can have a nonce. */
export interface DpopResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The header fields. */
  readonly headers: Headers;
  /** The body, for responses of a token endpoint. */
  readonly text?: string;
}

/** The nonces of servers. */
export interface NonceStore {
  /** The last nonce of an origin, as an authorization server or as a resource server. */
  readonly find: (origin: string, isResource: boolean) => string | undefined;
  /** Stores the nonce of a response. Returns whether the response requires a request with it. */
  readonly update: (origin: string, isResource: boolean, response: DpopResponse) => boolean;
}

// A program calls few origins. The limit is for programs whose URLs come from elsewhere.
const maxNonces = 100;
const maxChallengeLength = 2_000;

/** Creates a store of nonces in memory. The nonce that was stored first is removed first. */
export function createNonceStore(): NonceStore {
  const nonces = new Map<string, string>();
  const keyOf = (origin: string, isResource: boolean) => `${isResource ? "resource" : "server"} ${origin}`;

  function update(origin: string, isResource: boolean, response: DpopResponse): boolean {
    const nonce = response.headers.get("dpop-nonce");
    // RFC 9449 section 8.1
    if (!nonce || !/^[\x21\x23-\x5b\x5d-\x7e]{1,1000}$/.test(nonce)) return false;
    const key = keyOf(origin, isResource);
    nonces.delete(key);
    nonces.set(key, nonce);
    for (const oldest of nonces.keys()) {
      if (nonces.size <= maxNonces) break;
      nonces.delete(oldest);
    }
    return isResource ? hasNonceChallenge(response) : hasNonceError(response);
  }

  return { find: (origin, isResource) => nonces.get(keyOf(origin, isResource)), update };
}

/** The error response of a token endpoint (RFC 9449 section 8). */
function hasNonceError({ status, text = "" }: DpopResponse): boolean {
  return (status === 400 || status === 401) && /"error"\s*:\s*"use_dpop_nonce"/.test(text);
}

/** The challenge of a resource server (RFC 9449 section 9). */
function hasNonceChallenge({ status, headers }: DpopResponse): boolean {
  const challenge = headers.get("www-authenticate")?.slice(0, maxChallengeLength) ?? "";
  return status === 401 && /\bDPoP\b/i.test(challenge) && /\berror\s*=\s*"?use_dpop_nonce\b/i.test(challenge);
}
