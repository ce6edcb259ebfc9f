import { randomToken } from "../core/random.js";
import type { Now } from "../core/time.js";
import type { StoredClient } from "./clients.js";
import { ErrorResponse, invalidRequest } from "./errors.js";
import type { AuthorizationServerSimulatorOptions } from "./options.js";

interface IssuedToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly issuer: string;
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/** The tokens of one server. */
export interface TokenStore {
  /** Returns the members of a token response. @throws {ErrorResponse} */
  readonly issue: (form: URLSearchParams, client: StoredClient, issuer: string) => Readonly<Record<string, unknown>>;
  /** Returns the members of an introspection response. @throws {ErrorResponse} */
  readonly introspect: (form: URLSearchParams) => Readonly<Record<string, unknown>>;
  /** Revokes a token of the client. Other tokens are ignored. @throws {ErrorResponse} */
  readonly revoke: (form: URLSearchParams, client: StoredClient) => void;
  /** Deletes the selected tokens and returns how many were active. */
  readonly delete: (isSelected: (value: string, clientId: string) => boolean) => number;
  readonly countActive: (clientId: string) => number;
}

/** Creates an empty store. */
export function createTokenStore(
  { scopes: known, unknownScopes, tokenLifetimeMs = 3_600_000 }: AuthorizationServerSimulatorOptions,
  now: Now,
): TokenStore {
  const tokens = new Map<string, IssuedToken>();
  const isActive = ({ expiresMs }: IssuedToken) => expiresMs > now();
  const deleteTokens: TokenStore["delete"] = (isSelected) => {
    const selected = [...tokens].filter(([value, { clientId }]) => isSelected(value, clientId));
    for (const [value] of selected) tokens.delete(value);
    return selected.filter(([, token]) => isActive(token)).length;
  };

  return {
    issue(form, { settings }, issuer) {
      const grant = form.get("grant_type");
      if (!grant) throw invalidRequest("The grant_type is missing.");
      if (grant !== "client_credentials")
        throw new ErrorResponse(400, "unsupported_grant_type", "The grant type is not supported.");
      const scopes = allowedScopes(form.get("scope") ?? "", settings.scopes ?? known, unknownScopes === "drop");
      const audience = [
        ...allowedTargets(form.getAll("audience"), settings.audiences),
        ...allowedTargets(form.getAll("resource").map(readResource), settings.resources),
      ];
      const issuedMs = now();
      const lifetimeMs = settings.tokenLifetimeMs ?? tokenLifetimeMs;
      const value = randomToken();
      tokens.set(value, { clientId: settings.clientId, scopes, audience, issuer, issuedMs, expiresMs: issuedMs + lifetimeMs });
      return {
        access_token: value,
        token_type: "Bearer",
        expires_in: Math.floor(lifetimeMs / 1_000),
        ...(scopes.length > 0 && { scope: scopes.join(" ") }),
      };
    },
    introspect(form) {
      const token = tokens.get(readToken(form));
      if (!token || !isActive(token)) return { active: false };
      const { clientId, scopes, audience, issuer, issuedMs, expiresMs } = token;
      return {
        active: true,
        ...(scopes.length > 0 && { scope: scopes.join(" ") }),
        client_id: clientId,
        sub: clientId,
        token_type: "Bearer",
        iss: issuer,
        ...(audience.length > 0 && { aud: audience.length === 1 ? audience[0] : audience }),
        iat: Math.floor(issuedMs / 1_000),
        exp: Math.floor(expiresMs / 1_000),
      };
    },
    revoke(form, { settings }) {
      const submitted = readToken(form);
      deleteTokens((value, clientId) => value === submitted && clientId === settings.clientId);
    },
    delete: deleteTokens,
    countActive: (clientId) => [...tokens.values()].filter((token) => token.clientId === clientId && isActive(token)).length,
  };
}

function readToken(form: URLSearchParams): string {
  const token = form.get("token");
  if (!token) throw invalidRequest("The token is missing.");
  return token;
}

function allowedScopes(text: string, allowed: readonly string[] | undefined, drops: boolean): readonly string[] {
  // RFC 6749 section 3.3
  if (text !== "" && !/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(text)) {
    throw new ErrorResponse(400, "invalid_scope", "The scope is malformed.");
  }
  const requested = [...new Set(text.split(" ").filter(Boolean))];
  const granted = requested.filter((scope) => allowed?.includes(scope) ?? true);
  if (granted.length < requested.length && !drops) {
    throw new ErrorResponse(400, "invalid_scope", "A scope is unknown, or not for this client.");
  }
  return granted;
}

function allowedTargets(requested: readonly string[], allowed: readonly string[] | undefined): readonly string[] {
  if (allowed && !requested.every((one) => allowed.includes(one))) {
    throw new ErrorResponse(400, "invalid_target", "A resource or an audience is unknown, or not for this client.");
  }
  return requested;
}

/** RFC 8707 section 2 */
function readResource(text: string): string {
  if (URL.canParse(text) && !text.includes("#")) return text;
  throw new ErrorResponse(400, "invalid_target", "A resource is an absolute URI without a fragment.");
}
