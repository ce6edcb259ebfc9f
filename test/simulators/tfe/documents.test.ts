import { describe, expect, test } from "vitest";
import { simulateTfe } from "../../../src/simulators/tfe/simulator.js";
import {
  call,
  create,
  dataCenter,
  document,
  get,
  github,
  identifiers,
  organizations,
  pool,
  post,
  projectOne,
  projectTwo,
  rsaPair,
  sshKey,
  tokenIdOf,
} from "./calls.js";

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const text = (pattern: RegExp) => expect.stringMatching(pattern) as string;

describe("include", () => {
  test.each(["oauth-tokens", "workspaces", "projects,", "oauth_tokens,organization", "projects, oauth_tokens"])(
    "%s returns 400 with the name of the parameter",
    async (include) => {
      const tfe = simulateTfe();
      const { id } = await create(tfe);
      for (const path of [`/oauth-clients/${id}`, "/organizations/acme/oauth-clients"]) {
        const response = await call(tfe, "GET", `${path}?include=${include}`);
        expect(response.status).toBe(400);
        expect(response.text).toContain("include parameter");
      }
    },
  );

  test("adds tokens and projects, each once", async () => {
    const tfe = simulateTfe({ organizations });
    const one = await create(tfe, {}, { projects: identifiers(projectOne, projectTwo) });
    const two = await create(tfe, {}, { projects: identifiers(projectOne) });
    const projects = [
      { id: projectOne, type: "projects" },
      { id: projectTwo, type: "projects" },
    ];
    const token = { id: tokenIdOf(one), type: "oauth-tokens", attributes: { "has-ssh-key": false } };
    expect((await get(tfe, one.id, "?include=oauth_tokens,projects")).json.included).toMatchObject([token, ...projects]);
    expect((await get(tfe, two.id, "?include=projects")).json.included).toEqual(projects.slice(0, 1));
    const list = await call(tfe, "GET", "/organizations/acme/oauth-clients?include=projects");
    expect(list.json.included).toEqual(projects);
    expect((await get(tfe, one.id)).json).not.toHaveProperty("included");
  });
});

describe("secrets", () => {
  test("are in no response", async () => {
    const tfe = simulateTfe();
    const ado = { ...github, "service-provider": "ado_server", "private-key": sshKey };
    const center = { ...dataCenter, ...rsaPair, "oauth-token-string": "ghp_EXAMPLE" };
    const responses = [await post(tfe, ado), await post(tfe, center), await post(tfe, { ...github, key: "k", secret: "AAAA" })];
    for (const { data } of [...responses]) {
      const tokenPath = `/oauth-tokens/${tokenIdOf(data)}`;
      responses.push(
        await get(tfe, data.id, "?include=oauth_tokens"),
        await call(tfe, "PATCH", tokenPath, document({ "ssh-key": sshKey }, undefined, "oauth-tokens")),
        await call(tfe, "GET", tokenPath),
      );
    }
    responses.push(await call(tfe, "GET", "/organizations/acme/oauth-clients"));
    responses.push(await call(tfe, "GET", "/organizations/acme/oauth-tokens"));
    expect(responses).toHaveLength(14);
    for (const { status, text: content } of responses) {
      expect(status).toBeLessThan(300);
      expect(content).not.toMatch(/ghp_|AAAA|CCCC|"secret"|"private-key"|"oauth-token-string"|"ssh-key"/);
    }
    expect(JSON.stringify([tfe.clients, tfe.requests])).not.toMatch(/ghp_|AAAA|CCCC|invented\.atlasv1/);
  });
});

describe("a client", () => {
  test("is returned with the members of the newest version", async () => {
    const tfe = simulateTfe({ organizations, baseUrl: "https://tfe.acme.test" });
    const relationships = { projects: identifiers(projectOne), "agent-pool": { data: { id: pool, type: "agent-pools" } } };
    const data = await create(tfe, { name: "acme github" }, relationships);
    expect(data).toEqual({
      id: text(/^oc-[A-Za-z0-9]{16}$/),
      type: "oauth-clients",
      attributes: {
        "created-at": text(instant),
        "callback-url": text(new RegExp(`^https://tfe\\.acme\\.test/auth/${uuid}/callback$`)),
        "connect-path": text(new RegExp(`^/auth/${uuid}\\?organization_id=1$`)),
        "service-provider": "github",
        "service-provider-display-name": "GitHub",
        name: "acme github",
        "http-url": "https://github.com",
        "api-url": "https://api.github.com",
        key: null,
        "rsa-public-key": null,
        "organization-scoped": true,
        "ado-org-name": null,
        "ado-entra-tenant-id": null,
      },
      relationships: {
        organization: { data: { id: "acme", type: "organizations" }, links: { related: "/api/v2/organizations/acme" } },
        projects: { data: [{ id: projectOne, type: "projects" }] },
        "oauth-tokens": {
          data: [{ id: text(/^ot-[A-Za-z0-9]{16}$/), type: "oauth-tokens" }],
          links: { related: `/api/v2/oauth-clients/${data.id}/oauth-tokens` },
        },
        "agent-pool": { data: { id: pool, type: "agent-pools" }, links: { related: `/api/v2/agent-pools/${pool}` } },
      },
    });
    const [, id] = /auth\/([^/]+)\//.exec(String(data.attributes["callback-url"])) ?? [];
    expect(data.attributes["connect-path"]).toContain(id);
    expect((await get(tfe, data.id)).data).toEqual(data);
    expect(tfe.clients).toEqual([data]);
  });

  test("contains the affected workspaces only when the query requests them", async () => {
    const tfe = simulateTfe();
    const { id } = await create(tfe);
    const affected = { "affected-workspaces": [], "affected-workspaces-count": 0 };
    const path = "/organizations/acme/oauth-clients";
    expect((await get(tfe, id, "?show_affected_workspaces=true")).data.attributes).toMatchObject(affected);
    expect((await call(tfe, "GET", `${path}?show_affected_workspaces=true`)).json.data).toMatchObject([
      { attributes: affected },
    ]);
    expect((await get(tfe, id, "?show_affected_workspaces=false")).data.attributes).not.toHaveProperty("affected-workspaces");
  });

  test("of an older installation has a related link that returns 404", async () => {
    const tfe = simulateTfe({ oldRelatedLinks: true });
    const { id, relationships } = await create(tfe);
    const related = relationships["oauth-tokens"]?.links?.related ?? "";
    expect(related).toBe(`/api/v2/oauth-tokens/${id}`);
    expect((await call(tfe, "GET", related.replace("/api/v2", ""))).status).toBe(404);
  });
});

describe("an OAuth token", () => {
  test("is returned without its value", async () => {
    const tfe = simulateTfe();
    const client = await create(tfe);
    const id = tokenIdOf(client);
    expect((await call(tfe, "GET", `/oauth-tokens/${id}`)).data).toEqual({
      id,
      type: "oauth-tokens",
      attributes: { "created-at": text(instant), "service-provider-user": null, "has-ssh-key": false },
      relationships: {
        "oauth-client": {
          data: { id: client.id, type: "oauth-clients" },
          links: { related: `/api/v2/oauth-clients/${client.id}` },
        },
      },
      links: { self: `/api/v2/oauth-tokens/${id}` },
    });
  });
});
