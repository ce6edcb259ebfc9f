import { type Authorize, bearer, bearerFrom, toManagerAuthError } from "../core/authorize.js";
import { createHttp, type Http, type HttpOptions } from "../core/http/request.js";
import { type PathParameters, withResourceNames } from "../core/http/resource.js";
import type { RetryPolicy } from "../core/http/retry.js";
import { createLimiter } from "../core/limits.js";
import type { CallOptions } from "../core/manager.js";
import { readTransport, toTokenTransport } from "../core/options.js";
import type { paths } from "../openapi/ovh.js";
import { createTokenSource } from "../token/source.js";
import { operations, parseErrorResponse, vendor } from "./errors.js";
import { parseCallOptions } from "./input.js";
import type { OvhSettings } from "./options.js";
import { createServerClock, signRequests } from "./signature.js";
import { createTokenRequest } from "./tokens.js";
import { authenticationWire, timeWire } from "./wire.js";

/** What all operations of one manager share. */
export interface Connection {
  /** Sends to the API, with the manager's credential. */
  readonly http: Http<paths>;
  /** The region, or the host of an `apiUrl`. */
  readonly location: string;
  /** The token endpoint. Absent for an `apiUrl` without one. */
  readonly tokenEndpoint: string | undefined;
  readonly fetch: typeof fetch | undefined;
  readonly allowInsecureHttp: readonly string[] | undefined;
  /** Deadline of a call that has no `timeoutMs`, in milliseconds. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
}

/** Creates the connection of one manager. */
export function connect(settings: OvhSettings): Connection {
  const transport: HttpOptions = {
    vendor,
    baseUrl: settings.apiUrl,
    parseErrorResponse,
    ...readTransport(settings),
  };
  return {
    http: withResourceNames(
      createHttp<paths>({ ...transport, authorize: createAuthorize(settings, transport) }),
      describeResource,
    ),
    location: settings.location,
    tokenEndpoint: settings.tokenEndpoint,
    fetch: settings.fetch,
    allowInsecureHttp: settings.allowInsecureHttp,
    timeoutMs: transport.timeoutMs,
    retry: transport.retry,
  };
}

// One of the three authentication methods.
function createAuthorize({ access, tokenEndpoint }: OvhSettings, transport: HttpOptions): Authorize {
  if (access.kind === "token") return bearer(access.accessToken);
  if (access.kind === "account") {
    const request = createTokenRequest(tokenEndpoint, access, {}, "createOvhManager");
    const { get, invalidate } = createTokenSource(request, toTokenTransport(transport));
    const tokens = {
      get: (options: { readonly signal: AbortSignal }) =>
        get(options).catch((error: unknown) => {
          throw toManagerAuthError(error, vendor, "Check clientId, clientSecret and region");
        }),
      invalidate,
    };
    return bearerFrom(tokens, [access.clientSecret]);
  }
  // The request that needs the time holds a permit of the manager's limiter already.
  const unauthenticated = createHttp<paths>({ ...transport, limiter: createLimiter() });
  const readTime = async () => {
    const { value } = await unauthenticated({
      operation: operations.getTime,
      method: "get",
      path: "/v1/auth/time",
      returns: timeWire,
    });
    return value;
  };
  return signRequests(access, createServerClock(readTime, transport.timeoutMs));
}

/** Reads which account the manager's credential belongs to: `eu/ab12345-ovh`. */
export async function getAccount({ http, location }: Connection, options?: CallOptions): Promise<string> {
  const operation = operations.account;
  const { value } = await http({
    operation,
    method: "get",
    path: "/v1/auth/details",
    returns: authenticationWire,
    options: parseCallOptions(options, operation),
  });
  return `${location}/${value.account}`;
}

function describeResource({ clientId, policyId }: PathParameters): string | undefined {
  if (typeof clientId === "string") return `client ${clientId}`;
  return typeof policyId === "string" ? `policy ${policyId}` : undefined;
}
