import type { components } from "../../openapi/tfe.js";
import type { StoredClient, StoredToken } from "./clients.js";
import { badRequest } from "./errors.js";
import { findProvider } from "./providers.js";

type Schemas = components["schemas"];

/** The variants of responses. */
export interface Style {
  /** The base URL of the caller. */
  readonly host: string;
  /** The invalid `related` link of 2018. */
  readonly oldRelatedLinks: boolean;
  /** Include the list of affected workspaces. It is empty, because workspaces are not simulated. */
  readonly showAffectedWorkspaces: boolean;
}

/** Creates the client of a response, without secret, private key and token. */
export function renderClient(client: StoredClient, style: Style): Schemas["oauthClient"] {
  const { id, organization, uuid, createdAt, fields, extra, projects, agentPool, token } = client;
  const kind = fields["service-provider"];
  return {
    id,
    type: "oauth-clients",
    attributes: {
      "created-at": createdAt,
      "callback-url": `${style.host}/auth/${uuid}/callback`,
      "connect-path": `/auth/${uuid}?organization_id=${organization.number}`,
      "service-provider-display-name": findProvider(kind)?.displayName ?? kind,
      ...fields,
      ...(style.showAffectedWorkspaces ? { "affected-workspaces": [], "affected-workspaces-count": 0 } : {}),
      ...extra,
    },
    relationships: {
      // The vendor's clients require this relationship.
      organization: {
        data: { id: organization.name, type: "organizations" },
        links: { related: `/api/v2/organizations/${organization.name}` },
      },
      projects: { data: projects.map((project) => ({ id: project, type: "projects" })) },
      "oauth-tokens": {
        data: token ? [{ id: token.id, type: "oauth-tokens" }] : [],
        links: {
          related: style.oldRelatedLinks ? `/api/v2/oauth-tokens/${id}` : `/api/v2/oauth-clients/${id}/oauth-tokens`,
        },
      },
      "agent-pool":
        agentPool === null
          ? { data: null }
          : { data: { id: agentPool, type: "agent-pools" }, links: { related: `/api/v2/agent-pools/${agentPool}` } },
    },
  };
}

/**
 * Creates the token of a response, without its text and its SSH key. The name of the user is null, because the simulator sends no requests to
 * the VCS provider.
 */
export function renderToken({ id, createdAt, sshKey }: StoredToken, clientId: string): Schemas["oauthToken"] {
  return {
    id,
    type: "oauth-tokens",
    attributes: { "created-at": createdAt, "service-provider-user": null, "has-ssh-key": sshKey !== null },
    relationships: {
      "oauth-client": {
        data: { id: clientId, type: "oauth-clients" },
        links: { related: `/api/v2/oauth-clients/${clientId}` },
      },
    },
    links: { self: `/api/v2/oauth-tokens/${id}` },
  };
}

/**
 * Creates the included resources, each one once. Undefined without `include`.
 *
 * @throws {ErrorResponse} 400
 */
export function renderIncluded(clients: readonly StoredClient[], include: string | null): Schemas["included"] | undefined {
  if (include === null || include === "") return undefined;
  const requested = include.split(",");
  // The values have an underscore, unlike the relationship.
  if (!requested.every((word) => word === "oauth_tokens" || word === "projects")) {
    throw badRequest("The include parameter has a value other than oauth_tokens and projects.");
  }
  const tokens = requested.includes("oauth_tokens")
    ? clients.flatMap(({ id, token }) => (token ? [renderToken(token, id)] : []))
    : [];
  const projects = requested.includes("projects") ? [...new Set(clients.flatMap((client) => client.projects))] : [];
  return [...tokens, ...projects.map((id) => ({ id, type: "projects" as const }))];
}
