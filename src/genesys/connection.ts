import { bearer, bearerFrom } from "../core/authorize.js";
import { createHttp, type Http, type HttpOptions } from "../core/http/request.js";
import { type PathParameters, withResourceNames } from "../core/http/resource.js";
import type { RetryPolicy } from "../core/http/retry.js";
import { readTransport } from "../core/options.js";
import type { paths } from "../openapi/genesys.js";
import { parseErrorResponse, vendor } from "./errors.js";
import type { GenesysSettings } from "./options.js";
import { createRoleResolver, type RoleResolver } from "./roles.js";
import { createManagerTokens } from "./tokens.js";

/** What all operations of one manager share. */
export interface Connection {
  /** Sends requests to the API, with the manager's access token. */
  readonly http: Http<paths>;
  /** Sends requests to the login host, without credentials. */
  readonly login: Http<paths>;
  readonly loginUrl: string;
  /** The base URL of the API. */
  readonly apiUrl: string;
  readonly roleResolver: RoleResolver;
  /** Deadline of a call that has none, in milliseconds. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
}

function describeResource({ clientId, credentialId }: PathParameters): string | undefined {
  if (clientId !== undefined) return `client ${clientId}`;
  return credentialId === undefined ? undefined : `integration credential ${credentialId}`;
}

/** Creates the connection of one manager. Both hosts share one limiter. */
export function connect(settings: GenesysSettings): Connection {
  const { apiUrl, loginUrl, clientId = "", clientSecret = "", accessToken, verifyRoles = true } = settings;
  const transport = readTransport(settings);
  const shared: Omit<HttpOptions, "baseUrl"> = {
    vendor,
    parseErrorResponse,
    resetHeaders: ["inin-ratelimit-reset"],
    ...transport,
  };
  const authorize =
    accessToken === undefined
      ? bearerFrom(createManagerTokens(loginUrl, { clientId, clientSecret }, transport), [clientSecret])
      : bearer(accessToken);
  const http = withResourceNames(createHttp<paths>({ ...shared, baseUrl: apiUrl, authorize }), describeResource);
  return {
    http,
    login: createHttp<paths>({ ...shared, baseUrl: loginUrl }),
    loginUrl,
    apiUrl,
    roleResolver: createRoleResolver(http, verifyRoles, transport.timeoutMs),
    timeoutMs: transport.timeoutMs,
    retry: transport.retry,
  };
}
