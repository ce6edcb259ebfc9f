import { bearer } from "../core/authorize.js";
import { createHttp, type Http, type HttpOptions } from "../core/http/request.js";
import { type PathParameters, withResourceNames } from "../core/http/resource.js";
import type { RetryPolicy } from "../core/http/retry.js";
import { readTransport } from "../core/options.js";
import type { paths } from "../openapi/ory.js";
import { parseErrorResponse, parseOptionalPathError, vendor } from "./errors.js";
import type { OrySettings } from "./options.js";

/** What all operations of one manager share. */
export interface Connection {
  /** Sends to the admin API, with the operator's credential. */
  readonly admin: Http<paths>;
  /** Sends to paths of the admin API that some versions of Hydra do not have. */
  readonly adminOptional: Http<paths>;
  /** Sends to the public API, without the operator's credential. */
  readonly public: Http<paths>;
  /** Base URL of the public API. Absent when the manager has none. */
  readonly publicUrl: string | undefined;
  /** The project's slug, or the base URL of the admin API. */
  readonly account: string;
  readonly credentialsFrom: "library" | "server";
  readonly allowUnknownValues: boolean;
  readonly fetch: typeof fetch | undefined;
  readonly allowInsecureHttp: readonly string[] | undefined;
  /** Deadline of a call that has no `timeoutMs`, in milliseconds. */
  readonly timeoutMs: number;
  /** How many rotations of a client, by its id, were lost one after the other. */
  readonly lostRotations: Map<string, number>;
  readonly retry: RetryPolicy;
}

/** Creates the connection of one manager. Both APIs share one limiter. */
export function connect(settings: OrySettings): Connection {
  const { adminUrl, publicUrl, account, apiKey, headers = {} } = settings;
  const transport = readTransport(settings);
  const shared: Omit<HttpOptions, "baseUrl"> = {
    vendor,
    parseErrorResponse,
    resetHeaders: ["x-ratelimit-reset"],
    ...transport,
  };
  const key = apiKey === undefined ? undefined : bearer(apiKey);
  // With and without the scheme of an authorization header.
  const secrets = Object.values(headers).flatMap((value) => [value, value.replace(/^[a-z]+ +/i, "")]);
  const authorize: HttpOptions["authorize"] = async (request, signal) => {
    const authorization = await key?.(request, signal);
    return { headers: { ...headers, ...authorization?.headers }, secrets: [...secrets, ...(authorization?.secrets ?? [])] };
  };
  return {
    admin: withResourceNames(createHttp<paths>({ ...shared, baseUrl: adminUrl, authorize }), describeResource),
    adminOptional: withResourceNames(
      createHttp<paths>({ ...shared, baseUrl: adminUrl, authorize, parseErrorResponse: parseOptionalPathError }),
      describeResource,
    ),
    public: createHttp<paths>({ ...shared, baseUrl: publicUrl ?? adminUrl }),
    publicUrl,
    account,
    credentialsFrom: settings.credentialsFrom ?? "library",
    allowUnknownValues: settings.allowUnknownValues ?? false,
    fetch: settings.fetch,
    allowInsecureHttp: settings.allowInsecureHttp,
    timeoutMs: transport.timeoutMs,
    lostRotations: new Map(),
    retry: transport.retry,
  };
}

function describeResource({ id }: PathParameters): string | undefined {
  return typeof id === "string" ? `client ${id}` : undefined;
}
