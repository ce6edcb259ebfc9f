import type { ValidationIssue } from "../../core/errors.js";
import { validateUrl } from "../../core/url.js";
import { readJson, type ServerAnswer, unusable } from "./answer.js";
import type { AuthorizationServer, AuthorizationServerEndpoints, DiscoveryOptions, WellKnown } from "./types.js";

const endpoints = {
  tokenEndpoint: "token_endpoint",
  introspectionEndpoint: "introspection_endpoint",
  revocationEndpoint: "revocation_endpoint",
} as const;

/** Where the document of an issuer is: before its path by RFC 8414 section 3.1, behind it by OpenID Connect Discovery section 4. */
export function wellKnownUrl(issuer: string, wellKnown: WellKnown): string {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/+$/, "");
  return wellKnown === "openid-configuration"
    ? `${origin}${path}/.well-known/${wellKnown}`
    : `${origin}/.well-known/${wellKnown}${path}`;
}

/**
 * Reads an issuer's metadata. A document that states another issuer, or an endpoint that credentials must not be sent to, is not used at
 * all.
 *
 * @throws {UnexpectedResponseError} whose `issues` name what is wrong
 */
export function readMetadata(
  answer: ServerAnswer,
  issuer: string,
  { mutualTls = false, allowedHosts }: DiscoveryOptions,
): AuthorizationServer {
  const { body, issues } = readJson(answer);
  const fault = (path: string, message: string | undefined) => {
    if (message) issues.push({ path, message });
  };
  if (issues.length === 0) fault("issuer", body.issuer === issuer ? undefined : "is another than the one that was asked for");
  // What is said in somebody else's name is not looked at any further.
  if (issues.length > 0) throw unusable(answer, "metadata of this issuer", issues);

  const aliases = readAliases(body.mtls_endpoint_aliases, issues);
  const own = new URL(issuer);
  const urls: Partial<Record<keyof AuthorizationServerEndpoints, string>> = {};
  const otherHosts = new Set<string>();
  for (const [name, member] of Object.entries(endpoints) as [keyof AuthorizationServerEndpoints, string][]) {
    const isAlias = mutualTls && aliases?.[member] != null;
    const path = isAlias ? `mtls_endpoint_aliases.${member}` : member;
    const value = isAlias ? aliases[member] : body[member];
    if (value == null) {
      fault(path, name === "tokenEndpoint" ? "expected a URL as a string" : undefined);
      continue;
    }
    const wrong = endpointFault(value, own);
    fault(path, wrong);
    if (wrong !== undefined) continue;
    const { host } = new URL(value as string);
    urls[name] = value as string;
    if (host === own.host) continue;
    otherHosts.add(host);
    fault(path, allowedHosts && !allowedHosts.includes(host) ? "is on a host that is not allowed" : undefined);
  }
  const methods = readList(body, "token_endpoint_auth_methods_supported", issues);
  const algorithms = readList(body, "token_endpoint_auth_signing_alg_values_supported", issues);
  const scopes = readList(body, "scopes_supported", issues);
  if (issues.length > 0) throw unusable(answer, "usable metadata", issues);

  return Object.freeze({
    ...(urls as AuthorizationServerEndpoints),
    issuer,
    // RFC 8414 section 2 names the default.
    tokenEndpointAuthMethods: methods ?? ["client_secret_basic"],
    tokenEndpointSigningAlgorithms: algorithms ?? [],
    ...(scopes && { scopes }),
    mutualTls,
    hasMutualTlsAliases: aliases !== undefined,
    otherHosts: [...otherHosts],
    metadata: body,
  });
}

/** What is good enough for a server that is itself on the loopback is not for any other. */
function endpointFault(value: unknown, issuer: URL): string | undefined {
  const fault = validateUrl(value);
  if (fault !== undefined) return fault;
  return issuer.protocol === "https:" && new URL(value as string).protocol !== "https:" ? "expected an https: URL" : undefined;
}

function readAliases(value: unknown, issues: ValidationIssue[]): Record<string, unknown> | undefined {
  if (value == null) return undefined;
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  issues.push({ path: "mtls_endpoint_aliases", message: "expected an object" });
  return undefined;
}

function readList(body: Record<string, unknown>, path: string, issues: ValidationIssue[]): readonly string[] | undefined {
  const value = body[path];
  if (value == null) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  issues.push({ path, message: "expected an array of strings" });
  return undefined;
}
