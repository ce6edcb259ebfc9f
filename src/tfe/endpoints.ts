import { normalizeBaseUrl } from "../core/url.js";

/** HCP Terraform. */
export const hcpAddress = "https://app.terraform.io";

const prefix = "/api/v2";

/** Base URL of the API of an installation. Its address may contain the API's path prefix. */
export function apiEndpoint(address: string = hcpAddress): string {
  const trimmed = normalizeBaseUrl(address);
  return trimmed.endsWith(prefix) ? trimmed : `${trimmed}${prefix}`;
}

/**
 * URLs of the hosted VCS providers. The server has no defaults: these are the values of its web forms, or, for `bitbucket_hosted`,
 * of Bitbucket's documentation.
 */
export const hostedAddresses = {
  github: { httpUrl: "https://github.com", apiUrl: "https://api.github.com" },
  gitlab_hosted: { httpUrl: "https://gitlab.com", apiUrl: "https://gitlab.com/api/v4" },
  bitbucket_hosted: { httpUrl: "https://bitbucket.org", apiUrl: "https://api.bitbucket.org/2.0" },
  ado_services: { httpUrl: "https://dev.azure.com", apiUrl: "https://app.vssps.visualstudio.com" },
} as const;

/** Whether the URLs of a service provider are known. */
export function isHosted(serviceProvider: string): serviceProvider is keyof typeof hostedAddresses {
  return Object.hasOwn(hostedAddresses, serviceProvider);
}
