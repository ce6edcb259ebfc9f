/** The parts of the document that depend on the server. */
export interface Offers {
  readonly devices: boolean;
  /** The credentials endpoint exists, as from 2.3 on. */
  readonly credentials: boolean;
  /** The response mode `form_post` is listed, as from 2.3 on. */
  readonly formPost: boolean;
  readonly subjectTypes: readonly string[];
}

/** The discovery document (OpenID Connect Discovery 1.0, RFC 8414). */
export function discoveryDocument(publicUrl: string, offers: Offers): Readonly<Record<string, unknown>> {
  return {
    issuer: publicUrl,
    authorization_endpoint: `${publicUrl}/oauth2/auth`,
    token_endpoint: `${publicUrl}/oauth2/token`,
    revocation_endpoint: `${publicUrl}/oauth2/revoke`,
    userinfo_endpoint: `${publicUrl}/userinfo`,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    end_session_endpoint: `${publicUrl}/oauth2/sessions/logout`,
    ...(offers.devices ? { device_authorization_endpoint: `${publicUrl}/oauth2/device/auth` } : {}),
    // These lists do not depend on the configuration.
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic", "private_key_jwt", "none"],
    grant_types_supported: [
      ...["authorization_code", "implicit", "client_credentials", "refresh_token"],
      ...(offers.devices ? ["urn:ietf:params:oauth:grant-type:device_code"] : []),
    ],
    response_types_supported: ["code", "code id_token", "id_token", "token id_token", "token", "token id_token code"],
    response_modes_supported: ["query", "fragment", ...(offers.formPost ? ["form_post"] : [])],
    scopes_supported: ["offline_access", "offline", "openid"],
    subject_types_supported: offers.subjectTypes,
    ...(offers.credentials ? credentialsMembers(publicUrl) : {}),
    id_token_signing_alg_values_supported: ["RS256"],
    id_token_signed_response_alg: ["RS256"],
    userinfo_signed_response_alg: ["RS256"],
    userinfo_signing_alg_values_supported: ["none", "RS256"],
    request_object_signing_alg_values_supported: ["none", "RS256", "ES256"],
    code_challenge_methods_supported: ["plain", "S256"],
    claims_supported: ["sub"],
    claims_parameter_supported: false,
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  };
}

function credentialsMembers(publicUrl: string): Readonly<Record<string, unknown>> {
  const suites = ["PS", "RS", "ES"];
  return {
    credentials_endpoint_draft_00: `${publicUrl}/credentials`,
    credentials_supported_draft_00: [
      {
        format: "jwt_vc_json",
        types: ["VerifiableCredential", "UserInfoCredential"],
        cryptographic_binding_methods_supported: ["jwk"],
        cryptographic_suites_supported: [...[256, 384, 512].flatMap((bits) => suites.map((name) => `${name}${bits}`)), "EdDSA"],
      },
    ],
  };
}
