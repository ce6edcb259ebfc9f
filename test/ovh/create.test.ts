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

describe("the message of an unknown outcome says what to look for", () => {
  test.each([
    ["no response", new Error("cut"), NetworkError],
    ["a fault of the server", { status: 502 }, ServerError],
    ["a yes that is no JSON", { text: "<html>" }, UnexpectedResponseError],
    ["a yes without an id", { json: { clientSecret: "secret-canary" } }, UnexpectedResponseError],
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

  test("a deadline", async () => {
    const { manager } = managerWithResponses([{}], { fetch: () => new Promise(() => {}), timeoutMs: 30 });
    const error = await rejection(manager.create({ ...input, name: `a\n${"b".repeat(200)}` }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toMatch(/named "a b{98}…", created since/);
  });
});

describe("a known outcome is in the error", () => {
  test("a refusal, after which nothing is read", async () => {
    const { manager, sent } = managerWithResponses([{ status: 403, json: { class: "Client::Forbidden", message: "no" } }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect((error as Error).message).toBe("ovh create client: no (403). The change was not applied.");
    expect(sent).toHaveLength(1);
  });

  test.each([undefined, null, ""])("a client whose secret is not in the response (%j), by its id", async (clientSecret) => {
    const { manager, sent } = managerWithResponses([{ json: { clientId: "EU.00aa", clientSecret } }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome: "applied", vendor: "ovh", operation: "create client" });
    expect((error as Error).message).toBe(
      "ovh create client: the response has no secret, which OVHcloud returns only once. Client EU.00aa exists. Delete it.",
    );
    expect(sent).toHaveLength(1);
  });

  test("an abort after the request was sent, with what to look for", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const { manager } = managerWithResponses([], { fetch: () => new Promise(() => {}) });
    setTimeout(() => controller.abort(reason), 20);
    const error = await rejection(manager.create(input, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", outcome: "unknown", cause: reason });
    expect(String(error)).toMatch(/Look in list\(\) for a .*, and delete it: its secret is lost/);
  });
});

describe("credentials are handed over although the look that follows", () => {
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
    ["is refused", { status: 403, json: { class: "Client::Forbidden", message: "no" } }],
    ["finds nothing yet", { status: 404, json: { class: "Client::NotFound", message: "no" } }],
    ["cannot be read", { json: { flow: 7 } }],
    ["is responded to by a page", { text: "<html>" }],
    ["is cut again and again", new Error("cut")],
  ])("%s", async (_, response) => {
    const { manager } = managerWithResponses([made, response]);
    expect(await manager.create(input)).toEqual({ client, credentials });
  });

  test.each<[string, (controller: AbortController) => object]>([
    ["is given up by the caller", (controller) => ({ signal: controller.signal })],
    ["takes longer than the call may", () => ({ timeoutMs: 200 })],
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

test("the look that follows takes ten seconds at most, however long the call may take", async () => {
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

test("a secret is stored before the client is read, and the read fits the deadline however long storing takes", async () => {
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
