import { bearer } from "../core/authorize.js";
import { createHttp } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { readTransport } from "../core/options.js";
import { ignoreNotFoundAfterRetry } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import type { paths } from "../openapi/tfe.js";
import { readClient, readSecrets, writeChanges, writeProjects } from "./convert.js";
import { createClient } from "./creation.js";
import { readFailure } from "./errors.js";
import { door } from "./input.js";
import { readOptions, type TfeSettings } from "./options.js";
import { readNextPage, writePage } from "./pagination.js";
import { deleteOAuthToken, getOAuthToken, listOAuthTokens, setSshKey } from "./tokens.js";
import type { TfeClientChanges, TfeGetOptions, TfeListOptions, TfeManager, TfeOptions } from "./types.js";
import { clientsWire, clientWire } from "./wire.js";

/**
 * Makes the manager of an organization's connections to VCS providers, at HCP Terraform or Terraform Enterprise.
 *
 * @throws {ConfigurationError} an option cannot work; nothing was sent
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-clients
 */
export function createTfeManager(options: TfeOptions): TfeManager {
  const settings = readOptions(options);
  const http = connect(settings);
  const { organization, deleteUnderOrganization = false } = settings;

  async function get(client: string, options?: TfeGetOptions) {
    const operation = "get client";
    const { showAffectedWorkspaces } = door.get(options);
    const id = door.id(client, operation);
    const query = writeShown(showAffectedWorkspaces);
    const request = { operation, method: "get", path: "/oauth-clients/{id}", params: { id }, query, options } as const;
    const { value } = await http({ ...request, returns: clientWire });
    return readClient(value.data);
  }

  async function* list(options?: TfeListOptions) {
    const { pageSize, showAffectedWorkspaces } = door.list(options);
    const fetchPage = async (cursor: string | undefined) => {
      const { value } = await http({
        operation: "list clients",
        method: "get",
        path: "/organizations/{organization}/oauth-clients",
        params: { organization },
        query: { ...writePage(cursor, pageSize), ...writeShown(showAffectedWorkspaces) },
        returns: clientsWire,
        options,
      });
      return { items: value.data.map(readClient), next: readNextPage(value.meta, cursor) };
    };
    yield* paginate(fetchPage, (client) => client.id);
  }

  async function update(client: string, changes: TfeClientChanges, options?: CallOptions) {
    const operation = "update client";
    const wanted = door.changes(changes);
    // Whether the server takes a change of nothing is not documented.
    if (Object.values(wanted).every((value) => value === undefined)) return get(client, options);
    return change(client, wanted, operation, options);
  }

  async function change(client: string, wanted: TfeClientChanges, operation: string, options?: CallOptions) {
    const id = door.id(client, operation);
    const request = { operation, method: "patch", path: "/oauth-clients/{id}", params: { id }, options } as const;
    const { value } = await http({
      ...request,
      json: writeChanges(id, wanted),
      secrets: readSecrets(wanted),
      returns: clientWire,
    });
    return readClient(value.data);
  }

  async function relate(
    method: "post" | "delete",
    operation: string,
    client: string,
    projects: readonly string[],
    options?: CallOptions,
  ) {
    const id = door.id(client, operation);
    const json = writeProjects(door.projectIds(projects, operation));
    const path = "/oauth-clients/{id}/relationships/projects";
    await http({ operation, method, path, params: { id }, json, options });
  }

  return {
    vendor: "tfe",
    create: async (input, options) => createClient(http, organization, door.create(input), options),
    get,
    list: (options) => ({ [Symbol.asyncIterator]: () => list(options) }),
    update,
    delete: async (client, options) => {
      const operation = "delete client";
      const id = door.id(client, operation);
      const request = { operation, method: "delete", options } as const;
      await ignoreNotFoundAfterRetry(
        deleteUnderOrganization
          ? http({ ...request, path: "/organizations/{organization}/oauth-clients/{id}", params: { organization, id } })
          : http({ ...request, path: "/oauth-clients/{id}", params: { id } }),
      );
    },
    addProjects: (client, projects, options) => relate("post", "attach projects", client, projects, options),
    removeProjects: (client, projects, options) => relate("delete", "detach projects", client, projects, options),
    replaceProjects: async (client, projects, options) => {
      const operation = "replace projects";
      return change(client, { projectIds: door.allProjectIds(projects, operation) }, operation, options);
    },
    listOAuthTokens: (options) => ({
      [Symbol.asyncIterator]: () => listOAuthTokens(http, organization, options)[Symbol.asyncIterator](),
    }),
    getOAuthToken: (id, options) => getOAuthToken(http, id, options),
    setSshKey: (id, sshKey, options) => setSshKey(http, id, sshKey, options),
    deleteOAuthToken: (id, options) => deleteOAuthToken(http, id, options),
  };
}

function connect(settings: TfeSettings) {
  return createHttp<paths>({
    vendor: "tfe",
    callOptions: ["oauthClientId", "pageSize", "serviceProvider", "showAffectedWorkspaces"],
    baseUrl: settings.endpoint,
    authorize: bearer(settings.token),
    parseErrorResponse: readFailure,
    resetHeaders: ["x-ratelimit-reset"],
    mediaType: "application/vnd.api+json",
    ...readTransport(settings),
  });
}

function writeShown(showAffectedWorkspaces: boolean | undefined) {
  return showAffectedWorkspaces ? { show_affected_workspaces: true } : {};
}
