import type { Call } from "../core/router.js";
import type { Now } from "../core/time.js";
import { badRequest, invalidCredential, invalidKey, invalidSignature, notLoggedIn, unauthorized } from "./errors.js";
import type { OvhAccessRule, OvhApplicationKey, OvhOrigin } from "./options.js";
import { sign } from "./signatures.js";
import type { TokenEndpoint } from "./tokens.js";
import { type Account, accountIdentity, clientIdentity } from "./urns.js";

/** Who calls, and how far the key or token reaches. */
export interface Caller {
  /** The URN by which policies name the caller. */
  readonly identity: string;
  /** The account itself, whom policies do not restrict. */
  readonly isRoot: boolean;
  /** The vendor's own values are not known; these are what a third party's double answers. */
  readonly method: "account" | "oauth2_client_credentials";
  /** The routes that a consumer key was validated for. Null when all are. */
  readonly routes: readonly OvhAccessRule[] | null;
  readonly scopes: readonly string[];
}

/** What callers are known by. */
export interface AuthenticationSettings {
  readonly account: Account;
  /** The server's clock, by which timestamps are judged. */
  readonly now: Now;
  readonly applicationKeys: readonly OvhApplicationKey[];
  readonly timestampToleranceMs: number;
  readonly tokenEndpoint: TokenEndpoint;
  /** The service account that may do everything, if any. */
  readonly rootClientId: string | undefined;
  /** Where the simulator believes to be served. */
  readonly baseUrls: Readonly<Record<OvhOrigin, string>>;
}

/**
 * Makes the function that finds out who calls.
 *
 * @throws {ErrorResponse} from that function: 401 for a dead token, 403 for keys that do not fit, 400 for a wrong signature
 */
export function createAuthentication(settings: AuthenticationSettings): (call: Call<OvhOrigin>) => Promise<Caller> {
  const { account, now, applicationKeys, tokenEndpoint, rootClientId } = settings;

  const byToken = (authorization: string): Caller => {
    const token = tokenEndpoint.find(/^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "");
    if (!token) throw unauthorized();
    const { clientId, scopes } = token;
    if (clientId === undefined)
      return { identity: accountIdentity(account), isRoot: true, method: "account", routes: null, scopes };
    return {
      identity: clientIdentity(account, clientId),
      isRoot: clientId === rootClientId,
      method: "oauth2_client_credentials",
      routes: null,
      scopes,
    };
  };

  const bySignature = async (call: Call<OvhOrigin>, applicationKey: string): Promise<Caller> => {
    const field = (name: string) => call.headers.get(`x-ovh-${name}`) ?? "";
    const known = applicationKeys.filter((key) => key.applicationKey === applicationKey);
    if (known.length === 0) throw invalidKey();
    const [consumerKey, signature, timestamp] = [field("consumer"), field("signature"), field("timestamp")];
    if (consumerKey === "" && signature === "") throw notLoggedIn();
    const key = known.find((candidate) => candidate.consumerKey === consumerKey);
    if (!key) throw invalidCredential("This credential does not exist");
    const hasEnded = key.expiresAt !== undefined && key.expiresAt.getTime() <= now();
    if (key.state === "expired" || key.state === "refused" || hasEnded) throw invalidCredential();
    // Reported of keys that nobody has validated yet, misleading as it is.
    if (key.state === "pendingValidation") throw invalidSignature();
    const awayMs = Math.abs(Number(timestamp) * 1000 - now());
    if (!/^\d+$/.test(timestamp) || awayMs > settings.timestampToleranceMs) throw invalidSignature();
    const expected = await sign({
      ...key,
      method: call.method,
      address: addressOf(call, settings.baseUrls.api),
      content: call.bytes,
      timestamp,
    });
    if (signature !== expected) throw invalidSignature();
    return {
      identity: accountIdentity(account),
      isRoot: true,
      method: "account",
      routes: key.accessRules ?? null,
      scopes: ["all"],
    };
  };

  return async (call) => {
    const authorization = call.headers.get("authorization");
    const applicationKey = call.headers.get("x-ovh-application");
    if (authorization !== null) {
      if (call.headers.has("x-ovh-signature")) throw badRequest("The request has a bearer token and a signature");
      return byToken(authorization);
    }
    if (applicationKey === null) throw notLoggedIn();
    return bySignature(call, applicationKey);
  };
}

/**
 * The address that the caller has called, as a URL parser writes it. On the loopback the Host header says which it was: another
 * name of this machine, or the configured host itself when the caller has been led here and TLS has ended before.
 */
function addressOf({ url, headers, baseUrls }: Call<OvhOrigin>, configured: string): string {
  const host = headers.get("host");
  const here = new URL(baseUrls.api);
  const rest = `${url.pathname}${url.search}`;
  if (host === null || host === here.host) return baseUrls.api + rest;
  if (host === new URL(configured).host) return configured + rest;
  return `${here.protocol}//${host}${here.pathname.replace(/\/+$/, "")}${rest}`;
}
