import { ConflictError, collect, NotFoundError, UnexpectedResponseError, ValidationError } from "oauth-clients";
import { createOvhManager } from "oauth-clients/ovh";
import { simulateOvh } from "oauth-clients/testing";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { managerWithResponses } from "./responses.js";

const account = { clientId: "EU.00aa00aa00aa00aa", clientSecret: "root-secret" };
const hosting = "urn:v1:eu:resource:webHosting:xxxxxxx.cluster001.hosting.ovh.net";
const accountUrn = "urn:v1:eu:resource:account:zz99999-ovh";
const groupUrn = (name: string) => `urn:v1:eu:permissionsGroup:ovh:${name}`;
const service = { flow: "client_credentials", name: "billing", description: "exporter" } as const;

async function setup() {
  const custom = {
    urn: "urn:v1:eu:permissionsGroup:zz99999-ovh:hosting",
    allow: ["webHosting:*"],
    deny: ["webHosting:apiovh:delete"],
  };
  const simulator = simulateOvh({ serviceAccount: account, pageSize: 2, permissionsGroups: [custom] });
  const manager = createOvhManager({ ...account, fetch: simulator.fetch, retry: { initialDelayMs: 1 } });
  const { client, credentials } = await manager.create(service);
  const { clientId, clientSecret } = credentials;
  const own = createOvhManager({ clientId, clientSecret, fetch: simulator.fetch });
  return { simulator, manager, client, own, custom };
}

describe("permissions groups", () => {
  test.each([undefined, "", "globalAdmin", groupUrn("*"), hosting])(
    "getPermissionsGroup rejects the URN %j before any request",
    async (urn) => {
      const { manager, sent } = managerWithResponses([{}]);
      const error = await rejection(manager.getPermissionsGroup(urn as string));
      expect(error).toBeInstanceOf(ValidationError);
      expect((error as ValidationError).issues[0]?.path).toBe("urn");
      expect(sent).toHaveLength(0);
    },
  );

  test("getPermissionsGroup rejects with a NotFoundError for an unknown group", async () => {
    const { manager } = await setup();
    expect(await rejection(manager.getPermissionsGroup(groupUrn("none")))).toBeInstanceOf(NotFoundError);
  });

  test("getPermissionsGroup rejects a response with another group", async () => {
    const { manager } = managerWithResponses([{ json: { urn: groupUrn("globalReadOnly"), name: "globalReadOnly" } }]);
    const error = await rejection(manager.getPermissionsGroup(groupUrn("globalAdmin")));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome: "not_applied", operation: "get permissions group" });
  });

  test("listPermissionsGroups returns the groups of OVHcloud and of the account, across pages", async () => {
    const { manager, custom, simulator } = await setup();
    const groups = await collect(manager.listPermissionsGroups());
    expect(groups.map(({ name }) => name)).toEqual([
      "globalAdmin",
      "globalReadWrite",
      "globalReadOnly",
      "controlPanelAccess",
      "hosting",
    ]);
    expect(simulator.requests.filter(({ operationId }) => operationId === "listPermissionsGroups")).toHaveLength(3);
    expect(await manager.getPermissionsGroup(custom.urn)).toEqual(groups.at(-1));
    expect(groups.at(-1)).toEqual({
      urn: custom.urn,
      name: "hosting",
      owner: "zz99999-ovh",
      description: expect.any(String),
      allow: custom.allow,
      deny: custom.deny,
      except: [],
      createdAt: expect.any(Date),
    });
    expect(groups[0]).toMatchObject({ owner: "ovh", allow: ["*"] });
  });
});

describe("resources", () => {
  test.each([
    [{ resources: ["*"] }, "resources.0"],
    [{ resourceNames: [""] }, "resourceNames.0"],
    [{ resourceTypes: [7] }, "resourceTypes.0"],
    [{ pageSize: 0 }, "pageSize"],
    [{ tags: {} }, "tags"],
  ])("listResources rejects the options %j and names %j", async (options, path) => {
    const { manager, sent } = managerWithResponses([{}]);
    const error = (await rejection(collect(manager.listResources(options as never)))) as ValidationError;
    expect(error.issues[0]?.path).toBe(path);
    expect(sent).toHaveLength(0);
  });

  test("listResources returns the account and its products, and combines the filters", async () => {
    const { manager, simulator } = await setup();
    const urns = async (options?: object) => (await collect(manager.listResources(options))).map(({ urn }) => urn);
    expect(await urns()).toEqual([accountUrn, hosting]);
    expect(await urns({ resourceTypes: ["webHosting"], resources: ["urn:v1:eu:resource:webHosting:*"] })).toEqual([hosting]);
    expect(await urns({ resourceTypes: ["account"], resourceNames: ["other"] })).toEqual([]);
    expect(simulator.requests.at(-1)?.query).toEqual({ resourceName: "other", resourceType: "account" });
    expect((await collect(manager.listResources({ resourceTypes: ["account"] })))[0]).toEqual({
      urn: accountUrn,
      name: "zz99999-ovh",
      displayName: "zz99999-ovh",
      owner: "zz99999-ovh",
      type: "account",
      tags: {},
    });
  });
});

describe("checkAuthorization", () => {
  test.each<[string, string, readonly unknown[]]>([
    ["resource", "*", ["vps:apiovh:get"]],
    ["resource", "urn:v1:eu:resource:vps:*", ["vps:apiovh:get"]],
    ["actions", hosting, []],
    ["actions.0", hosting, ["vps:*"]],
    ["actions.1", hosting, ["vps:apiovh:get", 7]],
  ])("rejects an invalid %s before any request", async (path, resource, actions) => {
    const { manager, sent } = managerWithResponses([{}]);
    const error = (await rejection(manager.checkAuthorization(resource, actions as string[]))) as ValidationError;
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(sent).toHaveLength(0);
  });

  test.each([{}, { authorizedActions: ["vps:apiovh:get"] }, { unauthorizedActions: null }])(
    "rejects the response %j, which does not contain every action",
    async (json) => {
      const { manager } = managerWithResponses([{ json }]);
      const error = await rejection(manager.checkAuthorization(hosting, ["vps:apiovh:get", "vps:apiovh:reboot"]));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error).toMatchObject({ outcome: "not_applied" });
      expect(String(error)).toContain("vps:apiovh:reboot");
    },
  );

  test("is retried like a read", async () => {
    const { manager, simulator } = await setup();
    simulator.failNext("checkAuthorization", { status: 503 });
    simulator.dropConnection("checkAuthorization", { when: "after" });
    const result = await manager.checkAuthorization(accountUrn, ["account:apiovh:me/get"]);
    expect(result).toEqual({ authorized: ["account:apiovh:me/get"], unauthorized: [] });
  });

  test("returns the permissions of a service account, before and after a grant", async () => {
    const { manager, own, client } = await setup();
    const actions = ["webHosting:apiovh:get", "account:apiovh:me/get"];
    expect(await own.checkAuthorization(hosting, actions)).toEqual({ authorized: [], unauthorized: actions });
    await manager.grantAccess(client, { resources: [hosting], actions: ["webHosting:*"] });
    expect(await own.checkAuthorization(hosting, actions)).toEqual({
      authorized: ["webHosting:apiovh:get"],
      unauthorized: ["account:apiovh:me/get"],
    });
  });
});

describe("grantAccess with permissions groups", () => {
  test.each([
    [{ resources: [hosting], permissionsGroups: [] }, "actions"],
    [{ resources: [hosting], permissionsGroups: ["a b"] }, "permissionsGroups.0"],
    [{ resources: [hosting], permissionsGroups: [hosting] }, "permissionsGroups.0"],
  ])("rejects %j and names %j", async (grant, path) => {
    const { manager, sent } = managerWithResponses([{}]);
    const error = (await rejection(manager.grantAccess({ id: "EU.00aa" }, grant))) as ValidationError;
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(sent).toHaveLength(0);
  });

  test("allows the actions of an OVHcloud group, by its name, in the region of the client", async () => {
    const { manager, own, client } = await setup();
    const grant = { resources: [accountUrn, hosting], permissionsGroups: ["globalReadOnly"] };
    const policy = await manager.grantAccess(client, grant);
    expect(policy).toMatchObject({ allow: [], permissionsGroups: [groupUrn("globalReadOnly")] });
    expect(await own.checkAuthorization(hosting, ["webHosting:apiovh:get"])).toMatchObject({ unauthorized: [] });
    expect(await own.checkAuthorization(accountUrn, ["account:apiovh:iam/policy/create"])).toMatchObject({ authorized: [] });
    expect(await manager.grantAccess(client, grant)).toEqual(policy);
  });

  test("rejects with a ConflictError when the policy has another group, unless update is true", async () => {
    const { manager, client, custom } = await setup();
    const first = await manager.grantAccess(client, { resources: [hosting], permissionsGroups: ["globalAdmin"] });
    const grant = { resources: [hosting], permissionsGroups: [custom.urn] };
    expect(await rejection(manager.grantAccess(client, grant))).toBeInstanceOf(ConflictError);
    const replaced = await manager.grantAccess(client, grant, { update: true });
    expect(replaced).toMatchObject({ id: first.id, permissionsGroups: [custom.urn] });
  });
});
