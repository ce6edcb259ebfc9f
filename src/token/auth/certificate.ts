import type { ClientAuthentication } from "../../core/credentials.js";
import { findIssues, textRule, throwIfIssues } from "../checks.js";

/** Options of `tlsClientAuth` and `selfSignedTlsClientAuth`. */
export interface TlsClientOptions {
  /**
   * The SHA-256 thumbprint of the certificate, as `x5t#S256` (base64url) or in hexadecimal with or without colons. A server can bind a
   * token to the certificate (RFC 8705 section 3), so a cache has to distinguish tokens by it.
   */
  readonly thumbprint: string;
}

/**
 * Authenticates with the client certificate that the `fetch` of the token request presents (`tls_client_auth`). It adds `client_id`, and
 * neither a secret nor an assertion. When the metadata of the server has `mtls_endpoint_aliases`, use the token endpoint of these.
 *
 * @throws {ConfigurationError} the thumbprint is invalid
 * @see RFC 8705 section 2.1
 * @example
 * ```ts
 * import { tlsClientAuth } from "oauth-clients/token/auth";
 *
 * const clientAuthentication = tlsClientAuth({ thumbprint: "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0" });
 * ```
 */
export function tlsClientAuth(options: TlsClientOptions): ClientAuthentication {
  return certificateAuthentication("tls_client_auth", options);
}

/**
 * Like `tlsClientAuth`, for a certificate that is registered itself and needs no certificate authority (`self_signed_tls_client_auth`).
 *
 * @throws {ConfigurationError} the thumbprint is invalid
 * @see RFC 8705 section 2.2
 */
export function selfSignedTlsClientAuth(options: TlsClientOptions): ClientAuthentication {
  return certificateAuthentication("self_signed_tls_client_auth", options);
}

function certificateAuthentication(method: string, options: TlsClientOptions): ClientAuthentication {
  const pattern = /^([\w-]{43}|[\da-f]{2}(:?[\da-f]{2}){31})$/i;
  throwIfIssues(findIssues(options, { thumbprint: textRule(pattern, "a SHA-256 thumbprint") }));
  const { thumbprint } = options;
  return {
    method,
    authenticate: ({ clientId }) => ({ parameters: { client_id: clientId }, secrets: [] }),
    fingerprint: (digest) => digest(thumbprint),
  };
}
