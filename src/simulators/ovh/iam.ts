import type { components } from "../../openapi/ovh.js";
import type { Call } from "../core/router.js";
import type { Caller } from "./authentication.js";
import type { Need } from "./authorization.js";
import { asList, asText, readObject, refuseOthers } from "./bodies.js";
import { badRequest, json, notFound } from "./errors.js";
import type { Paginator } from "./pagination.js";
import type { PermissionsGroup } from "./permission-groups.js";
import { describeResource } from "./resources.js";
import { type Account, accountResource, covers, isActionPattern, webHostingResource } from "./urns.js";

/** The state that the read operations of the IAM API use. */
export interface IamSettings {
  readonly account: Account;
  readonly webHostings: readonly string[];
  readonly groups: ReadonlyMap<string, PermissionsGroup>;
  readonly paginate: Paginator;
  /** Whether the caller has a permission. */
  readonly isAllowed: (caller: Caller, need: Need) => boolean;
}

/** The read operations of the IAM API besides policies. @throws {ErrorResponse} from each of them */
export interface IamOperations {
  readonly listPermissionsGroups: (call: Call) => Response;
  readonly getPermissionsGroup: (call: Call) => Response;
  readonly listResources: (call: Call) => Response;
  readonly checkAuthorization: (call: Call, caller: Caller) => Response;
}

/**
 * Creates the operations. Two rules are not documented: a check needs a resource that exists, and its actions cannot be patterns.
 */
export function createIamOperations({ account, webHostings, groups, paginate, isAllowed }: IamSettings): IamOperations {
  const all = [...groups].map(([urn, group]) => renderGroup(urn, group));
  const urns = [accountResource(account), ...webHostings.map((name) => webHostingResource(account, name))];
  const resources = urns.map((urn) => renderResource(urn, account, webHostings));
  return {
    listPermissionsGroups: ({ url, headers }) => {
      const page = paginate(all, (group) => all.indexOf(group), { url, headers });
      return json(200, page.entries, page.headers);
    },
    getPermissionsGroup: ({ parameters }) => {
      const group = all.find(({ urn }) => urn === parameters.urn);
      if (!group) throw notFound("This permissions group does not exist");
      return json(200, group);
    },
    listResources: ({ url, headers }) => {
      const page = paginate(filter(resources, url.searchParams), (one) => resources.indexOf(one), { url, headers });
      return json(200, page.entries, page.headers);
    },
    checkAuthorization: ({ parameters: { urn = "" }, text }, caller) => {
      if (!urns.includes(urn)) throw notFound("This resource does not exist");
      const actions = readActions(text);
      const allowed = actions.map((action) => isAllowed(caller, { action, resource: urn }));
      return json(200, {
        authorizedActions: actions.filter((_, index) => allowed[index]),
        unauthorizedActions: actions.filter((_, index) => !allowed[index]),
      } satisfies components["schemas"]["authorizationResult"]);
    },
  };
}

function readActions(text: string): readonly string[] {
  const sent = readObject(text);
  refuseOthers(sent, ["actions"], [], "refuse");
  if (sent.actions === undefined) throw badRequest("Missing parameter [actions]");
  return asList(sent.actions, "actions").map((entry, index) => {
    const action = asText(entry, `actions[${index}]`);
    if (!isActionPattern(action) || action.includes("*")) throw badRequest(`[actions[${index}]] is not the name of an action`);
    return action;
  });
}

function renderGroup(urn: string, { name, owner, permissions }: PermissionsGroup) {
  return {
    urn,
    name,
    owner,
    description: `The permissions of ${name}`,
    permissions: permissions as components["schemas"]["policyPermissions"],
    createdAt: "2023-05-12T13:38:15.73892Z",
    updatedAt: null,
  } satisfies components["schemas"]["permissionsGroup"];
}

function renderResource(urn: string, account: Account, webHostings: readonly string[]) {
  const { name = "", displayName = "", type = "" } = describeResource(urn, account, webHostings).resource ?? {};
  return { urn, name, displayName, type, owner: account.name, tags: null } satisfies components["schemas"]["resource"];
}

function filter(resources: readonly ReturnType<typeof renderResource>[], query: URLSearchParams) {
  const fits = (parameter: string, isMatch: (wanted: string) => boolean) =>
    !query.has(parameter) || query.getAll(parameter).some(isMatch);
  return resources.filter(
    ({ urn, name, type }) =>
      fits("resourceName", (wanted) => wanted === name) &&
      fits("resourceType", (wanted) => wanted === type) &&
      fits("resourceURN", (pattern) => covers(pattern, urn)),
  );
}
