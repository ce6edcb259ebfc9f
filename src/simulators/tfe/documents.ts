import type { components } from "../../openapi/tfe.js";
import type { StoredClient, StoredToken } from "./clients.js";
import { badRequest } from "./errors.js";
import { findProvider } from "./providers.js";

type Schemas = components["schemas"];

/** How answers are written. */
export interface Style {
  /** Scheme and host at which the caller reaches the simulator. */
  readonly host: string;
  /** The `related` link of 2018, which leads nowhere. */
  readonly oldRelatedLinks: boolean;
  /** The simulator has no workspaces, so that there are none to show. */
  readonly showAffectedWorkspaces: boolean;
}

/** Writes a client as answers do: without secret, private key and token. */
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
      // The vendor's own clients read this one without a check.
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
 * Writes a token as answers do: without its text and its SSH key. The vendor asks the VCS provider for the user's name; the
 * simulator asks nobody and says null.
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
 * Writes what `include` asks for, each object once. Undefined when it asks for nothing.
 *
 * @throws {ErrorResponse} 400
 */
export function renderIncluded(clients: readonly StoredClient[], include: string | null): Schemas["included"] | undefined {
  if (include === null || include === "") return undefined;
  const wanted = include.split(",");
  // The words are spelled with an underscore, unlike the relationship.
  if (!wanted.every((word) => word === "oauth_tokens" || word === "projects")) {
    throw badRequest("The include parameter has a value other than oauth_tokens and projects.");
  }
  const tokens = wanted.includes("oauth_tokens")
    ? clients.flatMap(({ id, token }) => (token ? [renderToken(token, id)] : []))
    : [];
  const projects = wanted.includes("projects") ? [...new Set(clients.flatMap((client) => client.projects))] : [];
  return [...tokens, ...projects.map((id) => ({ id, type: "projects" as const }))];
}
