import { collect, type TransportOptions } from "oauth-clients";
import { simulateTfe } from "oauth-clients/testing";
import { createTfeManager, type TfeManager } from "oauth-clients/tfe";
import { describeCancellation } from "../contract/cancellation.js";

const projects = ["prj-1111aaaa2222bbbb"];
const github = { serviceProvider: "github", oauthTokenString: "vcs-canary" } as const;

function start() {
  const { fetch } = simulateTfe({ organizations: [{ name: "acme", projects }] });
  return {
    fetch,
    connect: (transport: TransportOptions) => createTfeManager({ token: "t", organization: "acme", ...transport }),
  };
}

type Call = (id: string, tokenId: string) => (manager: TfeManager, options: object) => Promise<unknown>;

// For an operation on a client that exists, which sends one request.
function one(call: Call) {
  return [
    1,
    async (own: TfeManager) => {
      const { client } = await own.create(github);
      await own.addProjects(client.id, projects);
      return call(client.id, client.oauthTokenId ?? "");
    },
  ] as const;
}

describeCancellation<TfeManager>("tfe", {
  start,
  calls: {
    account: one(() => (manager, options) => manager.account(options)),
    create: one(() => (manager, options) => manager.create(github, options)),
    get: one((id) => (manager, options) => manager.get(id, options)),
    list: one(() => (manager, options) => collect(manager.list(options))),
    update: one((id) => (manager, options) => manager.update(id, { name: "new" }, options)),
    "update of nothing": one((id) => (manager, options) => manager.update(id, {}, options)),
    delete: one((id) => (manager, options) => manager.delete(id, options)),
    addProjects: one((id) => (manager, options) => manager.addProjects(id, projects, options)),
    removeProjects: one((id) => (manager, options) => manager.removeProjects(id, projects, options)),
    replaceProjects: one((id) => (manager, options) => manager.replaceProjects(id, [], options)),
    listOAuthTokens: one(() => (manager, options) => collect(manager.listOAuthTokens(options))),
    "listOAuthTokens of a client": one(
      (id) => (manager, options) => collect(manager.listOAuthTokens({ ...options, oauthClientId: id })),
    ),
    getOAuthToken: one((_, id) => (manager, options) => manager.getOAuthToken(id, options)),
    updateOAuthToken: one((_, id) => (manager, options) => manager.updateOAuthToken(id, { sshKey: null }, options)),
    deleteOAuthToken: one((_, id) => (manager, options) => manager.deleteOAuthToken(id, options)),
  },
});
