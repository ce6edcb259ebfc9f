import { normalizeBaseUrl } from "../core/url.js";

/** The base URLs of the two APIs. */
export interface Endpoints {
  /** Base URL of the admin API, without `/admin`. */
  readonly adminUrl: string;
  /** Base URL of the public API, without `/oauth2`. */
  readonly publicUrl?: string;
}

/** The URLs of a project in Ory Network, which has both APIs on one host. */
export function networkEndpoints(project: string): Required<Endpoints> {
  const url = `https://${project}.projects.oryapis.com`;
  return { adminUrl: url, publicUrl: url };
}

/** The URLs of a self-hosted server. The URL of the admin API may end in `/admin`. */
export function serverEndpoints(adminUrl: string, publicUrl: string | undefined): Endpoints {
  return {
    adminUrl: normalizeBaseUrl(adminUrl).replace(/\/admin$/, ""),
    ...(publicUrl === undefined ? {} : { publicUrl: normalizeBaseUrl(publicUrl) }),
  };
}

/** The token endpoint of a public API. */
export function tokenEndpoint(publicUrl: string): string {
  return `${publicUrl}/oauth2/token`;
}
