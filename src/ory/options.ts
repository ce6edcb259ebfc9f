import * as z from "zod";
import { type TransportOptions, transportFromEnv } from "../core/options.js";
import { configurationError } from "../core/outcome.js";
import {
  headerFields,
  headerSecret,
  parseOptions,
  refuseInsecureHttp,
  serverAddress,
  transportFields,
} from "../core/validation.js";
import { type Endpoints, networkEndpoints, serverEndpoints } from "./endpoints.js";

/** The options that Ory Network and Hydra share. */
export interface OryCommonOptions extends TransportOptions {
  /**
   * Where a client's id and secret come from when the input has none. `library`: this library generates them with the platform's
   * secure random source, so that a lost response neither loses the secret nor leads to a second client. `server`: Ory generates
   * them; Hydra 2.0 and 2.1 require this.
   * @default "library"
   */
  readonly credentialsFrom?: "library" | "server";
  /**
   * Accepts grant types, response types, authentication methods and algorithms that are unknown to this library. Ory does not
   * validate them, so a typing error is stored and causes an error much later, at the token endpoint.
   * @default false
   */
  readonly allowUnknownValues?: boolean;
}

/** Options for a project in Ory Network. */
export interface OryNetworkOptions extends OryCommonOptions {
  /** The project's slug, as in `https://{slug}.projects.oryapis.com`. Environment: `ORY_PROJECT_SLUG`. */
  readonly project: string;
  /** A project API key. Workspace keys cannot manage clients. Environment: `ORY_PROJECT_API_KEY`. */
  readonly apiKey: string;
  readonly adminUrl?: never;
  readonly publicUrl?: never;
  readonly headers?: never;
}

/** Options for a self-hosted Hydra, or for a project in Ory Network with a custom domain. */
export interface OryHydraOptions extends OryCommonOptions {
  /** The admin API, with or without a final `/admin`. Environment: `ORY_ADMIN_URL`. */
  readonly adminUrl: string;
  /** The public API. Required for tokens, revocation and the verification of secrets. Environment: `ORY_PUBLIC_URL`. */
  readonly publicUrl?: string;
  /** Sent to the admin API as a bearer token, for the gateway in front of it. Environment: `ORY_PROJECT_API_KEY`. */
  readonly apiKey?: string;
  /** Header fields for the gateway in front of the admin API. Their values are treated as secrets. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly project?: never;
}

/** The options of `createOryManager`. */
export type OryOptions = OryNetworkOptions | OryHydraOptions;

// One label of a host name: any other text could send the API key to another host.
const slug = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, "expected a project slug, such as vibrant-moore-abc123");

const optionsSchema = z
  .strictObject({
    ...transportFields,
    project: slug.optional(),
    apiKey: headerSecret
      .refine((key) => !key.startsWith("ory_wak_"), "a workspace key cannot manage clients: use a project API key")
      .optional(),
    adminUrl: serverAddress.optional(),
    publicUrl: serverAddress.optional(),
    headers: headerFields.optional(),
    credentialsFrom: z.enum(["library", "server"]).optional(),
    allowUnknownValues: z.boolean().optional(),
  } satisfies Record<keyof OryCommonOptions | keyof OryNetworkOptions | keyof OryHydraOptions, z.ZodType>)
  .superRefine(refuseInsecureHttp("adminUrl", "publicUrl"))
  .superRefine((options, context) => {
    const addIssue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { project, adminUrl } = options;
    if (project === undefined && adminUrl === undefined)
      addIssue("project", "required for Ory Network; set adminUrl for a self-hosted Hydra");
    if (project === undefined) {
      if (options.apiKey !== undefined && hasAuthorization(options.headers))
        addIssue("apiKey", "cannot be combined with an authorization header in headers");
      return;
    }
    if (options.apiKey === undefined) addIssue("apiKey", "required: Ory Network rejects requests without a project API key");
    for (const name of ["adminUrl", "publicUrl", "headers"] as const)
      if (options[name] !== undefined) addIssue(name, "cannot be combined with project: the slug determines the URLs");
  });

/** The options with the URLs of both APIs. */
export type OrySettings = Endpoints &
  Omit<z.output<typeof optionsSchema>, "project" | "adminUrl" | "publicUrl"> & {
    /** The project's slug, or the base URL of the admin API. */
    readonly account: string;
  };

/** @throws {ConfigurationError} with one issue for each invalid option */
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
 * Creates options from the variables of Ory's own tools, `ORY_PROJECT_SLUG` and `ORY_PROJECT_API_KEY`, or from `ORY_ADMIN_URL` and
 * `ORY_PUBLIC_URL` for a self-hosted Hydra. Reads only its argument. An empty variable counts as missing.
 *
 * @param env - for example `process.env`
 * @throws {ConfigurationError} names the missing variable, or the two that cannot be combined
 */
export function oryOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): OryOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  const project = read("ORY_PROJECT_SLUG");
  const apiKey = read("ORY_PROJECT_API_KEY");
  const adminUrl = read("ORY_ADMIN_URL");
  const publicUrl = read("ORY_PUBLIC_URL");
  if (adminUrl !== undefined) {
    if (project !== undefined)
      throw configurationError(environment, "ORY_PROJECT_SLUG", "cannot be combined with ORY_ADMIN_URL: set one of them");
    return {
      ...transportFromEnv(env),
      adminUrl,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      ...(apiKey === undefined ? {} : { apiKey }),
    };
  }
  if (project === undefined && publicUrl !== undefined)
    throw configurationError(environment, "ORY_ADMIN_URL", "missing: required by ORY_PUBLIC_URL");
  if (project === undefined)
    throw configurationError(environment, "ORY_PROJECT_SLUG", "missing: set ORY_PROJECT_SLUG or ORY_ADMIN_URL");
  if (publicUrl !== undefined)
    throw configurationError(
      environment,
      "ORY_PUBLIC_URL",
      "cannot be combined with ORY_PROJECT_SLUG: it requires ORY_ADMIN_URL",
    );
  if (apiKey === undefined)
    throw configurationError(environment, "ORY_PROJECT_API_KEY", "missing: required by ORY_PROJECT_SLUG");
  return { project, apiKey };
}

function hasAuthorization(headers: Readonly<Record<string, string>> = {}): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
}
