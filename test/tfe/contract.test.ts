import type { CreateResult, TransportOptions } from "oauth-clients";
import { simulateTfe, type TfeSimulator, type TfeSimulatorOptions } from "oauth-clients/testing";
import {
  createTfeManager,
  type TfeClient,
  type TfeClientChanges,
  type TfeClientInput,
  type TfeOptions,
} from "oauth-clients/tfe";
import { describe } from "vitest";
import { describeManager } from "../contract/manager.js";
import { describeSecrecy } from "../contract/secrecy.js";
import { describeSingleFaults } from "../contract/single-faults.js";
import type { ContractSubject } from "../contract/subject.js";
import { describeUnreadable } from "../contract/unreadable.js";

type Subject = ContractSubject<
  Parameters<TfeSimulator["failNext"]>[0],
  TfeClient,
  TfeClientInput,
  TfeClientChanges,
  CreateResult<TfeClient>
>;

const token = "canary0token00.atlasv1.p+q/r=s";
const pem = (kind: string, text: string) => `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----\n`;
const own = { httpUrl: "https://vcs.acme.test", apiUrl: "https://vcs.acme.test/api" };

const common: Subject = {
  start: () => start({}),
  operations: {
    create: "createOAuthClientForOrganization",
    read: "getOAuthClient",
    list: "listOAuthClients",
    write: "updateOAuthClient",
    remove: "destroyOAuthClient",
  },
  input: (number) => ({
    serviceProvider: "github",
    name: `acme ${number}`,
    oauthTokenString: `ghp_canary+${number}/x=`,
    organizationScoped: false,
    projectIds: ["prj-1111aaaa2222bbbb"],
  }),
  badInput: { input: { serviceProvider: "github" } as TfeClientInput, path: "oauthTokenString" },
  changes: { name: "renamed", projectIds: [], oauthTokenString: "ghp_canary+changed/x=" },
  changed: (client) => ({ ...client, name: "renamed", projectIds: [] }),
  updatesOnce: true,
  volatile: ["updatedAt"],
  missingId: "oc-0000000000000000",
  severalPages: 101,
  echo: (text) => ({ errors: [{ status: "422", title: "unprocessable entity", detail: text }] }),
};

const bitbucket: Subject = {
  ...common,
  input: (number) => ({
    serviceProvider: "bitbucket_data_center",
    ...own,
    name: `acme ${number}`,
    key: "consumer-key",
    secret: pem("RSA PRIVATE KEY", `QUJDcanary${number}`),
    rsaPublicKey: pem("PUBLIC KEY", "REVG"),
  }),
  changes: { name: "renamed", secret: pem("RSA PRIVATE KEY", "QUJDcanarychanged") },
  changed: (client) => ({ ...client, name: "renamed" }),
};

const azure: Subject = {
  ...common,
  input: (number) => ({
    serviceProvider: "ado_server",
    ...own,
    name: `acme ${number}`,
    oauthTokenString: `canary-pat-${number}`,
    privateKey: pem("OPENSSH PRIVATE KEY", `QUJDcanary${number}`),
  }),
};

describe.each<[string, Subject]>([
  ["HCP Terraform", common],
  [
    "an installation of 2018",
    {
      ...common,
      operations: { ...common.operations, remove: "destroyOAuthClientOfOrganization" },
      start: () => start({ oldDeletePath: true, oldRelatedLinks: true }, { deleteUnderOrganization: true }),
    },
  ],
  ["a server that returns strings as errors", { ...common, echo: (text) => ({ errors: [text] }) }],
  ["a server without totals", { ...common, start: () => start({ withoutTotals: true }) }],
])("%s", (world, subject) => {
  describeManager("tfe", subject);
  if (world === "HCP Terraform") describeSingleFaults("tfe", subject);
  describeUnreadable("tfe", subject);
});

describe.each<[string, Subject]>([
  ["GitHub", common],
  ["Bitbucket Data Center", bitbucket],
  ["Azure DevOps Server", azure],
  ["strings as errors", { ...common, echo: (text) => ({ errors: [text] }) }],
])("%s", (_, subject) => {
  describeSecrecy("tfe", subject);
});

function start(settings: TfeSimulatorOptions, options: Partial<TfeOptions> = {}) {
  const simulator = simulateTfe({
    organizations: [{ name: "acme", projects: ["prj-1111aaaa2222bbbb"] }],
    tokens: [{ token }],
    ...settings,
  });
  return {
    simulator,
    secrets: [token],
    connect: (transport: TransportOptions) =>
      createTfeManager({ token, organization: "acme", address: simulator.urls.host, ...options, ...transport }),
  };
}
