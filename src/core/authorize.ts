import { ConfigurationError } from "./errors.js";

/** A request that is about to be sent, as far as signing it needs to know. */
export interface OutgoingRequest {
  /** Upper case. */
  readonly method: string;
  /** Absolute, with query. */
  readonly url: string;
  /** The exact text that goes out. */
  readonly body: string | undefined;
}

/** What authorises one request. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** Every value above that must never reach an error message. */
  readonly secrets: readonly string[];
  /**
   * Told when the vendor answered 401 to this authorization. Says whether asking anew can bring a better one, in which case the
   * request is repeated once: a 401 proves that nothing happened.
   */
  readonly refused?: () => boolean;
}

/** How requests get their credential. Asked anew for every request that is sent, repeats included. */
export type Authorize = (request: OutgoingRequest, signal: AbortSignal) => Authorization | Promise<Authorization>;

/** A credential that does not change. */
export function bearer(token: string): Authorize {
  const authorization = { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
  return () => authorization;
}

/** The part of a token source that authorising needs. */
export interface TokenSupply {
  readonly get: (options: { readonly signal: AbortSignal }) => Promise<{ readonly value: string }>;
  readonly invalidate: (token: string) => void;
}

/**
 * A token that is fetched, kept and renewed by somebody else. A token that is refused is given up, and a new one tried once.
 *
 * @param secrets - what the token is fetched with, should the vendor ever repeat it
 */
export function bearerFrom(tokens: TokenSupply, secrets: readonly string[] = []): Authorize {
  return async (_, signal) => {
    const { value } = await tokens.get({ signal });
    return {
      headers: { authorization: `Bearer ${value}` },
      secrets: [value, ...secrets],
      refused: () => {
        tokens.invalidate(value);
        return true;
      },
    };
  };
}

/**
 * Keeps a credential at home: it is given out for one origin alone.
 * @throws {ConfigurationError} when asked for any other, which would be a fault of this library
 */
export function restrictToOrigin(origin: string, authorize: Authorize): Authorize {
  return (request, signal) => {
    // Parsing is only needed for other spellings of the origin.
    if (!request.url.startsWith(`${origin}/`) && new URL(request.url).origin !== origin)
      throw new ConfigurationError({ message: `the credential is for ${origin} alone`, issues: [] });
    return authorize(request, signal);
  };
}
