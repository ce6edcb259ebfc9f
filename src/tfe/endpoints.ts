import { normalizeBaseUrl } from "../core/url.js";

/** HCP Terraform. */
export const hcpAddress = "https://app.terraform.io";

const prefix = "/api/v2";

/** Where the API of an installation is. Its address may be named with or without the API's prefix. */
export function apiEndpoint(address: string = hcpAddress): string {
  const trimmed = normalizeBaseUrl(address);
  return trimmed.endsWith(prefix) ? trimmed : `${trimmed}${prefix}`;
}

/**
 * Where the VCS providers in the cloud are. The server has no defaults of its own: these are what its pages fill in, or, for
 * `bitbucket_hosted`, what Bitbucket itself documents.
 */
export const hostedAddresses = {
  github: { httpUrl: "https://github.com", apiUrl: "https://api.github.com" },
  gitlab_hosted: { httpUrl: "https://gitlab.com", apiUrl: "https://gitlab.com/api/v4" },
  bitbucket_hosted: { httpUrl: "https://bitbucket.org", apiUrl: "https://api.bitbucket.org/2.0" },
  ado_services: { httpUrl: "https://dev.azure.com", apiUrl: "https://app.vssps.visualstudio.com" },
} as const;

/** Whether a provider's addresses are known without being given. */
export function isHosted(serviceProvider: string): serviceProvider is keyof typeof hostedAddresses {
  return Object.hasOwn(hostedAddresses, serviceProvider);
}
