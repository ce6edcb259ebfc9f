import { createGenesysManager, genesysOptionsFromEnv } from "oauth-clients/genesys";
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
import { createOvhManager, ovhOptionsFromEnv } from "oauth-clients/ovh";
import { simulateAuthorizationServer, simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import { createTfeManager, tfeOptionsFromEnv } from "oauth-clients/tfe";
import { describe, expect, test } from "vitest";

const listAll = async (clients: AsyncIterable<unknown>) => {
  const all: unknown[] = [];
  for await (const client of clients) all.push(client);
  return all;
};
const network = { project: "vibrant-moore-abc123", apiKey: "ory_pat_invented-key" };
const account = { clientId: "EU.0000000000000000", clientSecret: "invented-secret" };

describe("the environment variables of a simulator connect a manager through fetch", () => {
  test.each([
    ["Ory Hydra", () => simulateOry()],
    ["Ory Hydra behind a gateway", () => simulateOry({ adminApiKey: "invented-key" })],
    ["Ory Network", () => simulateOry({ network })],
  ])("%s: list() works", async (_name, simulate) => {
    const simulator = simulate();
    const manager = createOryManager({ ...oryOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
    expect(await listAll(manager.list())).toEqual([]);
  });

  test.each([
    ["an application key", simulateOvh()],
    ["an access token", simulateOvh({ region: "ca", accessTokens: [{ accessToken: "invented-token" }] })],
    ["a service account", simulateOvh({ region: "us", serviceAccount: account })],
  ])("OVHcloud with %s: list() works", async (_name, simulator) => {
    const manager = createOvhManager({ ...ovhOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
    expect(await listAll(manager.list())).toEqual([]);
  });

  test.each([{}, { region: "eu-central-1" }])("Genesys Cloud with %j: list() works", async (options) => {
    const simulator = simulateGenesys(options);
    const manager = createGenesysManager({ ...genesysOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
    expect(await listAll(manager.list())).toEqual([]);
  });

  test("Terraform Enterprise: list() works, and env() contains the only organization of the token", async () => {
    const simulator = simulateTfe({
      organizations: [{ name: "one" }, { name: "two" }],
      tokens: [{ token: "invented.atlasv1.token", organizations: ["two"] }],
    });
    expect(simulator.env()).toMatchObject({ TFE_ORGANIZATION: "two" });
    const manager = createTfeManager({ ...tfeOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
    expect(await listAll(manager.list())).toEqual([]);
  });

  test("the simulated authorization server has no environment variables, because no function reads them", () => {
    expect(simulateAuthorizationServer().env()).toEqual({});
  });
});

describe("the environment variables of a listening server connect a manager through the network", () => {
  test("Ory Hydra: list() works", async () => {
    await using server = await simulateOry().listen();
    expect(await listAll(createOryManager(oryOptionsFromEnv(server.env())).list())).toEqual([]);
  });

  test("Ory Network: list() works with the base URLs instead of the project slug", async () => {
    await using server = await simulateOry({ network }).listen();
    expect(server.env()).not.toHaveProperty("ORY_PROJECT_SLUG");
    expect(await listAll(createOryManager(oryOptionsFromEnv(server.env())).list())).toEqual([]);
  });

  test("OVHcloud: list() works", async () => {
    await using server = await simulateOvh().listen();
    expect(await listAll(createOvhManager(ovhOptionsFromEnv(server.env())).list())).toEqual([]);
  });

  test("Genesys Cloud: list() works with the base URLs as options", async () => {
    await using server = await simulateGenesys().listen();
    const { api: apiUrl, login: loginUrl } = server.urls;
    const manager = createGenesysManager({ ...genesysOptionsFromEnv(server.env()), apiUrl, loginUrl });
    expect(await listAll(manager.list())).toEqual([]);
  });

  test("Terraform Enterprise: list() works", async () => {
    await using server = await simulateTfe().listen();
    expect(await listAll(createTfeManager(tfeOptionsFromEnv(server.env())).list())).toEqual([]);
  });
});
