import type { components } from "../../openapi/ovh.js";
import { readBasic } from "../core/authorization-header.js";
import { randomToken } from "../core/random.js";
import type { Call } from "../core/router.js";
import type { Now } from "../core/time.js";
import type { ClientStore } from "./clients.js";
import { invalidRequest, json, TokenErrorResponse } from "./errors.js";
import type { OvhOrigin } from "./options.js";

type Token = components["schemas"]["token"];

/** A client id and its secret. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A bearer token. */
export interface IssuedToken {
  /** Undefined for a token of the account itself. */
  readonly clientId: string | undefined;
  readonly scopes: readonly string[];
  readonly expiresMs: number;
}

/** The settings of the token endpoint. */
export interface TokenSettings {
  readonly now: Now;
  readonly clients: ClientStore;
  /** A service account that is not among the clients. */
  readonly serviceAccount: ClientCredentials | undefined;
  readonly lifespanMs: number;
  /** Existing tokens with their expiry. */
  readonly accessTokens: ReadonlyMap<string, Date | undefined>;
}

/** The token endpoint of one region. */
export interface TokenEndpoint {
  /** @throws {TokenErrorResponse} */
  readonly issueToken: (call: Call<OvhOrigin>) => Response;
  /** Undefined when the token is unknown or expired, or its client is deleted. */
  readonly find: (accessToken: string) => IssuedToken | undefined;
  readonly countActive: (clientId: string) => number;
}

const headers = { "cache-control": "no-store", pragma: "no-cache" };

/** Creates the token endpoint with the existing tokens. */
export function createTokenEndpoint({ now, clients, serviceAccount, lifespanMs, accessTokens }: TokenSettings): TokenEndpoint {
  const tokens = new Map<string, IssuedToken>(
    [...accessTokens].map(([accessToken, expiresAt]) => [
      accessToken,
      { clientId: undefined, scopes: ["all"], expiresMs: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY },
    ]),
  );
  const isActive = ({ clientId, expiresMs }: IssuedToken): boolean =>
    expiresMs > now() &&
    (clientId === undefined || clientId === serviceAccount?.clientId || clients.find(clientId) !== undefined);

  /** An unknown client and a wrong secret get the same error. */
  const authenticate = ({ clientId, clientSecret, isBasic }: SentCredentials): string => {
    const client = clients.find(clientId);
    const secret = clientId === serviceAccount?.clientId ? serviceAccount.clientSecret : client?.secret;
    if (secret === undefined || secret !== clientSecret) throw invalidClient(isBasic);
    if (client?.document.flow === "AUTHORIZATION_CODE")
      throw new TokenErrorResponse(400, "unauthorized_client", "The client may not use this grant");
    return clientId;
  };

  return {
    issueToken(call) {
      const form = readForm(call);
      const grant = form.get("grant_type");
      if (grant === null) throw invalidRequest("The parameter grant_type is missing");
      if (grant !== "client_credentials")
        throw new TokenErrorResponse(400, "unsupported_grant_type", "The grant is not supported here");
      const clientId = authenticate(readCredentials(form, call.headers));
      const scopes = readScopes(form.get("scope"));
      const accessToken = randomToken();
      tokens.set(accessToken, { clientId, scopes, expiresMs: now() + lifespanMs });
      const body: Token = {
        access_token: accessToken,
        token_type: "Bearer",
        // The remaining lifetime is rounded down, and some time has passed since the issue.
        expires_in: Math.max(0, Math.ceil(lifespanMs / 1000) - 1),
        scope: scopes.join(" "),
      };
      return json(200, body, headers);
    },
    find(accessToken) {
      const token = tokens.get(accessToken);
      return token && isActive(token) ? token : undefined;
    },
    countActive: (clientId) => [...tokens.values()].filter((token) => token.clientId === clientId && isActive(token)).length,
  };
}

interface SentCredentials extends ClientCredentials {
  readonly isBasic: boolean;
}

/** The vendor's status is not documented. It is 401 with Basic (RFC 6749 section 5.2), otherwise 400. */
const invalidClient = (isBasic: boolean) =>
  new TokenErrorResponse(
    isBasic ? 401 : 400,
    "invalid_client",
    "Unknown client or wrong secret",
    isBasic ? { "www-authenticate": 'Basic realm="oauth2"' } : {},
  );

function readForm({ headers: fields, text }: Call): URLSearchParams {
  const type = (fields.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw invalidRequest("The content is not a form");
  const form = new URLSearchParams(text);
  if (new Set(form.keys()).size !== form.size) throw invalidRequest("A parameter is repeated");
  return form;
}

/** In the header or in the content, and not in both (RFC 6749 section 2.3). */
function readCredentials(form: URLSearchParams, fields: Headers): SentCredentials {
  const [clientId, clientSecret] = [form.get("client_id"), form.get("client_secret")];
  const authorization = fields.get("authorization");
  if (authorization === null) {
    if (!clientId || clientSecret === null) throw invalidClient(false);
    return { clientId, clientSecret, isBasic: false };
  }
  const basic = readEncoded(authorization);
  if (!basic) throw invalidClient(true);
  if (clientSecret !== null || (clientId !== null && clientId !== basic.clientId))
    throw invalidRequest("The client authenticates in two ways");
  return { ...basic, isBasic: true };
}

/** Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1). */
function readEncoded(authorization: string): ClientCredentials | undefined {
  const { id, secret } = readBasic(authorization) ?? {};
  if (!id || secret === undefined) return undefined;
  const decode = (text: string) => decodeURIComponent(text.replaceAll("+", " "));
  try {
    return { clientId: decode(id), clientSecret: decode(secret) };
  } catch {
    return undefined;
  }
}

/** `all`, or `{product}/all`. A scope is required. */
function readScopes(scope: string | null): readonly string[] {
  const scopes = [...new Set((scope ?? "").split(" ").filter((word) => word !== ""))];
  if (scopes.length === 0) throw new TokenErrorResponse(400, "invalid_scope", "The parameter scope is missing");
  for (const word of scopes) {
    if (word === "all" || /^[A-Za-z][\w-]*\/all$/.test(word)) continue;
    // Only the permission `all` exists. Text that is not a scope gets another error.
    if (word.includes("/")) throw invalidRequest("The permission of a scope is not known");
    throw new TokenErrorResponse(400, "invalid_scope", "A scope is not known");
  }
  return scopes;
}
