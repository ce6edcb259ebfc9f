import { normalizeBaseUrl } from "../core/url.js";

/** Where a project's or a server's two APIs are. */
export interface Endpoints {
  /** Base of the admin API, to which `/admin/...` is added. */
  readonly adminUrl: string;
  /** Base of the public API, to which `/oauth2/...` is added. */
  readonly publicUrl?: string;
}

/** A project in Ory Network has both APIs on one host. */
export function networkEndpoints(project: string): Required<Endpoints> {
  const url = `https://${project}.projects.oryapis.com`;
  return { adminUrl: url, publicUrl: url };
}

/** A server of one's own. The admin API may be named with or without its `/admin`. */
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
