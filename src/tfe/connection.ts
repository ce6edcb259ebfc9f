import { bearer } from "../core/authorize.js";
import { createHttp, type Http } from "../core/http/request.js";
import { withResourceNames } from "../core/http/resource.js";
import { readTransport } from "../core/options.js";
import type { paths } from "../openapi/tfe.js";
import { parseErrorResponse, vendor } from "./errors.js";
import type { TfeSettings } from "./options.js";

/** What all operations of one manager share. */
export interface Connection {
  readonly http: Http<paths>;
  /** The name of the organization whose clients are created and listed. */
  readonly organization: string;
  /** Whether clients are deleted at the path of 2018. */
  readonly deleteUnderOrganization: boolean;
}

/** Creates the connection of one manager. */
export function connect(settings: TfeSettings): Connection {
  const { organization, deleteUnderOrganization = false, endpoint, token } = settings;
  const send = createHttp<paths>({
    vendor,
    baseUrl: endpoint,
    authorize: bearer(token),
    parseErrorResponse,
    resetHeaders: ["x-ratelimit-reset"],
    mediaType: "application/vnd.api+json",
    ...readTransport(settings),
  });
  const http = withResourceNames(send, ({ id }) =>
    id === undefined ? `organization ${organization}` : `${id} in organization ${organization}`,
  );
  return { http, organization, deleteUnderOrganization };
}
