import type { ClientDocument } from "./documents.js";
import { invalidMetadata, invalidRedirectUri } from "./errors.js";
import type { VersionFeatures } from "./versions.js";

/** The server configuration for clients. */
export interface ClientRules {
  readonly features: VersionFeatures;
  /** The scope of a client without one. */
  readonly defaultScope: string;
  readonly subjectTypes: readonly ("public" | "pairwise")[];
}

const assertionAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

/**
 * Validates a client by the rules of the admin API, in their order, and sets the default values. As in Hydra, grant types, response types
 * and most auth methods are not validated.
 *
 * The simulator sends no requests, so every `sector_identifier_uri` is invalid. The rule about private addresses is off, as by default.
 *
 * @throws {ErrorResponse} 400
 */
export function validateClient(sent: ClientDocument, { features, defaultScope, subjectTypes }: ClientRules): ClientDocument {
  const method = sent.token_endpoint_auth_method || "client_secret_basic";
  checkKeys(sent, method, features);
  for (const name of features.webUris) checkWebUri(name, sent[name]);
  // The length is in bytes, although the message says characters.
  if (sent.client_secret !== "" && new TextEncoder().encode(sent.client_secret).length < 6) {
    throw invalidMetadata("The field client_secret must have at least 6 characters.");
  }
  const origins = (sent.allowed_cors_origins ?? []).map(normaliseOrigin);
  checkSector(sent.sector_identifier_uri);
  const signing = sent.userinfo_signed_response_alg || "none";
  if (signing !== "none" && signing !== "RS256")
    throw invalidMetadata("The field userinfo_signed_response_alg is either none or RS256.");
  checkRedirects(sent.redirect_uris ?? []);
  const subject = sent.subject_type || (subjectTypes.includes("public") ? "public" : "pairwise");
  if (!(subjectTypes as readonly string[]).includes(subject))
    throw invalidMetadata(`The field subject_type is not supported. Supported are: ${subjectTypes.join(", ")}.`);
  checkLogoutRedirects(sent);
  const strategy = sent.access_token_strategy.toLowerCase();
  if (!["", "jwt", "opaque"].includes(strategy))
    throw invalidMetadata("The field access_token_strategy is either jwt or opaque.");
  const valid: ClientDocument = {
    ...sent,
    token_endpoint_auth_method: method,
    scope: sent.scope || defaultScope,
    audience: sent.audience ?? [],
    allowed_cors_origins: origins,
    client_secret_expires_at: 0,
    userinfo_signed_response_alg: signing,
    subject_type: subject,
    access_token_strategy: strategy,
    // The server sets these.
    registration_access_token: "",
    registration_client_uri: "",
  };
  const isKnown = (name: string) =>
    (features.hasDeviceGrant || !name.startsWith("device_")) &&
    (features.hasSkipLogoutConsent || name !== "skip_logout_consent");
  return Object.fromEntries(Object.entries(valid).filter(([name]) => isKnown(name))) as ClientDocument;
}

function checkKeys(sent: ClientDocument, method: string, features: VersionFeatures): void {
  const hasInlineKeys = sent.jwks !== undefined && (features.countsEmptyJwks || sent.jwks.keys !== undefined);
  if (method === "private_key_jwt") {
    if (!hasInlineKeys && sent.jwks_uri === "")
      throw invalidMetadata("The auth method private_key_jwt needs jwks or jwks_uri.");
    const algorithm = sent.token_endpoint_auth_signing_alg;
    if (algorithm !== "" && !assertionAlgorithms.includes(algorithm)) {
      throw invalidMetadata("The field token_endpoint_auth_signing_alg is not one of the supported algorithms.");
    }
  }
  if (hasInlineKeys && sent.jwks_uri !== "") throw invalidMetadata("The fields jwks and jwks_uri exclude each other.");
  if (!features.decodesKeysAsIn21 && (sent.jwks?.keys ?? []).some(({ kty }) => kty === "oct"))
    throw invalidMetadata("The field jwks has a key that is not a valid JSON Web Key.");
}

function checkWebUri(name: string, value: string): void {
  if (value !== "" && !/^https?:[^\s]*$/i.test(value)) {
    throw invalidMetadata(`The field ${name} must be an http or https URL.`);
  }
}

function normaliseOrigin(origin: string): string {
  const trimmed = origin.replace(/\/$/, "");
  const isOrigin = /^https?:\/\/[^/?#@\s]+$/i.test(trimmed);
  if (!isOrigin) throw invalidMetadata("The field allowed_cors_origins has an entry that is not an http or https origin.");
  return trimmed.replace(/^[^:]+/, (scheme) => scheme.toLowerCase());
}

function checkSector(uri: string): void {
  if (uri === "") return;
  if (!uri.startsWith("https://")) throw invalidMetadata("The field sector_identifier_uri must be an https URL.");
  throw invalidMetadata("The document at sector_identifier_uri could not be read.");
}

function checkRedirects(uris: readonly string[]): void {
  for (const uri of uris) {
    if (uri.includes("#")) throw invalidRedirectUri("Redirect URIs must not have fragments.");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the vendor's parser rejects control characters
    const hasInvalidCharacters = /[\s\u0000-\u001f\u007f]|%(?![0-9a-f]{2})/i.test(uri);
    const parses = uri === "*" || /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(uri);
    // A URL without a host is valid.
    const hasValidHost = !/^https?:\/\/[^/?]/i.test(uri) || URL.canParse(uri);
    if (hasInvalidCharacters || !parses || !hasValidHost) throw invalidRedirectUri("A redirect URI cannot be parsed.");
  }
}

function checkLogoutRedirects({ post_logout_redirect_uris: logouts, redirect_uris: redirects }: ClientDocument): void {
  // Hosts are compared as they are written, with their case and port.
  const originOf = (uri: string) =>
    /^[^:]+:(?:\/\/[^/?#]*)?/.exec(uri)?.[0].replace(/^[^:]+/, (scheme) => scheme.toLowerCase());
  const origins = (redirects ?? []).filter((uri) => URL.canParse(uri)).map(originOf);
  for (const uri of logouts ?? []) {
    if (!URL.canParse(uri)) throw invalidMetadata("The field post_logout_redirect_uris has an entry that cannot be parsed.");
    if (!origins.includes(originOf(uri))) {
      throw invalidMetadata("Each of post_logout_redirect_uris must match scheme, host and port of a redirect URI.");
    }
  }
}
