import type { components } from "../../openapi/genesys.js";
import { readBasic, readBearer } from "../core/authorization-header.js";
import { randomToken } from "../core/random.js";
import { createLimiter } from "../core/rate-limits.js";
import type { Call } from "../core/router.js";
import type { Now } from "../core/time.js";
import type { ClientStore, StoredClient } from "./clients.js";
import { badToken, json, login, throttledLogin, unauthenticated } from "./errors.js";
import type { GenesysSimulatorOptions } from "./options.js";

type TokenSettings = Pick<GenesysSimulatorOptions, "invalidClientStatus" | "idleTimeoutMs" | "loginRateLimit"> & {
  readonly now: Now;
  readonly store: ClientStore;
};

/** An issued token. */
interface IssuedToken {
  readonly clientId: string;
  readonly expiresMs: number;
  /** Time of the last use. */
  readonly usedMs: number;
}

/** The client of a request and its token. */
export interface Caller {
  readonly client: StoredClient;
  readonly token: string;
}

/** The tokens of the login host. @throws {ErrorResponse} from `issueToken` and `authenticate` */
export interface TokenEndpoint {
  readonly issueToken: (call: Call) => Response;
  /**
   * Authenticates the client of a request.
   *
   * @param keepsIdle do not restart the idle time
   * @throws {ErrorResponse} 401
   */
  readonly authenticate: (headers: Headers, keepsIdle?: boolean) => Caller;
  /** Time at which the idle token expires. Undefined: never. */
  readonly idlesAt: (token: string) => Date | undefined;
  readonly end: (token: string) => void;
  /** Revokes every token of a client, or of all clients. */
  readonly endAll: (clientId?: string) => void;
  readonly countActive: (clientId: string) => number;
}

/** Creates the token endpoint, without tokens. */
export function createTokenEndpoint(settings: TokenSettings): TokenEndpoint {
  const { now, store, idleTimeoutMs = Number.POSITIVE_INFINITY, invalidClientStatus = 400, loginRateLimit } = settings;
  const tokens = new Map<string, IssuedToken>();
  const invalidClient = () => login(invalidClientStatus, "invalid_client", "authentication failed");

  const isThrottled = createThrottle(loginRateLimit, now);
  /** Tokens of a disabled client are invalid. Tokens of an inactive client stay valid, because the vendor documents no other rule. */
  const clientOf = ({ clientId, expiresMs, usedMs }: IssuedToken): StoredClient | undefined => {
    const client = store.find(clientId);
    const isValid = expiresMs > now() && usedMs + idleTimeoutMs > now();
    return isValid && client && !client.scheduled && client.fields.state !== "disabled" ? client : undefined;
  };

  return {
    issueToken({ headers, text }) {
      const grant = readGrantType(headers, text);
      // Genesys Cloud does not form-decode the credentials.
      const credentials = readBasic(headers.get("authorization"));
      if (!credentials) throw invalidClient();
      if (isThrottled(credentials.id)) throw throttledLogin();
      const client = store.find(credentials.id);
      if (!client || client.secret !== credentials.secret) throw invalidClient();
      if (grant !== "client_credentials") throw login(400, "unsupported_grant_type", "the grant type is not simulated");
      if (client.fields.authorizedGrantType !== "CLIENT-CREDENTIALS")
        throw login(400, "unauthorized_client", "the client may not use this grant type");
      if (client.scheduled || client.fields.state !== "active") throw invalidClient();
      const token = randomToken();
      const lifetimeSeconds = client.fields.accessTokenValiditySeconds;
      tokens.set(token, { clientId: client.id, expiresMs: now() + lifetimeSeconds * 1000, usedMs: now() });
      // The remaining lifetime is rounded down, and some time has passed since the issue.
      const body = { access_token: token, token_type: "bearer", expires_in: lifetimeSeconds - 1 };
      return json(200, body satisfies components["schemas"]["token"], { "cache-control": "no-store" });
    },
    authenticate(headers, keepsIdle = false) {
      const authorization = headers.get("authorization");
      if (authorization === null) throw unauthenticated();
      const token = readBearer(authorization) ?? "";
      const issued = tokens.get(token);
      const client = issued && clientOf(issued);
      if (!issued || !client) throw badToken();
      if (!keepsIdle) tokens.set(token, { ...issued, usedMs: now() });
      return { client, token };
    },
    idlesAt(token) {
      const usedMs = tokens.get(token)?.usedMs;
      return usedMs === undefined || idleTimeoutMs === Number.POSITIVE_INFINITY ? undefined : new Date(usedMs + idleTimeoutMs);
    },
    end(token) {
      tokens.delete(token);
    },
    endAll(clientId) {
      for (const [token, issued] of tokens) if (clientId === undefined || issued.clientId === clientId) tokens.delete(token);
    },
    countActive: (clientId) =>
      [...tokens.values()].filter((token) => token.clientId === clientId && clientOf(token) !== undefined).length,
  };
}

/** Limits the token requests of each client. */
function createThrottle(limit: TokenSettings["loginRateLimit"], now: Now): (clientId: string) => boolean {
  const limiters = new Map<string, ReturnType<typeof createLimiter>>();
  return (clientId) => {
    if (!limit) return false;
    const count = limiters.get(clientId) ?? createLimiter([{ limit: limit.perMinute, seconds: 60 }], now);
    limiters.set(clientId, count);
    return !count().admitted;
  };
}

/** @throws {ErrorResponse} 400 without a form with exactly one grant type */
function readGrantType(headers: Headers, text: string): string {
  if (!(headers.get("content-type") ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded"))
    throw login(400, "invalid_request", "the content has to be a form");
  const [grant = "", ...others] = new URLSearchParams(text).getAll("grant_type");
  if (grant === "" || others.length > 0) throw login(400, "invalid_request", "grant_type is missing or repeated");
  return grant;
}
