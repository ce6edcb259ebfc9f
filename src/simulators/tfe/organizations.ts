import type { components } from "../../openapi/tfe.js";
import type { SentResource } from "./bodies.js";
import { notFound, unprocessable } from "./errors.js";
import type { TfeSimulatedOrganization } from "./options.js";

type EntitlementSet = components["schemas"]["entitlementSetDocument"];

/** An organization. */
export interface Organization {
  readonly name: string;
  /** The number in `connect-path`. */
  readonly number: number;
  readonly projects: ReadonlySet<string>;
  readonly agentPools: ReadonlySet<string>;
  readonly vcsIntegrations: boolean;
  readonly privateVcs: boolean;
}

/** Creates the organizations with default values. */
export function createOrganizations(settings: readonly TfeSimulatedOrganization[]): ReadonlyMap<string, Organization> {
  return new Map(
    settings.map(({ name, projects = [], agentPools = [], vcsIntegrations = true, privateVcs = true }, index) => [
      name,
      {
        name,
        number: index + 1,
        projects: new Set(projects),
        agentPools: new Set(agentPools),
        vcsIntegrations,
        privateVcs,
      },
    ]),
  );
}

/**
 * Validates the relationships of a client.
 *
 * @param available the projects that are valid
 *
 * @throws {ErrorResponse} 422
 */
export function checkRelations(
  { agentPools, privateVcs }: Organization,
  { projects, agentPool }: Pick<SentResource, "projects" | "agentPool">,
  available: Pick<Organization, "projects">,
): void {
  checkProjects(available, projects ?? [], "/data/relationships/projects/data");
  if (agentPool === undefined || agentPool === null) return;
  const pointer = "/data/relationships/agent-pool/data";
  if (!privateVcs) throw unprocessable("the organization does not have private VCS enabled", pointer);
  if (!agentPools.has(agentPool)) {
    throw unprocessable("the provided agent pool does not exist or you are not authorized to use it", pointer);
  }
}

/**
 * Checks that all projects exist.
 *
 * @throws {ErrorResponse} 422
 */
export function checkProjects({ projects }: Pick<Organization, "projects">, ids: readonly string[], pointer: string): void {
  const unknown = ids.findIndex((id) => !projects.has(id));
  if (unknown >= 0) throw unprocessable("The project was not found.", `${pointer}/${unknown}/id`);
}

/**
 * Checks that the plan of the organization has VCS connections.
 *
 * @throws {ErrorResponse} 404
 */
export function withVcs(organization: Organization): Organization {
  if (!organization.vcsIntegrations) throw notFound();
  return organization;
}

/** The entitlement set of the organization. Runs and states are part of every plan, although they are not simulated. */
export function entitlementSet({ name, vcsIntegrations, privateVcs }: Organization): EntitlementSet {
  return {
    data: {
      id: name,
      type: "entitlement-sets",
      attributes: {
        agents: privateVcs,
        operations: true,
        "private-vcs": privateVcs,
        "state-storage": true,
        "vcs-integrations": vcsIntegrations,
      },
    },
  };
}

/** The document of a project. The name is the id, because the options have no names. */
export function projectDocument(id: string, { name }: Organization): unknown {
  const organization = { data: { id: name, type: "organizations" }, links: { related: `/api/v2/organizations/${name}` } };
  return {
    data: {
      id,
      type: "projects",
      attributes: { name: id },
      relationships: { organization },
      links: { self: `/api/v2/projects/${id}` },
    },
  };
}
