import { NetworkError, PermissionDeniedError, ServerError, TimeoutError, UnexpectedResponseError } from "oauth-clients";
import type { OvhClientInput } from "oauth-clients/ovh";
import { describe, expect, test, vi } from "vitest";
import { rejection } from "../contract/subject.js";
import { clientBody, managerWithResponses } from "./responses.js";

const input: OvhClientInput = { flow: "client_credentials", name: "billing", description: "billing exporter" };
const made = { json: { clientId: "EU.00aa", clientSecret: "secret-canary" } };
const credentials = {
  clientId: "EU.00aa",
  clientSecret: "secret-canary",
  tokenEndpointAuthMethod: "client_secret_post",
};

describe("an error with an unknown outcome says how to find the client", () => {
  test.each([
    ["no response", new Error("cut"), NetworkError],
    ["an error of the server", { status: 502 }, ServerError],
    ["a 2xx response that is not JSON", { text: "<html>" }, UnexpectedResponseError],
    ["a 2xx response without an id", { json: { clientSecret: "secret-canary" } }, UnexpectedResponseError],
  ])("%s", async (_, response, type) => {
    const { manager, sent } = managerWithResponses([response]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ outcome: "unknown", vendor: "ovh", operation: "create client" });
    expect(sent).toHaveLength(1);
    const { message, stack } = error as Error;
    for (const mark of ["names are not unique", "list()", "client_credentials", '"billing"', "created since 20", "delete it"])
      expect(message).toContain(mark);
    expect(stack).toContain(message);
    expect(message).not.toContain("canary");
  });

  test("an exceeded deadline", async () => {
    const { manager } = managerWithResponses([{}], { fetch: () => new Promise(() => {}), timeoutMs: 30 });
    const error = await rejection(manager.create({ ...input, name: `a\n${"b".repeat(200)}` }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toMatch(/named "a b{98}…", created since/);
  });
});

describe("an error with a known outcome", () => {
  test("has the outcome not_applied after an error response, and nothing is read", async () => {
    const { manager, sent } = managerWithResponses([{ status: 403, json: { class: "Client::Forbidden", message: "no" } }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect((error as Error).message).toBe("ovh create client: no (403). The change was not applied.");
    expect(sent).toHaveLength(1);
  });

  test.each([undefined, null, ""])("has the client's id when the response has no secret (%j)", async (clientSecret) => {
    const { manager, sent } = managerWithResponses([{ json: { clientId: "EU.00aa", clientSecret } }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome: "applied", vendor: "ovh", operation: "create client" });
    expect((error as Error).message).toBe(
      "ovh create client: the response has no secret, which OVHcloud returns only once. Client EU.00aa exists. Delete it.",
    );
    expect(sent).toHaveLength(1);
  });

  test("names the client to look for after an abort of a sent request", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const { manager } = managerWithResponses([], { fetch: () => new Promise(() => {}) });
    setTimeout(() => controller.abort(reason), 20);
    const error = await rejection(manager.create(input, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", outcome: "unknown", cause: reason });
    expect(String(error)).toMatch(/Look in list\(\) for a .*, and delete it: its secret is lost/);
  });
});

describe("create returns the credentials although the read after it", () => {
  const client = {
    vendor: "ovh",
    id: "EU.00aa",
    clientId: "EU.00aa",
    name: "billing",
    description: "billing exporter",
    flow: "client_credentials",
    callbackUrls: [],
  };

  test.each([
    ["is forbidden", { status: 403, json: { class: "Client::Forbidden", message: "no" } }],
    ["does not find the client yet", { status: 404, json: { class: "Client::NotFound", message: "no" } }],
    ["returns a document that does not match the schema", { json: { flow: 7 } }],
    ["returns an HTML page", { text: "<html>" }],
    ["loses its connection repeatedly", new Error("cut")],
  ])("%s", async (_, response) => {
    const { manager } = managerWithResponses([made, response]);
    expect(await manager.create(input)).toEqual({ client, credentials });
  });

  test.each<[string, (controller: AbortController) => object]>([
    ["is aborted by the caller", (controller) => ({ signal: controller.signal })],
    ["exceeds the deadline of the call", () => ({ timeoutMs: 200 })],
  ])("%s", async (_, options) => {
    const controller = new AbortController();
    const fetch = async (_url: RequestInfo | URL, init?: RequestInit) => {
      if (init?.method === "POST") return Response.json(made.json);
      setTimeout(() => controller.abort(), 10);
      return new Promise<Response>(() => {});
    };
    const { manager } = managerWithResponses([], { fetch });
    expect(await manager.create(input, options(controller))).toEqual({ client, credentials });
  });
});

test("the read after create takes at most ten seconds, even when the call has a longer deadline", async () => {
  vi.useFakeTimers();
  try {
    const fetch = async (_url: RequestInfo | URL, init?: RequestInit) =>
      init?.method === "POST" ? Response.json(made.json) : new Promise<Response>(() => {});
    const { manager } = managerWithResponses([], { fetch, timeoutMs: 600_000 });
    const creating = manager.create(input);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await Promise.race([creating, "still looking"])).toMatchObject({ credentials });
  } finally {
    vi.useRealTimers();
  }
});

test("create writes the secret before it reads the client, and the deadline does not include the write", async () => {
  const order: string[] = [];
  const { manager, sent } = managerWithResponses([made, { json: clientBody("EU.00aa") }]);
  const secretSink = async ({ clientSecret }: { clientSecret: string }) => {
    await new Promise((resolve) => setTimeout(resolve, 120));
    order.push(`${clientSecret} after ${sent.length} request`);
  };
  const { client } = await manager.create(input, { secretSink, timeoutMs: 100 });
  expect(order).toEqual(["secret-canary after 1 request"]);
  expect(client.identity).toBe("urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa");
});

test("create returns the client as OVHcloud stores it, with its identity", async () => {
  const { manager, sent } = managerWithResponses([made, { json: clientBody("EU.00aa", { name: "billing (stored)" }) }]);
  const { client, credentials: given } = await manager.create(input);
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /v1/me/api/oauth2/client",
    "GET /v1/me/api/oauth2/client/EU.00aa",
  ]);
  expect(sent[0]?.json).toEqual({
    callbackUrls: [],
    description: "billing exporter",
    flow: "CLIENT_CREDENTIALS",
    name: "billing",
  });
  expect(given).toEqual(credentials);
  expect(client.name).toBe("billing (stored)");
  expect(client.identity).toBe("urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa");
});
