import type { components } from "../../openapi/tfe.js";
import type { SentResource } from "./bodies.js";
import { notFound, unprocessable } from "./errors.js";
import type { TfeSimulatedOrganization } from "./options.js";

type EntitlementSet = components["schemas"]["entitlementSetDocument"];

/** An organization, and what it has. */
export interface Organization {
  readonly name: string;
  /** The number by which `connect-path` names it. */
  readonly number: number;
  readonly projects: ReadonlySet<string>;
  readonly agentPools: ReadonlySet<string>;
  readonly vcsIntegrations: boolean;
  readonly privateVcs: boolean;
}

/** Fills in what the options leave out. */
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
 * Holds what a client is to be related to against what its organization has.
 *
 * @throws {ErrorResponse} 422
 */
export function checkRelations(
  { agentPools, privateVcs, ...organization }: Organization,
  { projects, agentPool }: Pick<SentResource, "projects" | "agentPool">,
): void {
  checkProjects(organization, projects ?? [], "/data/relationships/projects/data");
  if (agentPool === undefined || agentPool === null) return;
  const pointer = "/data/relationships/agent-pool/data";
  if (!privateVcs) throw unprocessable("the organization does not have private VCS enabled", pointer);
  if (!agentPools.has(agentPool)) {
    throw unprocessable("the provided agent pool does not exist or you are not authorized to use it", pointer);
  }
}

/**
 * Finds out whether all of these are projects of the organization.
 *
 * @throws {ErrorResponse} 422
 */
export function checkProjects({ projects }: Pick<Organization, "projects">, ids: readonly string[], pointer: string): void {
  const unknown = ids.findIndex((id) => !projects.has(id));
  if (unknown >= 0) throw unprocessable("The project was not found.", `${pointer}/${unknown}/id`);
}

/**
 * Says that the plan of the organization covers VCS connections.
 *
 * @throws {ErrorResponse} 404: what a plan lacks is not there
 */
export function withVcs(organization: Organization): Organization {
  if (!organization.vcsIntegrations) throw notFound();
  return organization;
}

/** What the plan of the organization covers. Runs and states are in every plan, although the simulator has none. */
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
