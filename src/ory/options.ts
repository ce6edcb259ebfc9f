import * as z from "zod";
import {
  configurationError,
  headerFields,
  headerSecret,
  parseOptions,
  secureAddress,
  transportFields,
} from "../core/validation.js";
import { type Endpoints, networkEndpoints, serverEndpoints } from "./endpoints.js";
import type { OryCommonOptions, OryHydraOptions, OryNetworkOptions, OryOptions } from "./types.js";

// One label of a host name: anything else would lead the API key to another host.
const slug = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, "expected a project slug, such as vibrant-moore-abc123");

const optionsSchema = z
  .strictObject({
    ...transportFields,
    project: slug.optional(),
    apiKey: headerSecret
      .refine(
        (key) => !key.startsWith("ory_wak_"),
        "this is a workspace key, which cannot manage clients: use a project API key",
      )
      .optional(),
    adminUrl: secureAddress.optional(),
    publicUrl: secureAddress.optional(),
    headers: headerFields.optional(),
    credentialsFrom: z.enum(["library", "server"]).optional(),
    allowUnknownValues: z.boolean().optional(),
  } satisfies Record<keyof OryCommonOptions | keyof OryNetworkOptions | keyof OryHydraOptions, z.ZodType>)
  .superRefine((options, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { project, adminUrl } = options;
    if (project === undefined && adminUrl === undefined)
      refuse("project", "required, unless adminUrl names a server of your own");
    if (project === undefined) {
      if (options.apiKey !== undefined && hasAuthorization(options.headers))
        refuse("apiKey", "excludes an authorization header in headers");
      return;
    }
    if (options.apiKey === undefined) refuse("apiKey", "required, Ory Network refuses calls without a project API key");
    for (const name of ["adminUrl", "publicUrl", "headers"] as const)
      if (options[name] !== undefined) refuse(name, "excludes project: the addresses of a project follow from its slug");
  });

/** What the manager works with. */
export type OrySettings = Endpoints &
  Omit<z.output<typeof optionsSchema>, "project" | "adminUrl" | "publicUrl"> & {
    /** The project's slug, or the base URL of the admin API. */
    readonly account: string;
  };

/** @throws {ConfigurationError} with one issue for each option at fault */
export function readOptions(options: OryOptions): OrySettings {
  const { project, adminUrl, publicUrl, ...rest } = parseOptions(optionsSchema, options, {
    vendor: "ory",
    operation: "createOryManager",
  });
  const endpoints = project === undefined ? serverEndpoints(adminUrl ?? "", publicUrl) : networkEndpoints(project);
  return { ...rest, ...endpoints, account: project ?? endpoints.adminUrl };
}

const environment = { vendor: "ory", operation: "oryOptionsFromEnv" };

/**
 * Makes options from the variables that Ory's own tools read, `ORY_PROJECT_SLUG` and `ORY_PROJECT_API_KEY`, or from
 * `ORY_ADMIN_URL` and `ORY_PUBLIC_URL` for a server of one's own. Pure: reads nothing but its argument. An empty variable counts
 * as absent.
 *
 * @param env - for example `process.env`
 * @throws {ConfigurationError} names the variable that is missing, or the two that exclude each other
 */
export function oryOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): OryOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  const project = read("ORY_PROJECT_SLUG");
  const apiKey = read("ORY_PROJECT_API_KEY");
  const adminUrl = read("ORY_ADMIN_URL");
  const publicUrl = read("ORY_PUBLIC_URL");
  if (adminUrl !== undefined) {
    if (project !== undefined)
      throw configurationError(environment, "ORY_PROJECT_SLUG", "excludes ORY_ADMIN_URL, set one of them");
    return { adminUrl, ...(publicUrl === undefined ? {} : { publicUrl }), ...(apiKey === undefined ? {} : { apiKey }) };
  }
  if (project === undefined && publicUrl !== undefined)
    throw configurationError(environment, "ORY_ADMIN_URL", "missing, ORY_PUBLIC_URL needs it");
  if (project === undefined)
    throw configurationError(environment, "ORY_PROJECT_SLUG", "missing, as is ORY_ADMIN_URL: set one of them");
  if (publicUrl !== undefined)
    throw configurationError(environment, "ORY_PUBLIC_URL", "excludes ORY_PROJECT_SLUG: it goes with ORY_ADMIN_URL");
  if (apiKey === undefined) throw configurationError(environment, "ORY_PROJECT_API_KEY", "missing, ORY_PROJECT_SLUG needs it");
  return { project, apiKey };
}

function hasAuthorization(headers: Readonly<Record<string, string>> = {}): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
}
