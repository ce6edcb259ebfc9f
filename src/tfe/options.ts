import * as z from "zod";
import { transportFromEnv } from "../core/options.js";
import { configurationError } from "../core/outcome.js";
import { headerSecret, parseOptions, refuseInsecureHttp, serverAddress, transportFields } from "../core/validation.js";
import { apiEndpoint, hcpAddress } from "./endpoints.js";
import { vendor } from "./errors.js";
import type { TfeOptions } from "./types.js";

const optionsSchema = z
  .strictObject({
    ...transportFields,
    token: headerSecret,
    organization: z
      .string()
      .regex(/^(?!\.{1,2}$)[^/\s]+$/, "expected the name of an organization, without slash and white space"),
    address: serverAddress.optional(),
    deleteUnderOrganization: z.boolean().optional(),
  } satisfies Record<keyof TfeOptions, z.ZodType>)
  .superRefine(refuseInsecureHttp("address"));

/** The validated options of a manager. */
export type TfeSettings = Omit<z.output<typeof optionsSchema>, "address"> & {
  /** Base URL of the API, with its path prefix. */
  readonly endpoint: string;
};

/** @throws {ConfigurationError} with one issue for each invalid option */
export function readOptions(options: TfeOptions): TfeSettings {
  const { address, ...rest } = parseOptions(optionsSchema, options, { vendor, operation: "createTfeManager" });
  return { ...rest, endpoint: apiEndpoint(address) };
}

const environment = { vendor, operation: "tfeOptionsFromEnv" };

/**
 * Creates options from the variables that HashiCorp's own tools read: `TFE_TOKEN`, `TFE_ORGANIZATION`, and `TFE_ADDRESS` or
 * `TFE_HOSTNAME` for a self-hosted installation. Without `TFE_TOKEN`, the terraform command's `TF_TOKEN_...` of that host is used,
 * in whose name dots are written `_` and hyphens `__`. It reads only its argument, and no file. An empty variable counts as absent.
 *
 * `TFE_SSL_SKIP_VERIFY` is not read: certificates are always verified.
 *
 * @param env - for example `process.env`
 * @throws {ConfigurationError} names the missing variable, or the two contradicting ones
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#environment-variable-credentials
 */
export function tfeOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): TfeOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  const address = readAddress(read("TFE_ADDRESS"), read("TFE_HOSTNAME"));
  const token = read("TFE_TOKEN") ?? readHostToken(env, readHost(address ?? hcpAddress));
  const organization = read("TFE_ORGANIZATION");
  if (token === undefined)
    throw configurationError(environment, "TFE_TOKEN", "missing; set it, or the TF_TOKEN_ variable of the host");
  if (organization === undefined) throw configurationError(environment, "TFE_ORGANIZATION", "missing");
  return { ...transportFromEnv(env), token, organization, ...(address === undefined ? {} : { address }) };
}

// HashiCorp's tools give precedence to different variables. A contradiction could send the token to the wrong host.
function readAddress(address: string | undefined, hostname: string | undefined): string | undefined {
  if (hostname === undefined) return address;
  const named = `https://${hostname}`;
  if (!isHost(hostname)) throw configurationError(environment, "TFE_HOSTNAME", "expected a host, with or without a port");
  if (address !== undefined && readHost(address) !== readHost(named))
    throw configurationError(environment, "TFE_HOSTNAME", "has another host than TFE_ADDRESS; set one of them");
  return address ?? named;
}

function readHostToken(env: Readonly<Record<string, string | undefined>>, host: string | undefined): string | undefined {
  for (const [name, value] of Object.entries(env)) {
    const encoded = /^TF_TOKEN_(.+)$/.exec(name)?.[1];
    if (encoded === undefined || !value?.trim()) continue;
    const decoded = encoded.replaceAll("__", "-").replaceAll("_", ".");
    if (host !== undefined && isHost(decoded) && readHost(`https://${decoded}`) === host) return value.trim();
  }
  return undefined;
}

function isHost(text: string): boolean {
  return !/[/\\?#@\s]/.test(text) && URL.canParse(`https://${text}`);
}

// Normalized: lower case, international names in ASCII, without the default port.
function readHost(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
