import type { ValidationIssue } from "../../core/errors.js";
import { redact } from "../../core/redact.js";
import { invalidResponse, parseJsonResponse, readObject, type ServerResponse, urlProblem } from "./request.js";
import type { AuthorizationServer, AuthorizationServerEndpoints, DiscoveryOptions, WellKnown } from "./types.js";

const endpointMembers = {
  tokenEndpoint: "token_endpoint",
  introspectionEndpoint: "introspection_endpoint",
  revocationEndpoint: "revocation_endpoint",
} as const;

type EndpointName = keyof AuthorizationServerEndpoints;

/**
 * The URL of an issuer's metadata: RFC 8414 section 3.1 puts the well-known path before the path of the issuer, OpenID Connect Discovery
 * section 4 behind it.
 */
export function wellKnownUrl(issuer: string, wellKnown: WellKnown): string {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/+$/, "");
  return wellKnown === "openid-configuration"
    ? `${origin}${path}/.well-known/${wellKnown}`
    : `${origin}/.well-known/${wellKnown}${path}`;
}

/**
 * Parses the metadata of an issuer. A document with another issuer or with an invalid endpoint is refused as a whole.
 *
 * @throws {UnexpectedResponseError} its `issues` name what is invalid
 */
export function parseMetadata(response: ServerResponse, issuer: string, options: DiscoveryOptions): AuthorizationServer {
  const { mutualTls = false } = options;
  const { body, issues } = parseJsonResponse(response);
  if (issues.length === 0 && body.issuer !== issuer) {
    const actual = typeof body.issuer === "string" ? `"${redact(body.issuer, [], 200)}"` : "no string";
    issues.push({ path: "issuer", message: `expected "${issuer}", the requested issuer, and got ${actual}` });
  }
  // The rest of a document with another issuer is not validated.
  if (issues.length > 0) throw invalidResponse(response, "metadata of this issuer", issues);

  const aliases = readObject(body.mtls_endpoint_aliases, "mtls_endpoint_aliases", issues);
  const { endpoints, otherHosts } = readEndpoints(body, mutualTls ? aliases : undefined, issuer, options, issues);
  const methods = readList(body, "token_endpoint_auth_methods_supported", issues);
  const algorithms = readList(body, "token_endpoint_auth_signing_alg_values_supported", issues);
  const scopes = readList(body, "scopes_supported", issues);
  if (issues.length > 0) throw invalidResponse(response, "valid metadata", issues);

  return Object.freeze({
    ...endpoints,
    issuer,
    // RFC 8414 section 2 defines this default.
    tokenEndpointAuthMethods: methods ?? ["client_secret_basic"],
    tokenEndpointSigningAlgorithms: algorithms ?? [],
    ...(scopes && { scopes }),
    mutualTls,
    hasMutualTlsAliases: aliases !== undefined,
    otherHosts,
    metadata: body,
  });
}

function readEndpoints(
  body: Record<string, unknown>,
  aliases: Record<string, unknown> | undefined,
  issuer: string,
  options: DiscoveryOptions,
  issues: ValidationIssue[],
): { readonly endpoints: AuthorizationServerEndpoints; readonly otherHosts: readonly string[] } {
  const { allowedHosts } = options;
  const issuerUrl = new URL(issuer);
  const endpoints: Partial<Record<EndpointName, string>> = {};
  const otherHosts = new Set<string>();
  for (const [name, member] of Object.entries(endpointMembers) as [EndpointName, string][]) {
    const alias = aliases?.[member];
    const path = alias != null ? `mtls_endpoint_aliases.${member}` : member;
    const value = alias ?? body[member];
    if (value == null) {
      if (name === "tokenEndpoint") issues.push({ path, message: "expected a URL as a string" });
      continue;
    }
    const problem = endpointProblem(value, issuerUrl, options);
    if (problem !== undefined) {
      issues.push({ path, message: problem });
      continue;
    }
    const { host } = new URL(value as string);
    endpoints[name] = value as string;
    if (host === issuerUrl.host) continue;
    otherHosts.add(host);
    if (allowedHosts && !allowedHosts.includes(host)) issues.push({ path, message: "is on a host that is not allowed" });
    if (!allowedHosts && isLocalHost(value as string) && !isLocalHost(issuer)) {
      issues.push({ path, message: "is on a loopback or link-local address, and the issuer is not: see allowedHosts" });
    }
  }
  return { endpoints: endpoints as AuthorizationServerEndpoints, otherHosts: [...otherHosts] };
}

/** An endpoint may use `http:` when the issuer does too, or when `allowInsecureHttp` names its host. */
function endpointProblem(value: unknown, issuer: URL, options: DiscoveryOptions): string | undefined {
  const problem = urlProblem(value, options);
  if (problem !== undefined) return problem;
  const { protocol, hostname } = new URL(value as string);
  const isSecure = protocol === "https:" || issuer.protocol !== "https:" || options.allowInsecureHttp?.includes(hostname);
  return isSecure ? undefined : "expected an https: URL";
}

/**
 * Whether a URL is on a loopback, link-local or unspecified address: metadata could make a client send credentials to a service of its
 * own machine or cloud. The URL parser has normalized the address.
 */
function isLocalHost(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    /^(.+\.)?localhost\.?$/.test(hostname) ||
    /^(127\.\d+|169\.254|0\.0)\.\d+\.\d+$/.test(hostname) ||
    /^\[(::1?\]|fe[89ab][\da-f]:|::ffff:(7f[\da-f]{2}|a9fe):)/.test(hostname)
  );
}

function readList(body: Record<string, unknown>, path: string, issues: ValidationIssue[]): readonly string[] | undefined {
  const value = body[path];
  if (value == null) return undefined;
  if (Array.isArray(value) && value.every((element) => typeof element === "string")) return value;
  issues.push({ path, message: "expected an array of strings" });
  return undefined;
}
