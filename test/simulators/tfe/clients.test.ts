import { describe, expect, test } from "vitest";
import { createClientStore, stateOf } from "../../../src/simulators/tfe/clients.js";
import { createOrganizations } from "../../../src/simulators/tfe/organizations.js";
import { simulateTfe } from "../../../src/simulators/tfe/simulator.js";
import {
  call,
  create,
  dataCenter,
  get,
  github,
  identifiers,
  organizations,
  patch,
  pool,
  post,
  projectOne,
  projectTwo,
  rsaPair,
  tokenIdOf,
} from "./calls.js";

describe("a rejected change", () => {
  test("an unknown organization is an error of insert", () => {
    expect(() => simulateTfe().insert({ organization: "nowhere", attributes: {} })).toThrow(/no organization "nowhere"/);
  });

  test("changes nothing, not even the valid members", async () => {
    const tfe = simulateTfe({ organizations });
    const { id } = await create(tfe, { name: "before" });
    expect((await patch(tfe, id, { name: "after" }, { projects: identifiers("prj-none") })).status).toBe(422);
    expect((await patch(tfe, id, { name: "after", key: 1 })).status).toBe(422);
    expect((await get(tfe, id)).data.attributes.name).toBe("before");
  });
});

describe("updating a client", () => {
  test("keeps the members that are not sent", async () => {
    const tfe = simulateTfe({ organizations });
    const relationships = { projects: identifiers(projectOne), "agent-pool": { data: { id: pool, type: "agent-pools" } } };
    const before = await create(tfe, { name: "a", key: "k", secret: "s", "organization-scoped": false }, relationships);
    expect((await patch(tfe, before.id, {})).data).toEqual(before);
    const after = (await patch(tfe, before.id, { name: "b" })).data;
    expect(after).toEqual({ ...before, attributes: { ...before.attributes, name: "b" } });
    expect(tfe.inspect(before.id)?.holds("secret", "s")).toBe(true);
  });

  test.each([null, ""])("clears name, key, secret and RSA public key with %j", async (nothing) => {
    const tfe = simulateTfe();
    const { id } = await create(tfe, { name: "a", key: "k", secret: "s" });
    const { attributes } = (await patch(tfe, id, { name: nothing, key: nothing, secret: nothing })).data;
    expect(attributes).toMatchObject({ name: null, key: null });
    expect(tfe.inspect(id)?.has("secret")).toBe(false);
    const center = (await post(tfe, { ...dataCenter, ...rsaPair })).data;
    const cleared = await patch(tfe, center.id, { "rsa-public-key": nothing });
    expect(cleared.data.attributes).toMatchObject({ key: rsaPair.key, "rsa-public-key": null });
  });

  test("replaces the projects, clears them with an empty list, and removes the agent pool with null", async () => {
    const tfe = simulateTfe({ organizations });
    const relationships = { projects: identifiers(projectOne), "agent-pool": { data: { id: pool, type: "agent-pools" } } };
    const { id } = await create(tfe, {}, relationships);
    const dataOf = async (change: Record<string, unknown>) => {
      const response = (await patch(tfe, id, {}, change)).data.relationships;
      return [response.projects?.data, response["agent-pool"]?.data];
    };
    expect(await dataOf({ projects: identifiers(projectTwo) })).toEqual([
      [{ id: projectTwo, type: "projects" }],
      { id: pool, type: "agent-pools" },
    ]);
    expect(await dataOf({ "agent-pool": { data: null } })).toEqual([[{ id: projectTwo, type: "projects" }], null]);
    expect(await dataOf({ projects: { data: [] } })).toEqual([[], null]);
  });
});

describe("the OAuth token of a client", () => {
  test("keeps its id when its value is replaced", async () => {
    const tfe = simulateTfe();
    const before = await create(tfe);
    const after = (await patch(tfe, before.id, { "oauth-token-string": "ghp_NEW" })).data;
    expect(tokenIdOf(after)).toBe(tokenIdOf(before));
    expect(tfe.inspect(before.id)?.holds("oauth-token-string", "ghp_NEW")).toBe(true);
  });

  test.each(["", null])("is not removed by %j", async (nothing) => {
    const tfe = simulateTfe();
    const { id } = await create(tfe);
    expect((await patch(tfe, id, { "oauth-token-string": nothing, "organization-scoped": false })).status).toBe(200);
    expect(tfe.inspect(id)?.holds("oauth-token-string", String(github["oauth-token-string"]))).toBe(true);
  });

  test("is created with a new id when the client has none", async () => {
    const tfe = simulateTfe();
    const before = await create(tfe);
    expect((await call(tfe, "DELETE", `/oauth-tokens/${tokenIdOf(before)}`)).status).toBe(204);
    const after = (await patch(tfe, before.id, { "oauth-token-string": "ghp_NEW" })).data;
    expect(tokenIdOf(after)).toMatch(/^ot-/);
    expect(tokenIdOf(after)).not.toBe(tokenIdOf(before));
  });
});

describe("inserting", () => {
  test("does not validate, and accepts unknown attributes and providers", async () => {
    const tfe = simulateTfe({ organizations });
    const id = tfe.insert({
      organization: "other",
      attributes: {
        "service-provider": "sourcehut",
        "http-url": null,
        "future-attribute": { deep: [1] },
        secret: "s",
        name: "ui",
      },
      projects: ["prj-any"],
      agentPool: "apool-any",
    });
    const { attributes, relationships } = (await get(tfe, id)).data;
    expect(attributes).toMatchObject({
      "service-provider": "sourcehut",
      "service-provider-display-name": "sourcehut",
      "http-url": null,
      "future-attribute": { deep: [1] },
    });
    expect(attributes).not.toHaveProperty("secret");
    expect(relationships).toMatchObject({
      organization: { data: { id: "other" } },
      projects: { data: [{ id: "prj-any" }] },
      "oauth-tokens": { data: [] },
      "agent-pool": { data: { id: "apool-any" } },
    });
    expect(tfe.inspect(id)?.holds("secret", "s")).toBe(true);
    expect((await patch(tfe, id, { name: "renamed" })).data.attributes).toMatchObject({
      name: "renamed",
      "future-attribute": { deep: [1] },
    });
  });

  test("omits attributes that older installations do not have", async () => {
    const tfe = simulateTfe();
    const id = tfe.insert({
      attributes: { ...github, "organization-scoped": undefined, "created-at": "2018-04-16T20:42:53Z" },
    });
    const { attributes, relationships } = (await get(tfe, id)).data;
    expect(attributes).not.toHaveProperty("organization-scoped");
    expect(attributes["created-at"]).toBe("2018-04-16T20:42:53Z");
    expect(relationships["oauth-tokens"]?.data).toHaveLength(1);
  });
});

describe("the client store", () => {
  test("finds clients by their own id and by the id of their token", () => {
    const all = createOrganizations(organizations);
    const store = createClientStore(Date.now, all);
    const [organization] = all.values();
    if (!organization) throw new Error("expected an organization");
    const sent = { attributes: github, projects: undefined, agentPool: undefined };
    const client = store.create(organization, sent);
    const other = store.create(organization, sent);
    expect(store.all()).toEqual([client, other]);
    expect(store.find(client.id)).toBe(client);
    expect(store.findByToken(client.token?.id ?? "")).toBe(client);
    expect(store.findByToken(client.id)).toBeUndefined();
    expect(stateOf(client).has("private-key")).toBe(false);
    store.remove(client);
    expect(store.all()).toEqual([other]);
  });
});
