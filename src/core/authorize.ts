import { AuthenticationError, ConfigurationError, RateLimitError, TokenEndpointError } from "./errors.js";
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
 * Converts the error of a token request with the manager's credentials, so that each cause has one class at all vendors: wrong credentials
 * are an `AuthenticationError`, too many requests are a `RateLimitError`. Other errors are returned unchanged.
 *
 * @param hint - what to check when the credentials are wrong
 */
export function toManagerAuthError(error: unknown, vendor: string, hint: string): unknown {
  if (!(error instanceof TokenEndpointError) || error.status >= 500) return error;
  const { status, outcome, error: vendorCode, errorDescription, retryAfterMs } = error;
  const facts = { vendor, operation: "request token", status, outcome, vendorCode };
  const details = [vendorCode, errorDescription].filter(Boolean).join(": ");
  const text = { writes: false, code: status };
  if (status === 429) return createError(RateLimitError, { ...facts, retryAfterMs }, { ...text, reason: details });
  const reason = `the manager's own credentials were rejected: ${details}`;
  return createError(AuthenticationError, facts, { ...text, reason, hint });
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
