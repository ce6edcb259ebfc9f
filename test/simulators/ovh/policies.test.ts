import { describe, expect, test } from "vitest";
import {
  account,
  accountUrn,
  actions,
  api,
  bearer,
  create,
  guidePolicy,
  hosting,
  hostingUrn,
  identityOf,
  type Json,
  policiesPath,
  start,
  token,
} from "./calls.js";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const absent = { status: 404, json: { class: "Client::NotFound" } };
const rootIdentity = `urn:v1:eu:identity:account:${account}`;
const policy = (more: Json = {}) => guidePolicy(rootIdentity, more);
const list = async (ovh: ReturnType<typeof start>, query = "") => {
  const { json } = await api(ovh, "GET", `${policiesPath}${query}`);
  return (json as unknown as Json[]).map(({ name }) => name);
};

describe("policies are rejected", () => {
  test("with 409 when the name exists, on creation and on update", async () => {
    const ovh = start();
    await api(ovh, "POST", policiesPath, policy());
    const taken = { status: 409, json: { class: "Client::Conflict", message: expect.stringContaining("name") as string } };
    expect(await api(ovh, "POST", policiesPath, policy())).toMatchObject(taken);
    const { json } = await api(ovh, "POST", policiesPath, policy({ name: "other" }));
    expect(await api(ovh, "PUT", `${policiesPath}/${json.id}`, policy())).toMatchObject(taken);
    expect((await api(ovh, "PUT", `${policiesPath}/${json.id}`, policy({ name: "other" }))).status).toBe(200);
    expect(ovh.policies.map(({ name }) => name)).toEqual(["Demo-service-account", "other"]);
  });

  test.each(["GET", "PUT", "DELETE"])("with 404 when the id is unknown: %s", async (method) => {
    const body = method === "PUT" ? policy() : undefined;
    expect(await api(start(), method, `${policiesPath}/6956639e-3848-41ee-ae3c-0050568ce122`, body)).toMatchObject(absent);
  });

  test("with an invalid X-Schemas-Version", async () => {
    const ovh = start();
    const headers = (version: string) => ({ ...bearer("root-token"), "x-schemas-version": version });
    expect(await api(ovh, "GET", policiesPath, undefined, headers("latest"))).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining("X-Schemas-Version") as string },
    });
    expect((await api(ovh, "GET", policiesPath, undefined, headers("0.0"))).status).toBe(200);
  });

  test("when a service account creates, changes or deletes a policy about itself", async () => {
    const ovh = start();
    const client = await create(ovh);
    const [own, other] = [identityOf(client), identityOf(await create(ovh))];
    const all = { resources: [{ urn: accountUrn }], permissions: { allow: actions("account:*") } };
    const { json: admin } = await api(ovh, "POST", policiesPath, guidePolicy(own, { name: "admin", ...all }));
    const headers = bearer(await token(ovh, client));
    const call = (method: string, path: string, body?: Json) => api(ovh, method, policiesPath + path, body, headers);
    const refusal = (action: string) => ({
      status: 403,
      json: { details: { unauthorizedActionsByIAM: `account:apiovh:iam/policy/${action}` } },
    });
    expect(await call("POST", "", guidePolicy(own))).toMatchObject(refusal("create"));
    expect(await call("PUT", `/${admin.id}`, guidePolicy(other))).toMatchObject(refusal("edit"));
    expect(await call("DELETE", `/${admin.id}`)).toMatchObject(refusal("delete"));
    const { status, json } = await call("POST", "", guidePolicy(other));
    expect(status).toBe(200);
    expect(await call("PUT", `/${json.id}`, guidePolicy(own))).toMatchObject(refusal("edit"));
    expect((await call("DELETE", `/${json.id}`)).status).toBe(200);
    expect(ovh.policies).toMatchObject([{ name: "admin" }]);
  });
});

describe("a policy", () => {
  test("is returned with all members after its creation, without updatedAt", async () => {
    const ovh = start();
    const identity = identityOf(await create(ovh));
    const sent = guidePolicy(identity, { permissionsGroups: null });
    const { status, json } = await api(ovh, "POST", policiesPath, sent);
    expect(status).toBe(200);
    expect(json).toEqual({
      ...sent,
      id: expect.stringMatching(uuid) as string,
      owner: account,
      readOnly: false,
      permissionsGroups: [],
      conditions: null,
      expiredAt: null,
      createdAt: expect.stringMatching(/Z$/) as string,
    });
    expect((await api(ovh, "GET", `${policiesPath}/${json.id}`)).json).toEqual(json);
    expect(ovh.policies).toEqual([json]);
  });

  test("is replaced as a whole, and has updatedAt afterwards", async () => {
    const ovh = start();
    const { json: before } = await api(ovh, "POST", policiesPath, policy({ permissions: { deny: actions("*") } }));
    const { description: _, ...sent } = policy({ name: "renamed" });
    const { status, json } = await api(ovh, "PUT", `${policiesPath}/${before.id}`, sent);
    expect(status).toBe(200);
    expect(json).toEqual({ ...before, ...sent, description: null, updatedAt: expect.stringMatching(/Z$/) as string });
    expect(ovh.policies).toEqual([json]);
  });

  test("is deleted with the response null", async () => {
    const ovh = start();
    const { json } = await api(ovh, "POST", policiesPath, policy());
    expect(await api(ovh, "DELETE", `${policiesPath}/${json.id}`)).toMatchObject({ status: 200, text: "null" });
    expect(ovh.policies).toEqual([]);
  });

  test("can be updated after its client was deleted, but not created", async () => {
    const ovh = start();
    const client = await create(ovh);
    const { json } = await api(ovh, "POST", policiesPath, guidePolicy(identityOf(client)));
    await api(ovh, "DELETE", `/1.0/me/api/oauth2/client/${client.clientId}`);
    expect((await api(ovh, "PUT", `${policiesPath}/${json.id}`, guidePolicy(identityOf(client)))).status).toBe(200);
    const again = guidePolicy(identityOf(client), { name: "again" });
    expect((await api(ovh, "POST", policiesPath, again)).status).toBe(400);
  });

  test("is returned with the details of its URNs, which an update ignores with readOnlyMembers: ignore", async () => {
    const group = { urn: "urn:v1:eu:permissionsGroup:zz99999-ovh:readers", allow: ["account:apiovh:me/get"] };
    const ovh = start({ permissionsGroups: [group], readOnlyMembers: "ignore" });
    const resources = [{ urn: hostingUrn }, { urn: accountUrn }, { urn: "urn:v1:eu:resource:vps:*" }];
    const { json } = await api(ovh, "POST", policiesPath, policy({ resources, permissionsGroups: [{ urn: group.urn }] }));
    const { json: plain } = await api(ovh, "GET", `${policiesPath}/${json.id}`);
    expect(plain).toMatchObject({ resources, permissionsGroups: [{ urn: group.urn }] });
    const { json: detailed } = await api(ovh, "GET", `${policiesPath}/${json.id}?details=true`);
    expect(detailed).toMatchObject({
      resources: [{ urn: hostingUrn, resource: { name: hosting, type: "webHosting" } }, { resource: { type: "account" } }, {}],
      permissionsGroups: [
        { urn: group.urn, name: "readers", owner: account, permissions: { allow: actions("account:apiovh:me/get") } },
      ],
    });
    expect((await api(ovh, "PUT", `${policiesPath}/${json.id}`, detailed)).status).toBe(200);
    expect((await api(ovh, "GET", `${policiesPath}/${json.id}`)).json.resources).toEqual(resources);
  });
});

describe("listing policies", () => {
  test.each<[string, string, string[]]>([
    ["nothing", "", ["one", "two", "three"]],
    ["an identity", `?identity=${encodeURIComponent("urn:v1:eu:identity:user:zz99999-ovh/ann")}`, ["two"]],
    [
      "either of two identities",
      `?identity=urn:v1:eu:identity:user:zz99999-ovh%2Fann&identity=${rootIdentity}`,
      ["one", "two", "three"],
    ],
    ["the exact URN of a resource", `?resourceURN=${hostingUrn}`, ["one", "two"]],
    ["the exact name of an action", "?action=webHosting:*", ["one"]],
    ["a denied action", "?action=vps:apiovh:get", ["three"]],
    ["two filters at once", `?identity=${rootIdentity}&resourceURN=${hostingUrn}`, ["one"]],
    ["readOnly=true", "?readOnly=true", []],
    ["readOnly=false", "?readOnly=false", ["one", "two", "three"]],
  ])("filters by %s", async (_case, query, names) => {
    const ovh = start();
    const ann = {
      identities: ["urn:v1:eu:identity:user:zz99999-ovh/ann"],
      permissions: { allow: actions("webHosting:apiovh:get") },
    };
    const vps = { resources: [{ urn: "urn:v1:eu:resource:vps:*" }], permissions: { deny: actions("vps:apiovh:get") } };
    for (const more of [{ name: "one" }, { name: "two", ...ann }, { name: "three", ...vps }])
      expect((await api(ovh, "POST", policiesPath, policy(more))).status).toBe(200);
    expect(await list(ovh, query)).toEqual(names);
  });
});
