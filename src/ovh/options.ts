import * as z from "zod";
import {
  configurationError,
  headerSecret,
  parseOptions,
  secureAddress,
  secureUrl,
  transportFields,
} from "../core/validation.js";
import { type Endpoints, namedEndpoints, type OvhRegion, regionAt, regions } from "./endpoints.js";
import type { OvhAccessTokenAuth, OvhApplicationKeyAuth, OvhOptions, OvhServiceAccountAuth } from "./types.js";

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
    apiUrl: secureAddress.optional(),
    tokenEndpoint: secureUrl.optional(),
    applicationKey: headerSecret.optional(),
    applicationSecret: z.string().min(1, "expected text that is not empty").optional(),
    consumerKey: headerSecret.optional(),
    clientId: credential.optional(),
    clientSecret: credential.optional(),
    accessToken: headerSecret.optional(),
  } satisfies Record<AnyOption, z.ZodType>)
  .superRefine((options, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { region, apiUrl, tokenEndpoint } = options;
    const given = Object.values(families).filter((names) => names.some((name) => options[name] !== undefined));
    const [family, ...others] = given;
    if (family === undefined)
      refuse("clientId", "required with clientSecret, unless an application key or an accessToken is given");
    for (const name of family ?? [])
      if (options[name] === undefined) refuse(name, `required with ${family?.find((one) => options[one] !== undefined)}`);
    for (const name of others.flat())
      if (options[name] !== undefined) refuse(name, `excludes ${family?.[0]}: there is one way in`);
    if (apiUrl !== undefined && region !== undefined) refuse("region", "excludes apiUrl: the addresses follow from the region");
    if (apiUrl === undefined && tokenEndpoint !== undefined)
      refuse("tokenEndpoint", "needs apiUrl: the tokens of another place are worth nothing in a region");
    if (apiUrl !== undefined && tokenEndpoint === undefined && options.clientId !== undefined)
      refuse("tokenEndpoint", "required with apiUrl and clientId: a secret is sent to no other place than its own");
  });

/** The one way in. */
export type Access =
  | ({ readonly kind: "key" } & Pick<OvhApplicationKeyAuth, (typeof families.key)[number]>)
  | ({ readonly kind: "account" } & Pick<OvhServiceAccountAuth, (typeof families.account)[number]>)
  | ({ readonly kind: "token" } & Pick<OvhAccessTokenAuth, (typeof families.token)[number]>);

/** What the manager works with. */
export type OvhSettings = Endpoints &
  Pick<z.output<typeof optionsSchema>, keyof typeof transportFields> & {
    readonly access: Access;
    /** The region, or the host of an `apiUrl`. */
    readonly location: string;
  };

/** @throws {ConfigurationError} with one issue for each option at fault */
export function readOptions(options: OvhOptions): OvhSettings {
  const parsed = parseOptions(optionsSchema, options, { vendor: "ovh", operation: "createOvhManager" });
  const { region = "eu", apiUrl, tokenEndpoint, fetch, timeoutMs, retry, limits } = parsed;
  const { applicationKey, applicationSecret = "", consumerKey = "", clientId, clientSecret = "", accessToken = "" } = parsed;
  const access: Access =
    applicationKey !== undefined
      ? { kind: "key", applicationKey, applicationSecret, consumerKey }
      : clientId !== undefined
        ? { kind: "account", clientId, clientSecret }
        : { kind: "token", accessToken };
  return {
    ...(apiUrl === undefined ? regions[region] : namedEndpoints(apiUrl, tokenEndpoint)),
    ...{ fetch, timeoutMs, retry, limits, access },
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
 * Makes options from the variables that OVHcloud's own tools read: `OVH_ENDPOINT` (`ovh-eu`, which is the default, `ovh-ca`,
 * `ovh-us`, or the address of an API), and one of: `OVH_APPLICATION_KEY` with `OVH_APPLICATION_SECRET` and `OVH_CONSUMER_KEY`,
 * `OVH_CLIENT_ID` with `OVH_CLIENT_SECRET`, `OVH_ACCESS_TOKEN`. Pure: reads nothing but its argument, no `ovh.conf` among it. An
 * empty variable counts as absent.
 *
 * @param env - for example `process.env`
 * @throws {ConfigurationError} names the variable that is missing, or the two that exclude each other
 */
export function ovhOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): OvhOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  const place = readPlace(read("OVH_ENDPOINT"));
  const given = Object.values(families).filter((names) => names.some((name) => read(variables[name])));
  const [family, other] = given;
  if (family === undefined)
    throw configurationError(
      environment,
      "OVH_CLIENT_ID",
      "missing, as are OVH_APPLICATION_KEY and OVH_ACCESS_TOKEN: set one of them",
    );
  const first = family.find((name) => read(variables[name])) ?? family[0];
  const second = other?.find((name) => read(variables[name]));
  if (second !== undefined)
    throw configurationError(environment, variables[second], `excludes ${variables[first]}, set one of them`);
  if ("apiUrl" in place && family === families.account)
    throw configurationError(
      environment,
      "OVH_CLIENT_ID",
      "needs a region in OVH_ENDPOINT: the token endpoint of another place is not known",
    );
  const entries = family.map((name) => {
    const value = read(variables[name]);
    if (value === undefined) throw configurationError(environment, variables[name], `missing, ${variables[first]} needs it`);
    return [name, value];
  });
  return { ...place, ...Object.fromEntries(entries) };
}

function readPlace(endpoint = "ovh-eu"): { region: OvhRegion } | { apiUrl: string } {
  const named = /^ovh-(eu|ca|us)$/.exec(endpoint)?.[1];
  if (named !== undefined) return { region: named as OvhRegion };
  if (!endpoint.includes("/") || !URL.canParse(endpoint))
    throw configurationError(environment, "OVH_ENDPOINT", "expected ovh-eu, ovh-ca, ovh-us or the address of an API");
  const region = regionAt(endpoint);
  return region === undefined ? { apiUrl: endpoint } : { region };
}
