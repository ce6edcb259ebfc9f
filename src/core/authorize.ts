import { ConfigurationError } from "./errors.js";
import { createError } from "./outcome.js";

/** A request that is about to be sent, with the parts that a signature covers. */
export interface OutgoingRequest {
  /** Upper case. */
  readonly method: string;
  /** Absolute, with query. */
  readonly url: string;
  /** The exact text of the body. */
  readonly body: string | undefined;
}

/** The authorization of one request. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** The values above that must not be in an error message. */
  readonly secrets: readonly string[];
  /**
   * Called after a 401 response to this authorization. Returns whether a new authorization can succeed. The request is then sent once
   * more: a 401 response proves that it was not applied.
   */
  readonly onUnauthorized?: () => boolean;
}

/** Returns the authorization of a request. It is called for every attempt. */
export type Authorize = (request: OutgoingRequest, signal: AbortSignal) => Authorization | Promise<Authorization>;

/** Authorizes with a bearer token that does not change. */
export function bearer(token: string): Authorize {
  const authorization = { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
  return () => authorization;
}

/** The part of a token source that authorization needs. */
export interface TokenProvider {
  readonly get: (options: { readonly signal: AbortSignal }) => Promise<{ readonly value: string }>;
  readonly invalidate: (token: string) => void;
}

/**
 * Authorizes with the tokens of a token source. A token that the vendor rejects is invalidated, and a new one is tried once.
 *
 * @param secrets - the credentials of the token request, for the redaction of error messages
 */
export function bearerFrom(tokens: TokenProvider, secrets: readonly string[] = []): Authorize {
  return async (_, signal) => {
    const { value } = await tokens.get({ signal });
    return {
      headers: { authorization: `Bearer ${value}` },
      secrets: [value, ...secrets],
      onUnauthorized: () => {
        tokens.invalidate(value);
        return true;
      },
    };
  };
}

/**
 * Restricts an authorization to the requests of one origin.
 * @throws {ConfigurationError} the request has another origin, which is a defect of this library
 */
export function restrictToOrigin(origin: string, authorize: Authorize): Authorize {
  return (request, signal) => {
    // Most URLs begin with the origin. Others, such as a URL with the default port, are parsed.
    if (!request.url.startsWith(`${origin}/`) && new URL(request.url).origin !== origin) {
      const reason = `the credential is restricted to ${origin}`;
      throw createError(ConfigurationError, { issues: [] }, { writes: false, reason });
    }
    return authorize(request, signal);
  };
}
