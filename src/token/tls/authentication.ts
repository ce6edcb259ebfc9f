import type { ClientAuthentication } from "../../core/credentials.js";
import { findIssues, textRule, throwIfIssues } from "../checks.js";

/** What is known of the certificate that the transport presents. */
export interface TlsClientOptions {
  /**
   * The certificate's SHA-256 thumbprint, as `x5t#S256` (base64url) or in hexadecimal with or without colons. A token can be bound to
   * the certificate (RFC 8705 section 3), so one that was got with another certificate must not be taken for it.
   */
  readonly thumbprint: string;
}

/**
 * Authenticates by the client certificate that the `fetch` of the exchange presents (`tls_client_auth`). It adds `client_id` and nothing
 * else: no secret and no assertion. Where the server's metadata has `mtls_endpoint_aliases`, the token URL is the one from there.
 *
 * @throws {ConfigurationError} the thumbprint is none
 * @see RFC 8705 section 2.1
 */
export function tlsClientAuth(options: TlsClientOptions): ClientAuthentication {
  return byCertificate("tls_client_auth", options);
}

/**
 * Like `tlsClientAuth`, for a certificate that is registered itself and needs no authority (`self_signed_tls_client_auth`).
 *
 * @throws {ConfigurationError} the thumbprint is none
 * @see RFC 8705 section 2.2
 */
export function selfSignedTlsClientAuth(options: TlsClientOptions): ClientAuthentication {
  return byCertificate("self_signed_tls_client_auth", options);
}

function byCertificate(method: string, options: TlsClientOptions): ClientAuthentication {
  const form = /^([\w-]{43}|[\da-f]{2}(:?[\da-f]{2}){31})$/i;
  throwIfIssues(findIssues(options, { thumbprint: textRule(form, "a SHA-256 thumbprint") }));
  const { thumbprint } = options;
  return {
    method,
    authenticate: ({ clientId }) => ({ parameters: { client_id: clientId }, secrets: [] }),
    fingerprint: (digest) => digest(thumbprint),
  };
}
