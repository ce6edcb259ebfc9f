import { describe, expect, test } from "vitest";
import { simulateTfe } from "../../../src/simulators/tfe/simulator.js";
import { validateSshKey } from "../../../src/simulators/tfe/validation.js";
import {
  call,
  create,
  dataCenter,
  document,
  get,
  github,
  type Json,
  patch,
  pointersOf,
  post,
  rsaPair,
  sshKey,
  tokenIdOf,
} from "./calls.js";

const pointers = (...names: string[]) => names.map((name) => `/data/attributes/${name}`);
const server = {
  "service-provider": "github_enterprise",
  "http-url": "https://ghe.test",
  "api-url": "https://ghe.test/api/v3",
};
const azure = {
  "service-provider": "ado_services",
  "http-url": "https://dev.azure.com",
  "api-url": "https://app.vssps.visualstudio.com",
};

describe("a new client is rejected with 422 for", () => {
  test.each<[string, Json, string[]]>([
    ["no provider", { ...github, "service-provider": undefined }, ["service-provider"]],
    ["an unknown provider", { ...github, "service-provider": "sourcehut" }, ["service-provider"]],
    ["no http-url", { ...github, "http-url": undefined }, ["http-url"]],
    ["an empty http-url", { ...github, "http-url": "" }, ["http-url"]],
    ["an empty api-url", { ...github, "api-url": "" }, ["api-url"]],
    ["an api-url that is not a URL", { ...github, "api-url": "api.github.com" }, ["api-url"]],
    ["an http-url with the scheme ssh", { ...github, "http-url": "ssh://github.com" }, ["http-url"]],
    ["GitHub Enterprise at github.com", { ...github, ...server, "http-url": "https://github.com" }, ["http-url"]],
    ["GitHub Enterprise at api.github.com", { ...github, ...server, "api-url": "https://api.github.com" }, ["api-url"]],
    ["an RSA public key for GitHub", { ...github, ...rsaPair }, ["rsa-public-key"]],
    ["an RSA public key without key", { ...dataCenter, ...rsaPair, key: "" }, ["rsa-public-key"]],
    ["an RSA public key without secret", { ...dataCenter, ...rsaPair, secret: null }, ["rsa-public-key"]],
    ["Azure DevOps Server without a private key", { ...github, "service-provider": "ado_server" }, ["private-key"]],
    [
      "Azure DevOps Server with an empty private key",
      { ...github, "service-provider": "ado_server", "private-key": "" },
      ["private-key"],
    ],
    ["an Azure organization for GitHub", { ...github, "ado-org-name": "acme" }, ["ado-org-name"]],
    ["an Entra tenant for GitHub", { ...github, "ado-entra-tenant-id": "acme" }, ["ado-entra-tenant-id"]],
    ["an Azure organization that ends in a hyphen", { ...github, ...azure, "ado-org-name": "acme-" }, ["ado-org-name"]],
    ["an Azure organization with a dot", { ...github, ...azure, "ado-org-name": "ac.me" }, ["ado-org-name"]],
    ["an Azure organization of 51 characters", { ...github, ...azure, "ado-org-name": "a".repeat(51) }, ["ado-org-name"]],
    ["a name that is a number", { ...github, name: 1 }, ["name"]],
    ["a boolean that is a string", { ...github, "organization-scoped": "true" }, ["organization-scoped"]],
    [
      "a key and a secret instead of a token",
      { ...github, key: "k", secret: "s", uuid: "u", "oauth-token-string": "" },
      ["oauth-token-string"],
    ],
    ["no attributes", {}, ["service-provider", "http-url", "api-url"]],
  ])("%s", async (_case, attributes, names) => {
    const tfe = simulateTfe();
    const response = await post(tfe, attributes);
    expect([response.status, ...pointersOf(response)]).toEqual([422, ...pointers(...names)]);
    expect(response.json.errors).toMatchObject(names.map(() => ({ status: "422", detail: expect.any(String) as string })));
    expect(response.text).not.toMatch(/ghp_|AAAA/);
    expect(tfe.clients).toEqual([]);
  });
});

describe("an update is rejected with 422 for", () => {
  test.each<[string, Json, Json, string]>([
    ["another provider", github, { "service-provider": "gitlab_hosted" }, "service-provider"],
    ["another http-url", github, { "http-url": "https://elsewhere.test" }, "http-url"],
    ["another api-url", github, { "api-url": "https://elsewhere.test" }, "api-url"],
    ["a private key", github, { "private-key": sshKey }, "private-key"],
    ["a name that is an array", github, { name: [] }, "name"],
    ["a boolean that is a number", github, { "organization-scoped": 0 }, "organization-scoped"],
    ["an RSA public key for GitHub", github, rsaPair, "rsa-public-key"],
    ["an RSA public key alone", dataCenter, { "rsa-public-key": "PEM" }, "rsa-public-key"],
    [
      "the removal of a secret that an RSA public key requires",
      { ...dataCenter, ...rsaPair },
      { secret: null },
      "rsa-public-key",
    ],
    ["an Azure organization for GitHub", github, { "ado-org-name": "acme" }, "ado-org-name"],
    ["the removal of the consumer key of Bitbucket Data Center", { ...dataCenter, key: "k", secret: "s" }, { key: "" }, "key"],
  ])("%s", async (_case, before, changes, name) => {
    const tfe = simulateTfe();
    const { id } = (await post(tfe, before)).data;
    const stored = tfe.clients;
    const response = await patch(tfe, id, changes);
    expect([response.status, ...pointersOf(response)]).toEqual([422, ...pointers(name)]);
    expect(tfe.clients).toEqual(stored);
  });

  test("a missing consumer key, with the vendor's message", async () => {
    const tfe = simulateTfe();
    const { id } = (await post(tfe, { ...dataCenter, key: "k" })).data;
    expect((await patch(tfe, id, { key: "" })).text).toMatch(/consumer key for Bitbucket Data Center.*must be present/);
  });
});

describe("an SSH key is rejected with 422 when it is invalid", () => {
  test.each(["", "nonsense", "-----BEGIN OPENSSH PRIVATE KEY-----", sshKey.replaceAll("PRIVATE", "PUBLIC"), 1, {}])(
    "%j",
    async (key) => {
      expect(() => validateSshKey({ "ssh-key": key })).toThrow("Ssh key is invalid");
    },
  );

  test("with the vendor's message", async () => {
    const tfe = simulateTfe();
    const client = await create(tfe);
    const body = document({ "ssh-key": "nonsense" }, undefined, "oauth-tokens");
    const response = await call(tfe, "PATCH", `/oauth-tokens/${tokenIdOf(client)}`, body);
    expect(response).toMatchObject({ status: 422, json: { errors: [{ detail: "Ssh key is invalid" }] } });
    expect(tfe.inspect(client.id)?.has("ssh-key")).toBe(false);
  });
});

describe("valid requests", () => {
  test("empty strings and null count as not sent", async () => {
    const tfe = simulateTfe();
    for (const nothing of ["", null]) {
      const names = ["key", "name", "secret", "rsa-public-key", "private-key", "ado-org-name", "ado-entra-tenant-id"];
      const { attributes, id } = await create(tfe, Object.fromEntries(names.map((name) => [name, nothing])));
      expect(attributes).toMatchObject({ key: null, name: null, "rsa-public-key": null, "ado-org-name": null });
      expect(tfe.inspect(id)?.has("secret")).toBe(false);
    }
    expect((await create(tfe, { "organization-scoped": null })).attributes["organization-scoped"]).toBe(true);
  });

  test("unknown attributes are ignored", async () => {
    const tfe = simulateTfe();
    const { attributes, id } = await create(tfe, { tfvcs: true, "display-name": "x", uuid: "mine" });
    for (const name of ["tfvcs", "display-name", "uuid"]) expect(attributes).not.toHaveProperty(name);
    expect((await patch(tfe, id, { tfvcs: false })).status).toBe(200);
  });

  test("Bitbucket Data Center is accepted with URLs alone, and its key pair is stored unchanged", async () => {
    const tfe = simulateTfe();
    const bare = (await post(tfe, dataCenter)).data;
    expect(bare.relationships["oauth-tokens"]?.data).toEqual([]);
    expect((await patch(tfe, bare.id, { key: "" })).status).toBe(200);
    const { id, attributes } = (await post(tfe, { ...dataCenter, ...rsaPair })).data;
    expect(attributes).toMatchObject({ key: "consumer-key-1", "rsa-public-key": rsaPair["rsa-public-key"] });
    expect(tfe.inspect(id)?.holds("secret", String(rsaPair.secret))).toBe(true);
  });

  test("the names of Azure DevOps are stored and cleared", async () => {
    const tfe = simulateTfe();
    const { id, attributes } = await create(tfe, { ...azure, "ado-org-name": "acme-1", "ado-entra-tenant-id": "t" });
    expect(attributes).toMatchObject({ "ado-org-name": "acme-1", "ado-entra-tenant-id": "t" });
    await patch(tfe, id, { "ado-org-name": null });
    expect((await get(tfe, id)).data.attributes).toMatchObject({ "ado-org-name": null, "ado-entra-tenant-id": "t" });
  });

  test("an SSH key in PEM is stored and removed", () => {
    expect(validateSshKey({ "ssh-key": sshKey })).toBe(sshKey);
    expect(validateSshKey({})).toBeUndefined();
    expect(validateSshKey({ "ssh-key": null })).toBeNull();
  });
});

test("fixed attributes are accepted in an update with their stored values", async () => {
  const tfe = simulateTfe();
  const { id } = await create(tfe, { "service-provider": "ado_server", "private-key": sshKey });
  const { "http-url": httpUrl, "api-url": apiUrl } = github;
  const fixed = { "service-provider": "ado_server", "http-url": httpUrl, "api-url": apiUrl, "private-key": sshKey };
  expect((await patch(tfe, id, { ...fixed, name: "renamed" })).status).toBe(200);
  expect((await patch(tfe, id, { ...fixed, "private-key": `${sshKey} ` })).status).toBe(422);
});
