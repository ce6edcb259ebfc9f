import { readBearer } from "../core/authorization-header.js";
import type { Call } from "../core/router.js";
import type { Now } from "../core/time.js";
import { badRequest, invalidCredential, invalidKey, invalidSignature, notLoggedIn, unauthorized } from "./errors.js";
import type { OvhAccessRule, OvhApplicationKey, OvhOrigin } from "./options.js";
import { sign } from "./signatures.js";
import type { TokenEndpoint } from "./tokens.js";
import { type Account, accountIdentity, clientIdentity } from "./urns.js";

/** The caller of an operation, and the access of its key or token. */
export interface Caller {
  /** The URN of the caller in policies. */
  readonly identity: string;
  /** The account itself, which policies do not restrict. */
  readonly isRoot: boolean;
  /** The vendor's values are not documented. */
  readonly method: "account" | "oauth2_client_credentials";
  /** The routes of the consumer key. Null: all routes. */
  readonly routes: readonly OvhAccessRule[] | null;
  readonly scopes: readonly string[];
}

/** The settings of the authentication. */
export interface AuthenticationSettings {
  readonly account: Account;
  /** The server's time, for the validation of timestamps. */
  readonly now: Now;
  readonly applicationKeys: readonly OvhApplicationKey[];
  readonly timestampToleranceMs: number;
  readonly tokenEndpoint: TokenEndpoint;
  /** The service account without restrictions, if any. */
  readonly rootClientId: string | undefined;
  /** The configured base URLs. */
  readonly baseUrls: Readonly<Record<OvhOrigin, string>>;
}

/**
 * Creates the function that authenticates a request.
 *
 * @throws {ErrorResponse} from that function: 401 for an invalid token, 403 for an invalid key, 400 for an invalid signature
 */
export function createAuthentication(settings: AuthenticationSettings): (call: Call<OvhOrigin>) => Promise<Caller> {
  const { account, now, applicationKeys, tokenEndpoint, rootClientId } = settings;

  const byToken = (authorization: string): Caller => {
    const token = tokenEndpoint.find(readBearer(authorization) ?? "");
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
    const isExpired = key.expiresAt !== undefined && key.expiresAt.getTime() <= now();
    if (key.state === "expired" || key.state === "refused" || isExpired) throw invalidCredential();
    // A key that is not validated yet gets this error.
    if (key.state === "pendingValidation") throw invalidSignature();
    const differenceMs = Math.abs(Number(timestamp) * 1000 - now());
    if (!/^\d+$/.test(timestamp) || differenceMs > settings.timestampToleranceMs) throw invalidSignature();
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
 * The URL of the request. For a server on this machine, the Host header has the host of the URL: another name of this machine, or the
 * configured host behind a proxy.
 */
function addressOf({ url, headers, baseUrls }: Call<OvhOrigin>, configured: string): string {
  const host = headers.get("host");
  const here = new URL(baseUrls.api);
  const rest = `${url.pathname}${url.search}`;
  if (host === null || host === here.host) return baseUrls.api + rest;
  if (host === new URL(configured).host) return configured + rest;
  return `${here.protocol}//${host}${here.pathname.replace(/\/+$/, "")}${rest}`;
}
