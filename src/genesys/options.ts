import * as z from "zod";
import { configurationError, headerSecret, parseOptions, secureAddress, transportFields } from "../core/validation.js";
import { domainOf, domains, type Endpoints, endpointsOf, type GenesysDomain, type GenesysRegion } from "./endpoints.js";
import type { GenesysCommonOptions, GenesysCredentialsOptions, GenesysOptions, GenesysTokenOptions } from "./types.js";

const unknownRegion = `unknown region; known are ${Object.entries(domains)
  .map(([region, domain]) => `${region} (${domain})`)
  .join(", ")}. apiUrl and loginUrl name others`;

// RFC 6749 appendices A.1 and A.2. Genesys Cloud takes the two as they are, with nothing but the first colon between them.
const clientId = z.string().regex(/^[\x20-\x39\x3b-\x7e]+$/, "expected ASCII text without colon and line breaks, not empty");
const clientSecret = z.string().regex(/^[\x20-\x7e]+$/, "expected ASCII text without line breaks, not empty");

const optionsSchema = z
  .strictObject({
    ...transportFields,
    region: z
      .string()
      .refine((region) => domainOf(region) !== undefined, unknownRegion)
      .optional(),
    apiUrl: secureAddress.optional(),
    loginUrl: secureAddress.optional(),
    verifyRoles: z.boolean().optional(),
    clientId: clientId.optional(),
    clientSecret: clientSecret.optional(),
    accessToken: headerSecret.optional(),
  } satisfies Record<keyof GenesysCommonOptions | keyof GenesysCredentialsOptions | keyof GenesysTokenOptions, z.ZodType>)
  .superRefine((options, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { region, apiUrl, loginUrl, accessToken } = options;
    // Half of an installation's addresses must not be filled up with those of a region that nobody has named.
    if (region === undefined && apiUrl !== undefined && loginUrl === undefined)
      refuse("loginUrl", "required with apiUrl, or a region");
    if (region === undefined && loginUrl !== undefined && apiUrl === undefined)
      refuse("apiUrl", "required with loginUrl, or a region");
    for (const name of ["clientId", "clientSecret"] as const) {
      if (accessToken === undefined && options[name] === undefined) refuse(name, "required, unless accessToken is given");
      if (accessToken !== undefined && options[name] !== undefined) refuse(name, "excludes accessToken");
    }
  });

/** What the manager works with. */
export type GenesysSettings = Endpoints & Omit<z.output<typeof optionsSchema>, "region" | "apiUrl" | "loginUrl">;

/** @throws {ConfigurationError} with one issue for each option at fault */
export function readOptions(options: GenesysOptions): GenesysSettings {
  const { region, apiUrl, loginUrl, ...rest } = parseOptions(optionsSchema, options, {
    vendor: "genesys",
    operation: "createGenesysManager",
  });
  return { ...rest, ...endpointsOf(domainOf(region ?? "us-east-1") ?? "", { apiUrl, loginUrl }) };
}

const environment = { vendor: "genesys", operation: "genesysOptionsFromEnv" };

/**
 * Makes options from the variables that Genesys' own Terraform provider and command line read: `GENESYSCLOUD_REGION`, and
 * `GENESYSCLOUD_OAUTHCLIENT_ID` with `GENESYSCLOUD_OAUTHCLIENT_SECRET`, unless there is a `GENESYSCLOUD_ACCESS_TOKEN`, which wins.
 * Pure: reads nothing but its argument, no file among it. An empty variable counts as absent.
 *
 * The variables of gateways and proxies are not read: alone they do nothing in those tools either.
 *
 * @param env - for example `process.env`
 * @throws {ConfigurationError} names the variable that is missing or at fault
 */
export function genesysOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): GenesysOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  const region = read("GENESYSCLOUD_REGION");
  if (region !== undefined && domainOf(region) === undefined)
    throw configurationError(environment, "GENESYSCLOUD_REGION", unknownRegion);
  const common = region === undefined ? {} : { region: region.toLowerCase() as GenesysRegion | GenesysDomain };
  const accessToken = read("GENESYSCLOUD_ACCESS_TOKEN");
  if (accessToken !== undefined) return { ...common, accessToken };
  const clientId = read("GENESYSCLOUD_OAUTHCLIENT_ID");
  const clientSecret = read("GENESYSCLOUD_OAUTHCLIENT_SECRET");
  if (clientId === undefined)
    throw configurationError(environment, "GENESYSCLOUD_OAUTHCLIENT_ID", "missing, as is GENESYSCLOUD_ACCESS_TOKEN");
  if (clientSecret === undefined)
    throw configurationError(environment, "GENESYSCLOUD_OAUTHCLIENT_SECRET", "missing, GENESYSCLOUD_OAUTHCLIENT_ID needs it");
  return { ...common, clientId, clientSecret };
}
