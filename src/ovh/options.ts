import * as z from "zod";
import { type TransportOptions, transportFromEnv } from "../core/options.js";
import { configurationError } from "../core/outcome.js";
import {
  headerSecret,
  parseOptions,
  refuseInsecureHttp,
  serverAddress,
  serverUrl,
  transportFields,
} from "../core/validation.js";
import type { Expected } from "../core/values.js";
import { customEndpoints, type Endpoints, knownTokenEndpoint, type OvhRegion, regionAt, regions } from "./endpoints.js";

/** The API: a region, or custom URLs. */
export type OvhEndpointOptions =
  | {
      /**
       * The region of the account. Environment: `OVH_ENDPOINT`, as `ovh-eu`, `ovh-ca` or `ovh-us`.
       * @default "eu"
       */
      readonly region?: Expected<"region: eu, ca or us; for another host set apiUrl", OvhRegion>;
      readonly apiUrl?: never;
      readonly tokenEndpoint?: never;
    }
  | {
      /**
       * The base URL of the API, with or without a version at its end: `https://api.eu.ovhcloud.com`, a proxy, a simulator.
       * Environment: `OVH_ENDPOINT`.
       */
      readonly apiUrl: string;
      /**
       * The token endpoint: `https://auth.eu.ovhcloud.com/oauth2/token`. Required when the manager authenticates as a service account,
       * for `tokenRequest`, and for the verification of secrets.
       */
      readonly tokenEndpoint?: string;
      readonly region?: never;
    };

/** Authentication by requests that are signed with an application key and a consumer key. */
export interface OvhApplicationKeyAuth {
  /** The id of the application. Environment: `OVH_APPLICATION_KEY`. */
  readonly applicationKey: string;
  /** Signs the requests and is never sent. Environment: `OVH_APPLICATION_SECRET`. */
  readonly applicationSecret: string;
  /** The id of the customer's consent to the application. Environment: `OVH_CONSUMER_KEY`. */
  readonly consumerKey: string;
  readonly clientId?: never;
  readonly clientSecret?: never;
  readonly accessToken?: never;
}

/** Authentication as a service account. The manager requests and refreshes its tokens. */
export interface OvhServiceAccountAuth {
  /** OAuth's `client_id`. Environment: `OVH_CLIENT_ID`. */
  readonly clientId: string;
  /** OAuth's `client_secret`. Environment: `OVH_CLIENT_SECRET`. */
  readonly clientSecret: string;
  readonly applicationKey?: never;
  readonly applicationSecret?: never;
  readonly consumerKey?: never;
  readonly accessToken?: never;
}

/** Authentication with an access token that you refresh yourself. */
export interface OvhAccessTokenAuth {
  /** An access token. Environment: `OVH_ACCESS_TOKEN`. */
  readonly accessToken: string;
  readonly applicationKey?: never;
  readonly applicationSecret?: never;
  readonly consumerKey?: never;
  readonly clientId?: never;
  readonly clientSecret?: never;
}

/** The options of `createOvhManager`: one API and one authentication method. */
export type OvhOptions = TransportOptions &
  OvhEndpointOptions &
  (OvhApplicationKeyAuth | OvhServiceAccountAuth | OvhAccessTokenAuth);

const families = {
  key: ["applicationKey", "applicationSecret", "consumerKey"],
  account: ["clientId", "clientSecret"],
  token: ["accessToken"],
} as const;

// RFC 6749 appendices A.1 and A.2: visible ASCII and space.
const credential = z.string().regex(/^[\x20-\x7e]+$/, "expected printable ASCII characters and at least one");

type AnyOption = OvhOptions extends infer Member ? (Member extends unknown ? keyof Member : never) : never;

const optionsSchema = z
  .strictObject({
    ...transportFields,
    region: z.enum(Object.keys(regions) as OvhRegion[]).optional(),
    apiUrl: serverAddress.optional(),
    tokenEndpoint: serverUrl.optional(),
    applicationKey: headerSecret.optional(),
    applicationSecret: headerSecret.optional(),
    consumerKey: headerSecret.optional(),
    clientId: credential.optional(),
    clientSecret: credential.optional(),
    accessToken: headerSecret.optional(),
  } satisfies Record<AnyOption, z.ZodType>)
  .superRefine(refuseInsecureHttp("apiUrl", "tokenEndpoint"))
  .superRefine((options, context) => {
    const addIssue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { region, apiUrl, tokenEndpoint } = options;
    const chosen = Object.values(families).filter((names) => names.some((name) => options[name] !== undefined));
    const [family, ...others] = chosen;
    if (family === undefined)
      addIssue("clientId", "required with clientSecret, unless an application key or an accessToken is set");
    for (const name of family ?? [])
      if (options[name] === undefined) addIssue(name, `required with ${family?.find((one) => options[one] !== undefined)}`);
    for (const name of others.flat())
      if (options[name] !== undefined)
        addIssue(name, `cannot be combined with ${family?.[0]}; choose one authentication method`);
    if (apiUrl !== undefined && region !== undefined)
      addIssue("region", "cannot be combined with apiUrl: the region determines the URLs");
    if (apiUrl === undefined && tokenEndpoint !== undefined)
      addIssue("tokenEndpoint", "requires apiUrl (regions have fixed token endpoints)");
    const token = tokenEndpoint ?? (apiUrl && knownTokenEndpoint(apiUrl));
    if (apiUrl !== undefined && token === undefined && options.clientId !== undefined)
      addIssue("tokenEndpoint", "required with apiUrl and clientId: the secret is sent to this URL only");
  });

/** The authentication method. */
export type Access =
  | ({ readonly kind: "key" } & Pick<OvhApplicationKeyAuth, (typeof families.key)[number]>)
  | ({ readonly kind: "account" } & Pick<OvhServiceAccountAuth, (typeof families.account)[number]>)
  | ({ readonly kind: "token" } & Pick<OvhAccessTokenAuth, (typeof families.token)[number]>);

/** The options with the URLs and the authentication method. */
export type OvhSettings = Endpoints &
  Pick<z.output<typeof optionsSchema>, keyof typeof transportFields> & {
    readonly access: Access;
    /** The region, or the host of an `apiUrl`. */
    readonly location: string;
  };

/** @throws {ConfigurationError} with one issue for each invalid option */
export function readOptions(options: OvhOptions): OvhSettings {
  const parsed = parseOptions(optionsSchema, options, { vendor: "ovh", operation: "createOvhManager" });
  const { region = "eu", apiUrl, tokenEndpoint, fetch, timeoutMs, allowInsecureHttp, retry, limits } = parsed;
  const { applicationKey, applicationSecret = "", consumerKey = "", clientId, clientSecret = "", accessToken = "" } = parsed;
  const access: Access =
    applicationKey !== undefined
      ? { kind: "key", applicationKey, applicationSecret, consumerKey }
      : clientId !== undefined
        ? { kind: "account", clientId, clientSecret }
        : { kind: "token", accessToken };
  return {
    ...(apiUrl === undefined ? regions[region] : customEndpoints(apiUrl, tokenEndpoint)),
    ...{ fetch, timeoutMs, allowInsecureHttp, retry, limits, access },
    location: apiUrl === undefined ? region : (regionAt(apiUrl) ?? new URL(apiUrl).host),
  };
}

const variables = {
  applicationKey: "OVH_APPLICATION_KEY",
  applicationSecret: "OVH_APPLICATION_SECRET",
  consumerKey: "OVH_CONSUMER_KEY",
  clientId: "OVH_CLIENT_ID",
  clientSecret: "OVH_CLIENT_SECRET",
  accessToken: "OVH_ACCESS_TOKEN",
} as const;

const environment = { vendor: "ovh", operation: "ovhOptionsFromEnv" };

/**
 * Creates options from the variables of OVHcloud's own tools: `OVH_ENDPOINT` (`ovh-eu`, the default, `ovh-ca`, `ovh-us`, or the URL of
 * an API), and one of: `OVH_APPLICATION_KEY` with `OVH_APPLICATION_SECRET` and `OVH_CONSUMER_KEY`, `OVH_CLIENT_ID` with
 * `OVH_CLIENT_SECRET`, `OVH_ACCESS_TOKEN`. `OVH_TOKEN_ENDPOINT`, which only this library reads, is the token endpoint beside the URL
 * of an API. Reads only its argument, and no `ovh.conf`. An empty variable counts as missing.
 *
 * @param env - for example `process.env`
 * @throws {ConfigurationError} names the missing variable, or the two that cannot be combined
 */
export function ovhOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): OvhOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  const tokenEndpoint = read("OVH_TOKEN_ENDPOINT");
  const location = { ...parseEndpoint(read("OVH_ENDPOINT")), ...(tokenEndpoint === undefined ? {} : { tokenEndpoint }) };
  const chosen = Object.values(families).filter((names) => names.some((name) => read(variables[name])));
  const [family, other] = chosen;
  if (family === undefined)
    throw configurationError(
      environment,
      "OVH_CLIENT_ID",
      "missing: set OVH_CLIENT_ID, OVH_APPLICATION_KEY or OVH_ACCESS_TOKEN",
    );
  const first = family.find((name) => read(variables[name])) ?? family[0];
  const second = other?.find((name) => read(variables[name]));
  if (second !== undefined)
    throw configurationError(environment, variables[second], `cannot be combined with ${variables[first]}: set one of them`);
  const isKnown = !("apiUrl" in location) || "tokenEndpoint" in location || knownTokenEndpoint(location.apiUrl) !== undefined;
  if (family === families.account && !isKnown)
    throw configurationError(
      environment,
      "OVH_CLIENT_ID",
      "requires a region in OVH_ENDPOINT, or OVH_TOKEN_ENDPOINT: the token endpoint of a custom URL is not known",
    );
  const entries = family.map((name) => {
    const value = read(variables[name]);
    if (value === undefined) throw configurationError(environment, variables[name], `missing: required by ${variables[first]}`);
    return [name, value];
  });
  return { ...transportFromEnv(env), ...location, ...Object.fromEntries(entries) };
}

function parseEndpoint(endpoint = "ovh-eu"): { region: OvhRegion } | { apiUrl: string } {
  const named = /^ovh-(eu|ca|us)$/.exec(endpoint)?.[1];
  if (named !== undefined) return { region: named as OvhRegion };
  if (!endpoint.includes("/") || !URL.canParse(endpoint))
    throw configurationError(environment, "OVH_ENDPOINT", "expected ovh-eu, ovh-ca, ovh-us or the URL of an API");
  const region = regionAt(endpoint);
  const isDefaultUrl = region !== undefined && regions[region].tokenEndpoint === knownTokenEndpoint(endpoint);
  return isDefaultUrl ? { region } : { apiUrl: endpoint };
}
