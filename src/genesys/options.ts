import * as z from "zod";
import { transportFromEnv } from "../core/options.js";
import { configurationError } from "../core/outcome.js";
import { headerSecret, parseOptions, refuseInsecureHttp, serverAddress, transportFields } from "../core/validation.js";
import { domainOf, domains, type Endpoints, endpointsOf, type GenesysDomain, type GenesysRegion } from "./endpoints.js";
import { vendor } from "./errors.js";
import type { GenesysCommonOptions, GenesysCredentialsOptions, GenesysOptions, GenesysTokenOptions } from "./types.js";

const unknownRegion = `unknown region; known regions are ${Object.entries(domains)
  .map(([region, domain]) => `${region} (${domain})`)
  .join(", ")}; for another host set apiUrl and loginUrl`;

// RFC 6749 appendices A.1 and A.2. Genesys Cloud does not decode the pair, and splits it at the first colon.
const clientId = z.string().regex(/^[\x20-\x39\x3b-\x7e]+$/, "expected ASCII text without colon and line breaks, not empty");
const clientSecret = z.string().regex(/^[\x20-\x7e]+$/, "expected ASCII text without line breaks, not empty");

const optionsSchema = z
  .strictObject({
    ...transportFields,
    region: z
      .string()
      .refine((region) => domainOf(region) !== undefined, unknownRegion)
      .optional(),
    apiUrl: serverAddress.optional(),
    loginUrl: serverAddress.optional(),
    verifyRoles: z.boolean().optional(),
    clientId: clientId.optional(),
    clientSecret: clientSecret.optional(),
    accessToken: headerSecret.optional(),
  } satisfies Record<keyof GenesysCommonOptions | keyof GenesysCredentialsOptions | keyof GenesysTokenOptions, z.ZodType>)
  .superRefine(refuseInsecureHttp("apiUrl", "loginUrl"))
  .superRefine((options, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { region, apiUrl, loginUrl, accessToken } = options;
    // One custom URL must not be combined with the other host of the default region.
    if (region === undefined && apiUrl !== undefined && loginUrl === undefined)
      refuse("loginUrl", "required with apiUrl, or a region");
    if (region === undefined && loginUrl !== undefined && apiUrl === undefined)
      refuse("apiUrl", "required with loginUrl, or a region");
    for (const name of ["clientId", "clientSecret"] as const) {
      if (accessToken === undefined && options[name] === undefined) refuse(name, "required, unless accessToken is given");
      if (accessToken !== undefined && options[name] !== undefined)
        refuse(name, "cannot be combined with accessToken; choose one authentication method");
    }
  });

/** The validated options of a manager. */
export type GenesysSettings = Endpoints & Omit<z.output<typeof optionsSchema>, "region" | "apiUrl" | "loginUrl">;

/** @throws {ConfigurationError} with one issue for each invalid option */
export function readOptions(options: GenesysOptions): GenesysSettings {
  const { region, apiUrl, loginUrl, ...rest } = parseOptions(optionsSchema, options, {
    vendor,
    operation: "createGenesysManager",
  });
  return { ...rest, ...endpointsOf(domainOf(region ?? "us-east-1") ?? "", { apiUrl, loginUrl }) };
}

const environment = { vendor, operation: "genesysOptionsFromEnv" };

/**
 * Creates options from the variables that Genesys' own Terraform provider and command line read: `GENESYSCLOUD_REGION`, and
 * `GENESYSCLOUD_OAUTHCLIENT_ID` with `GENESYSCLOUD_OAUTHCLIENT_SECRET`, or `GENESYSCLOUD_ACCESS_TOKEN`, which takes precedence.
 * It reads only its argument, and no file. An empty variable counts as absent. `GENESYSCLOUD_API_URL` and `GENESYSCLOUD_LOGIN_URL`, which
 * only this library reads, are the options `apiUrl` and `loginUrl`.
 *
 * The variables of gateways and proxies are not read: those tools ignore them too, unless a gateway is configured elsewhere.
 *
 * @param env - for example `process.env`
 * @throws {ConfigurationError} names the missing or invalid variable
 */
export function genesysOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): GenesysOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  const region = read("GENESYSCLOUD_REGION");
  if (region !== undefined && domainOf(region) === undefined)
    throw configurationError(environment, "GENESYSCLOUD_REGION", unknownRegion);
  const apiUrl = read("GENESYSCLOUD_API_URL");
  const loginUrl = read("GENESYSCLOUD_LOGIN_URL");
  const common = {
    ...transportFromEnv(env),
    ...(region === undefined ? {} : { region: region.toLowerCase() as GenesysRegion | GenesysDomain }),
    ...(apiUrl === undefined ? {} : { apiUrl }),
    ...(loginUrl === undefined ? {} : { loginUrl }),
  };
  const accessToken = read("GENESYSCLOUD_ACCESS_TOKEN");
  if (accessToken !== undefined) return { ...common, accessToken };
  const clientId = read("GENESYSCLOUD_OAUTHCLIENT_ID");
  const clientSecret = read("GENESYSCLOUD_OAUTHCLIENT_SECRET");
  if (clientId === undefined)
    throw configurationError(environment, "GENESYSCLOUD_OAUTHCLIENT_ID", "missing; set it, or GENESYSCLOUD_ACCESS_TOKEN");
  if (clientSecret === undefined)
    throw configurationError(
      environment,
      "GENESYSCLOUD_OAUTHCLIENT_SECRET",
      "missing; required with GENESYSCLOUD_OAUTHCLIENT_ID",
    );
  return { ...common, clientId, clientSecret };
}
