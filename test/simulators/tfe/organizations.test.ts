import { describe, expect, test } from "vitest";
import { createOrganizations, entitlementSet } from "../../../src/simulators/tfe/organizations.js";
import { simulateTfe } from "../../../src/simulators/tfe/simulator.js";
import {
  bearer,
  call,
  create,
  github,
  identifiers,
  type Json,
  organizations,
  type ParsedResponse,
  patch,
  pointersOf,
  pool,
  post,
  projectElsewhere,
  projectOne,
} from "./calls.js";

const poolOf = (id: string): Json => ({ "agent-pool": { data: { id, type: "agent-pools" } } });

describe("relationships of a client", () => {
  test.each<[string, Json, string, string]>([
    ["an unknown project", { projects: identifiers(projectOne, "prj-none") }, "/projects/data/1/id", "not found"],
    ["another organization's project", { projects: identifiers(projectElsewhere) }, "/projects/data/0/id", "not found"],
    [
      "an unknown agent pool",
      poolOf("apool-none"),
      "/agent-pool/data",
      "the provided agent pool does not exist or you are not authorized to use it",
    ],
  ])("are rejected with 422 on POST and PATCH: %s", async (_case, relationships, pointer, words) => {
    const tfe = simulateTfe({ organizations });
    const { id } = await create(tfe);
    const check = (response: ParsedResponse) => {
      expect([response.status, ...pointersOf(response)]).toEqual([422, `/data/relationships${pointer}`]);
      expect(response.text).toContain(words);
    };
    const created = await post(tfe, github, relationships);
    // The vendor accepts projects of other organizations in a new client.
    if (_case === "another organization's project") expect(created.status).toBe(201);
    else check(created);
    check(await patch(tfe, id, { name: "renamed" }, relationships));
    expect(tfe.clients.map(({ attributes }) => attributes.name)).not.toContain("renamed");
  });

  test("a project can be read by callers with access to its organization", async () => {
    const tokens = [{ token: bearer, organizations: ["acme"] }];
    const tfe = simulateTfe({ organizations, tokens });
    const { status, data } = await call(tfe, "GET", `/projects/${projectOne}`);
    expect([status, data.id, data.relationships.organization?.data]).toEqual([
      200,
      projectOne,
      { id: "acme", type: "organizations" },
    ]);
    expect((await call(tfe, "GET", `/projects/${projectElsewhere}`)).status).toBe(404);
    expect((await call(tfe, "GET", "/projects/prj-none")).status).toBe(404);
  });

  test("an agent pool is rejected when the plan does not support it", async () => {
    const tfe = simulateTfe({ organizations: [{ name: "acme", agentPools: [pool], privateVcs: false }] });
    const response = await post(tfe, github, poolOf(pool));
    expect(response.status).toBe(422);
    expect(response.text).toContain("the organization does not have private VCS enabled");
    expect((await post(tfe, github, { "agent-pool": { data: null } })).status).toBe(201);
  });
});

describe("an organization whose plan lacks VCS connections", () => {
  test("every request gets 404", async () => {
    const tfe = simulateTfe({ organizations: [{ name: "acme", vcsIntegrations: false }], oldDeletePath: true });
    const id = tfe.insert({ attributes: github });
    for (const [method, path] of [
      ["GET", "/organizations/acme/oauth-clients"],
      ["POST", "/organizations/acme/oauth-clients"],
      ["GET", "/organizations/acme/oauth-tokens"],
      ["DELETE", `/organizations/acme/oauth-clients/${id}`],
      ["GET", `/oauth-clients/${id}`],
      ["GET", `/oauth-clients/${id}/oauth-tokens`],
      ["DELETE", `/oauth-clients/${id}`],
    ] as const) {
      expect((await call(tfe, method, path)).status).toBe(404);
    }
    expect(tfe.clients).toHaveLength(1);
    expect((await call(tfe, "GET", "/organizations/acme/entitlement-set")).data.attributes).toMatchObject({
      "vcs-integrations": false,
    });
  });
});

describe("organizations", () => {
  test("have neither projects nor pools and a complete plan by default", () => {
    expect(createOrganizations([{ name: "one" }, { name: "two" }]).get("two")).toEqual({
      name: "two",
      number: 2,
      projects: new Set(),
      agentPools: new Set(),
      vcsIntegrations: true,
      privateVcs: true,
    });
  });

  test("list the features of their plan", () => {
    const [organization] = createOrganizations([{ name: "one", privateVcs: false }]).values();
    expect(organization && entitlementSet(organization)).toMatchObject({
      data: { id: "one", type: "entitlement-sets", attributes: { "vcs-integrations": true, "private-vcs": false } },
    });
  });
});
