import * as msw from "msw";
import { setupServer } from "msw/node";
import { createGenesysManager } from "oauth-clients/genesys";
import { createOryManager } from "oauth-clients/ory";
import { createOvhManager } from "oauth-clients/ovh";
import { type Simulator, simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import { createTfeManager } from "oauth-clients/tfe";

/** A server that the demo treats as a real one: environment variables contain its URL, and it has a client of another owner. */
export interface RealServer {
  readonly environment: Readonly<Record<string, string>>;
  /** The state of the server. */
  readonly state: () => string;
  /** The operations of the received requests. */
  readonly asked: () => readonly (string | undefined)[];
  /** Rejects an operation in the middle of the demo. */
  readonly refuseInTheMiddle: () => void;
  /** Delays the response of an operation in the middle of the demo. */
  readonly delayInTheMiddle: () => string;
  /** Creates a client and drops the response. */
  readonly loseCreation: () => void;
  /** Every secret and token in the requests and responses so far. */
  readonly secrets: () => readonly string[];
  readonly close: () => void;
}

interface Simulated {
  readonly handlers: Simulator<string, string>["handlers"];
  readonly requests: readonly { readonly operationId?: string | undefined }[];
}

const secretMember =
  /"(?:client_secret|clientSecret|secret|access_token|refresh_token|registration_access_token|oauth-token-string)":\s*"([^"]+)"/g;

function serve(simulator: Simulated) {
  const secrets = new Set<string>();
  const reading: Promise<void>[] = [];
  const read = async (message: Request | Response) => {
    const text = await message.text();
    for (const [, secret = ""] of text.matchAll(secretMember)) secrets.add(secret);
    if (message instanceof Request) {
      const [, credential = ""] = (message.headers.get("authorization") ?? "").split(" ");
      if (credential !== "") secrets.add(credential);
    }
  };
  const network = setupServer(...simulator.handlers(msw));
  network.listen({ onUnhandledRequest: "error" });
  network.events.on("request:start", ({ request }) => void reading.push(read(request.clone())));
  network.events.on("response:mocked", ({ response }) => void reading.push(read(response.clone())));
  return {
    network,
    asked: () => simulator.requests.map(({ operationId }) => operationId),
    secrets: () => [...secrets],
    close: () => network.close(),
  };
}

const name = "another client";

/** One such server of every vendor. */
export const servers: Readonly<Record<string, () => Promise<RealServer>>> = {
  async ory() {
    const simulator = simulateOry();
    const { admin, public: open } = simulator.urls;
    const served = serve(simulator);
    await createOryManager({ adminUrl: admin }).create({ name, owner: name });
    return {
      ...served,
      environment: { ORY_ADMIN_URL: admin, ORY_PUBLIC_URL: open },
      state: () => JSON.stringify(simulator.clients),
      refuseInTheMiddle: () => simulator.failNext("introspectOAuth2Token", { status: 403 }),
      delayInTheMiddle() {
        simulator.delayNext("rotateOAuth2ClientSecret", 30_000);
        return "rotateOAuth2ClientSecret";
      },
      loseCreation() {
        simulator.dropConnection("createOAuth2Client", { when: "after" });
        simulator.failNext("getOAuth2Client", { status: 403 });
      },
    };
  },
  async tfe() {
    const simulator = simulateTfe({ organizations: [{ name: "acme" }], tokens: [{ token: "tfe-token-of-the-organization" }] });
    const served = serve(simulator);
    const environment = { TFE_TOKEN: "tfe-token-of-the-organization", TFE_ORGANIZATION: "acme" };
    await createTfeManager({ token: environment.TFE_TOKEN, organization: "acme" }).create({
      ...{ name, serviceProvider: "github", oauthTokenString: "another token" },
    });
    return {
      ...served,
      environment,
      state: () => JSON.stringify(simulator.clients),
      refuseInTheMiddle: () => simulator.failNext("updateOAuthClient", { status: 403 }),
      delayInTheMiddle() {
        simulator.delayNext("listOauthTokensForOauthClient", 30_000);
        return "listOauthTokensForOauthClient";
      },
      loseCreation: () => simulator.dropConnection("createOAuthClientForOrganization", { when: "after" }),
    };
  },
  async genesys() {
    const credentials = { clientId: "manager-of-clients", clientSecret: "manager+of/clients=" };
    const simulator = simulateGenesys({ region: "eu-central-1", administrator: credentials, replicationLagMs: 100 });
    const served = serve(simulator);
    await createGenesysManager({ region: "eu-central-1", ...credentials }).create({
      ...{ name, grantType: "authorization_code", scopes: ["users"] },
    });
    return {
      ...served,
      environment: {
        GENESYSCLOUD_REGION: "eu-central-1",
        GENESYSCLOUD_OAUTHCLIENT_ID: credentials.clientId,
        GENESYSCLOUD_OAUTHCLIENT_SECRET: credentials.clientSecret,
      },
      state: () => JSON.stringify([simulator.clients, simulator.credentials]),
      refuseInTheMiddle: () => simulator.failNext("postOauthClientSecret", { status: 403 }),
      delayInTheMiddle() {
        simulator.delayNext("postOauthClientSecret", 30_000);
        return "postOauthClientSecret";
      },
      loseCreation: () => simulator.dropConnection("postOauthClients", { when: "after" }),
    };
  },
  async ovh() {
    const account = { clientId: "EU.manager", clientSecret: "manager+of/accounts=" };
    const webHosting = "plan.cluster002.hosting.ovh.net";
    const simulator = simulateOvh({ serviceAccount: account, webHostings: [webHosting] });
    const served = serve(simulator);
    const ovh = createOvhManager(account);
    const { client } = await ovh.create({ flow: "client_credentials", name, description: name });
    await ovh.grantAccess(client, { resources: ["urn:v1:eu:resource:vps:*"], actions: ["vps:*"] });
    return {
      ...served,
      environment: { OVH_CLIENT_ID: account.clientId, OVH_CLIENT_SECRET: account.clientSecret, OVH_WEB_HOSTING: webHosting },
      state: () => JSON.stringify([simulator.clients, simulator.policies]),
      refuseInTheMiddle: () => simulator.failNext("updatePolicy", { status: 403 }),
      delayInTheMiddle() {
        simulator.delayNext("getWebHosting", 30_000);
        return "getWebHosting";
      },
      loseCreation: () => simulator.dropConnection("createOAuth2Client", { when: "after" }),
    };
  },
};
