import * as msw from "msw";
import { setupServer } from "msw/node";
import { afterEach, describe, expect, test } from "vitest";
import { simulateTfe, type TfeSimulator } from "../../../src/simulators/tfe/simulator.js";
import {
  bearer,
  call,
  create,
  dataCenter,
  document,
  get,
  github,
  identifiers,
  idsOf,
  mediaType,
  type Open,
  organizations,
  patch,
  pointersOf,
  projectElsewhere,
  projectOne,
  projectTwo,
  read,
  sshKey,
  tokenIdOf,
} from "./calls.js";

const notThere = { status: 404, json: { errors: [{ status: "404", title: "not found" }] } };
const projectsOf = async (tfe: TfeSimulator, id: string) => namesOf((await get(tfe, id)).data.relationships.projects?.data);
const namesOf = (entries: unknown) => (entries as readonly { readonly id: string }[]).map((entry) => entry.id);

describe("a missing resource gets 404", () => {
  test.each([
    ["GET", "/organizations/nowhere/oauth-clients", undefined],
    ["POST", "/organizations/nowhere/oauth-clients", document(github)],
    ["GET", "/oauth-clients/oc-none", undefined],
    ["PATCH", "/oauth-clients/oc-none", document({ name: "x" })],
    ["DELETE", "/oauth-clients/oc-none", undefined],
    ["POST", "/oauth-clients/oc-none/relationships/projects", identifiers(projectOne)],
    ["DELETE", "/oauth-clients/oc-none/relationships/projects", identifiers(projectOne)],
    ["GET", "/oauth-clients/oc-none/oauth-tokens", undefined],
    ["GET", "/organizations/nowhere/oauth-tokens", undefined],
    ["GET", "/oauth-tokens/ot-none", undefined],
    ["PATCH", "/oauth-tokens/ot-none", document({}, undefined, "oauth-tokens")],
    ["DELETE", "/oauth-tokens/ot-none", undefined],
    ["GET", "/organizations/nowhere/entitlement-set", undefined],
    ["GET", "/organizations/acme/workspaces/demo", undefined],
    ["PATCH", "/oauth-clients/oc-none/relationships/projects", identifiers(projectOne)],
    ["PUT", "/oauth-clients/oc-none", document({})],
    ["POST", "/oauth-clients", document({ ...github, "organization-id": "acme" })],
  ])("%s %s", async (method, path, body) => {
    expect(await call(simulateTfe({ organizations, oldDeletePath: true }), method, path, body)).toMatchObject(notThere);
  });

  test("a deleted client, its token, and a second DELETE", async () => {
    const tfe = simulateTfe();
    const client = await create(tfe);
    const path = `/oauth-clients/${client.id}`;
    expect(await call(tfe, "DELETE", path)).toMatchObject({ status: 204, text: "" });
    expect(await call(tfe, "DELETE", path)).toMatchObject(notThere);
    expect(await call(tfe, "GET", path)).toMatchObject(notThere);
    expect(await call(tfe, "GET", `/oauth-tokens/${tokenIdOf(client)}`)).toMatchObject(notThere);
    expect([tfe.clients, tfe.inspect(client.id)]).toEqual([[], undefined]);
  });
});

describe("the delete path of 2018", () => {
  test("is unknown unless the option of the simulator enables it", async () => {
    const tfe = simulateTfe();
    const { id } = await create(tfe);
    expect(await call(tfe, "DELETE", `/organizations/acme/oauth-clients/${id}`)).toMatchObject(notThere);
    expect(tfe.clients).toHaveLength(1);
  });

  test("deletes only a client of the organization in the path", async () => {
    const tfe = simulateTfe({ organizations, oldDeletePath: true });
    const { id } = await create(tfe);
    for (const organization of ["other", "nowhere"])
      expect(await call(tfe, "DELETE", `/organizations/${organization}/oauth-clients/${id}`)).toMatchObject(notThere);
    expect(await call(tfe, "DELETE", `/organizations/acme/oauth-clients/${id}`)).toMatchObject({ status: 204, text: "" });
    expect(await call(tfe, "DELETE", `/organizations/acme/oauth-clients/${id}`)).toMatchObject(notThere);
  });
});

describe("the projects of a client", () => {
  test.each([
    ["an unknown project", identifiers(projectOne, "prj-none"), "/data/1/id"],
    ["a project of another organization", identifiers(projectElsewhere), "/data/0/id"],
    ["an empty list", identifiers(), "/data"],
    ["an identifier of another type", { data: [{ id: projectOne, type: "project" }] }, "/data/0/type"],
  ])("cannot be changed with %s: 422, and nothing is applied", async (_case, body, pointer) => {
    const tfe = simulateTfe({ organizations });
    const { id } = await create(tfe, {}, { projects: identifiers(projectTwo) });
    for (const method of ["POST", "DELETE"]) {
      const response = await call(tfe, method, `/oauth-clients/${id}/relationships/projects`, body);
      expect([response.status, ...pointersOf(response)]).toEqual([422, pointer]);
    }
    expect(await projectsOf(tfe, id)).toEqual([projectTwo]);
  });

  test("are added and removed, one or several at once, and repeated requests have no effect", async () => {
    const tfe = simulateTfe({ organizations });
    const { id } = await create(tfe, { "organization-scoped": false });
    const path = `/oauth-clients/${id}/relationships/projects`;
    for (const [method, ids, left] of [
      ["POST", [projectTwo], [projectTwo]],
      ["POST", [projectOne, projectTwo], [projectTwo, projectOne]],
      ["DELETE", [projectTwo], [projectOne]],
      ["DELETE", [projectTwo], [projectOne]],
      ["DELETE", [projectOne], []],
    ] as const) {
      expect(await call(tfe, method, path, identifiers(...ids))).toMatchObject({ status: 204, text: "" });
      expect(await projectsOf(tfe, id)).toEqual(left);
    }
  });
});

describe("OAuth tokens", () => {
  const change = (attributes?: object) => ({ data: { type: "oauth-tokens", ...(attributes && { attributes }) } });

  test("of a client are none or one", async () => {
    const tfe = simulateTfe();
    const client = await create(tfe);
    const path = `/oauth-clients/${client.id}/oauth-tokens`;
    expect(idsOf(await call(tfe, "GET", path))).toEqual([tokenIdOf(client)]);
    expect(await call(tfe, "DELETE", `/oauth-tokens/${tokenIdOf(client)}`)).toMatchObject({ status: 204, text: "" });
    expect((await call(tfe, "GET", path)).json).toEqual({ data: [] });
    expect(await call(tfe, "DELETE", `/oauth-tokens/${tokenIdOf(client)}`)).toMatchObject(notThere);
    expect((await get(tfe, client.id)).data.relationships["oauth-tokens"]?.data).toEqual([]);
  });

  test("of an organization can be filtered by provider", async () => {
    const tfe = simulateTfe({ organizations });
    const gitlab = {
      "service-provider": "gitlab_hosted",
      "http-url": "https://gitlab.com",
      "api-url": "https://gitlab.com/api/v4",
    };
    const [one, two] = [await create(tfe), await create(tfe, gitlab)];
    tfe.insert({ organization: "other", attributes: github });
    tfe.insert({ attributes: dataCenter });
    const list = async (query = "") => idsOf(await call(tfe, "GET", `/organizations/acme/oauth-tokens${query}`));
    expect(await list()).toEqual([tokenIdOf(one), tokenIdOf(two)]);
    expect(await list("?filter%5Bprovider%5D=gitlab_hosted")).toEqual([tokenIdOf(two)]);
    expect(await list("?filter[provider]=ado_server")).toEqual([]);
  });

  test("accept an SSH key, keep it when it is not sent, and lose it with null", async () => {
    const tfe = simulateTfe();
    const client = await create(tfe);
    const path = `/oauth-tokens/${tokenIdOf(client)}`;
    const hasKey = async (body: object) => (await call(tfe, "PATCH", path, body)).data.attributes["has-ssh-key"];
    expect(await hasKey(change({ "ssh-key": sshKey }))).toBe(true);
    expect(tfe.inspect(client.id)?.holds("ssh-key", sshKey)).toBe(true);
    expect(await hasKey(change())).toBe(true);
    expect(await hasKey(change({}))).toBe(true);
    expect(await hasKey(change({ "ssh-key": null }))).toBe(false);
    expect(tfe.inspect(client.id)?.has("ssh-key")).toBe(false);
  });
});

describe("clients", () => {
  test("may have the same names and URLs", async () => {
    const tfe = simulateTfe({ organizations });
    const ids = [(await create(tfe, { name: "same" })).id, (await create(tfe, { name: "same" })).id];
    tfe.insert({ organization: "other", attributes: github });
    expect(new Set(ids).size).toBe(2);
    expect(idsOf(await call(tfe, "GET", "/organizations/acme/oauth-clients"))).toEqual(ids);
  });
});

/** The requests of go-tfe 1.x, of the Terraform provider and of the terraform command. */
describe("the requests of the vendor's own clients", () => {
  const goHeaders = { "user-agent": "go-tfe", "accept-encoding": "gzip", "terraform-version": "1.11.4" };

  test("terraform init sends discovery, ping, entitlements and a missing workspace", async () => {
    const tfe = simulateTfe({ versions: { "TFP-API-Version": "2.5" } });
    const discovery = await read(
      tfe.fetch(`${tfe.urls.host}/.well-known/terraform.json`, { headers: { accept: "application/json" } }),
    );
    expect(discovery.headers.get("content-type")).toBe("application/json");
    expect(discovery.json).toEqual({ "tfe.v2": "/api/v2/", "tfe.v2.1": "/api/v2/", "tfe.v2.2": "/api/v2/" });
    const ping = await call(tfe, "GET", "/ping", undefined, goHeaders);
    expect([ping.status, ping.text, ping.headers.get("tfp-api-version")]).toEqual([204, "", "2.5"]);
    expect((await call(tfe, "GET", "/organizations/acme/entitlement-set", undefined, goHeaders)).data).toMatchObject({
      type: "entitlement-sets",
      attributes: { operations: true, "vcs-integrations": true },
    });
    expect(await call(tfe, "GET", "/organizations/acme/workspaces/demo")).toMatchObject(notThere);
    expect(tfe.requests.map(({ operationId }) => operationId)).toEqual(["discover", "ping", "getEntitlementSet", undefined]);
  });

  test("a tfe_oauth_client is applied, refreshed, updated and destroyed", async () => {
    const tfe = simulateTfe({ organizations });
    const creation =
      '{"data":{"type":"oauth-clients","attributes":{"api-url":"https://api.github.com","http-url":"https://github.com","key":"","name":"","oauth-token-string":"ghp_EXAMPLE","organization-scoped":true,"service-provider":"github"}}}';
    const created = await call(tfe, "POST", "/organizations/acme/oauth-clients", creation, goHeaders);
    expect(created).toMatchObject({
      status: 201,
      data: { attributes: { key: null, name: null, "organization-scoped": true } },
    });
    expect(created.data.attributes["created-at"]).toMatch(/Z$/);
    expect(created.data.relationships.organization?.data).toEqual({ id: "acme", type: "organizations" });
    const { id } = created.data;
    expect((await get(tfe, id)).data).toEqual(created.data);

    const update = '{"data":{"type":"oauth-clients","attributes":{"oauth-token-string":"","organization-scoped":false}}}';
    const updated = await call(tfe, "PATCH", `/oauth-clients/${id}`, update, goHeaders);
    expect(updated).toMatchObject({ status: 200, data: { attributes: { "organization-scoped": false } } });
    expect(tokenIdOf(updated.data)).toBe(tokenIdOf(created.data));
    expect(tfe.inspect(id)?.holds("oauth-token-string", "ghp_EXAMPLE")).toBe(true);

    expect((await call(tfe, "DELETE", `/oauth-clients/${id}`, undefined, goHeaders)).status).toBe(204);
    expect((await get(tfe, id)).status).toBe(404);
  });

  test("go-tfe sends a missing name as null", async () => {
    const creation =
      '{"data":{"type":"oauth-clients","attributes":{"api-url":"https://bbs.test","http-url":"https://bbs.test","name":null,"service-provider":"bitbucket_data_center"}}}';
    const response = await call(simulateTfe(), "POST", "/organizations/acme/oauth-clients", creation, goHeaders);
    expect(response).toMatchObject({ status: 201, data: { attributes: { name: null } } });
  });

  test("whole project objects are attached and detached, and included in a read", async () => {
    const tfe = simulateTfe({ organizations });
    const { id } = await create(tfe);
    const body = `{"data":[{"type":"projects","id":"${projectOne}","attributes":{"default-execution-mode":"","description":"","is-unified":false,"name":"","setting-overwrites":null},"relationships":{"default-agent-pool":{"data":null},"effective-tag-bindings":{"data":[]},"organization":{"data":null}}}]}`;
    const path = `/oauth-clients/${id}/relationships/projects`;
    expect((await call(tfe, "POST", path, body, goHeaders)).status).toBe(204);
    const response = await get(tfe, id, "?include=projects");
    expect(response.json.included).toEqual([{ id: projectOne, type: "projects" }]);
    expect((await call(tfe, "DELETE", path, body, goHeaders)).status).toBe(204);
    expect(await projectsOf(tfe, id)).toEqual([]);
  });

  test("the data source finds a client by name with a list without a query, then with pages", async () => {
    const tfe = simulateTfe();
    const ids = [await create(tfe), await create(tfe)].map(({ id }) => id);
    const first = await call(tfe, "GET", "/organizations/acme/oauth-clients", undefined, goHeaders);
    expect(idsOf(first)).toEqual(ids);
    const page = await call(tfe, "GET", "/organizations/acme/oauth-clients?page%5Bnumber%5D=1", undefined, goHeaders);
    expect(page.json.meta).toMatchObject({ pagination: { "current-page": 1, "total-pages": 1 } });
  });

  test("the documented update has data.id, token, scope and projects at once", async () => {
    const tfe = simulateTfe({ organizations });
    const { id } = await create(tfe);
    const attributes = { "oauth-token-string": "ghp_EXAMPLEONLY1111111111", "organization-scoped": false };
    const body = { data: { id, type: "oauth-clients", attributes, relationships: { projects: identifiers(projectOne) } } };
    expect((await call(tfe, "PATCH", `/oauth-clients/${id}`, body)).status).toBe(200);
    expect(await projectsOf(tfe, id)).toEqual([projectOne]);
    expect(tfe.inspect(id)?.holds("oauth-token-string", "ghp_EXAMPLEONLY1111111111")).toBe(true);
  });
});

describe("access to the simulator", () => {
  const open: { readonly close: () => unknown }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ close }) => close()));
  });

  test("the request log contains no secret", async () => {
    const tfe = simulateTfe();
    const secrets = { ...dataCenter, key: "k", secret: "hush-1", "oauth-token-string": "hush-2" };
    const { id } = await create(tfe, secrets);
    await patch(tfe, id, { secret: "hush-3", "private-key": "hush-4" });
    await call(tfe, "PATCH", "/oauth-tokens/ot-x", document({ "ssh-key": "hush-5" }, undefined, "oauth-tokens"));
    expect(tfe.requests.map(({ status }) => status)).toEqual([201, 422, 404]);
    expect(tfe.requests[0]?.headers.authorization).toBe("Bearer [redacted]");
    expect(JSON.stringify(tfe.requests)).not.toMatch(/hush|invented/);
  });

  test("faults are injected by operation", async () => {
    const tfe = simulateTfe();
    expect(() => tfe.failNext("rotate" as "ping", { status: 500 })).toThrow(/simulateTfe has no operation "rotate"/);
    tfe.dropConnection("createOAuthClientForOrganization", { when: "after" });
    await expect(create(tfe)).rejects.toThrow("fetch failed");
    expect(tfe.clients).toHaveLength(1);
    tfe.respondWithHtmlNext("listOAuthClients");
    expect((await call(tfe, "GET", "/organizations/acme/oauth-clients")).status).toBe(502);
  });

  test("msw serves the operations", async () => {
    const tfe = simulateTfe();
    const server = setupServer(...tfe.handlers(msw));
    server.listen({ onUnhandledRequest: "error" });
    open.push(server);
    const headers = { authorization: `Bearer ${bearer}` };
    expect((await fetch("https://app.terraform.io/api/v2/ping", { headers })).status).toBe(204);
    expect(tfe.requests).toHaveLength(1);
  });

  test("a listening server uses its own URL in all responses", async () => {
    const tfe = simulateTfe();
    const listening: Open = await tfe.listen();
    open.push(listening);
    const there = { fetch, urls: listening.urls };
    const created = await call(there, "POST", "/organizations/acme/oauth-clients", document(github));
    expect(created.data.attributes["callback-url"]).toMatch(new RegExp(`^${listening.url}/auth/`));
    const list = await call(there, "GET", "/organizations/acme/oauth-clients?page[size]=1");
    expect(list.json.links).toMatchObject({ self: expect.stringContaining(`${listening.url}/api/v2/`) as string });
    const { id } = created.data;
    const body = identifiers("prj-none");
    expect((await call(there, "DELETE", `/oauth-clients/${id}/relationships/projects`, body)).status).toBe(422);
    expect((await call(there, "DELETE", `/oauth-clients/${id}`, undefined, { "content-type": mediaType })).status).toBe(204);
    expect((await read(fetch(`${listening.url}/.well-known/terraform.json`))).json).toHaveProperty(["tfe.v2"], "/api/v2/");
  });
});
