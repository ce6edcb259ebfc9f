import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";
import { requestToken } from "oauth-clients/token";

const input = { name: "Report", grantTypes: ["client_credentials"], scopes: ["read"] };

/** The steps of the page: each returns a text for its result. */
export function createSession() {
  const simulator = simulateOry();
  const ory = createOryManager({ ...oryOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
  let current;

  const create = async () => {
    const { client, credentials } = await ory.create(input);
    current = credentials;
    return `created client ${client.id}`;
  };
  const needed = () => {
    if (current === undefined) throw new Error("Create a client first.");
    return current;
  };
  return {
    create,
    async token() {
      const token = await requestToken(ory.tokenRequest(needed(), { scopes: ["read"] }), { fetch: simulator.fetch });
      return `token ${token.value.slice(0, 12)}… for ${token.scopes.join(" ")}, valid until ${token.expiresAt?.toLocaleTimeString("en")}`;
    },
    async rotate() {
      const { credentials, previousSecret } = await ory.rotateSecret(needed().clientId);
      current = credentials;
      return `new secret of ${credentials.clientId}; the old secret: ${previousSecret}`;
    },
    async lose() {
      simulator.dropConnection("createOAuth2Client", { when: "after" });
      return `${await create()}, although the response was lost`;
    },
    async fail() {
      simulator.failNext("createOAuth2Client", { status: 403 });
      return create();
    },
    requests: () => simulator.requests.map(({ method, operationId, status }) => ({ method, operationId, status })),
    clients: () => simulator.clients.length,
  };
}
