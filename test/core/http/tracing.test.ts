import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { acmeHttp, json, rejection, script, status } from "../acme.js";

const channel = tracingChannel("oauth-clients.call");
const kinds = ["retry", "wait", "reconciliation"];

let events: [string, Record<string, unknown>][];
const note = (name: string) => (event: unknown) => events.push([name, { ...(event as object) }]);
const handlers = {
  start: note("start"),
  end: note("end"),
  asyncStart: note("asyncStart"),
  asyncEnd: note("asyncEnd"),
  error: note("error"),
};
const plain = kinds.map((kind) => [`oauth-clients.call.${kind}`, note(kind)] as const);

beforeEach(() => {
  events = [];
  channel.subscribe(handlers as never);
  for (const [name, handler] of plain) subscribe(name, handler);
});
afterEach(() => {
  vi.restoreAllMocks();
  channel.unsubscribe(handlers as never);
  for (const [name, handler] of plain) unsubscribe(name, handler);
});

const call = { vendor: "acme", operation: "get widget", method: "GET", path: "/widgets/{id}" };

describe("the events of a call", () => {
  test("are start and error when it fails, with the error that the caller gets", async () => {
    const fetch = script(status(404));
    const http = acmeHttp({ fetch });
    const error = await rejection(
      http({ operation: "get widget", method: "get", path: "/widgets/{id}", params: { id: "w1" } }),
    );
    expect(events.map(([name]) => name)).toEqual(["start", "end", "error", "asyncStart", "asyncEnd"]);
    expect(events.at(-1)?.[1]).toMatchObject({ ...call, error });
    expect(events.at(-1)?.[1]).not.toHaveProperty("status");
  });

  test("are start and end when it succeeds, with the status and without the result", async () => {
    const fetch = script(json({ id: "canary" }));
    const http = acmeHttp({ fetch });
    await http({ operation: "get widget", method: "get", path: "/widgets/{id}", params: { id: "canary" } });
    expect(events.map(([name]) => name)).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
    expect(events.at(-1)?.[1]).toEqual({ ...call, status: 200, result: undefined });
    expect(inspect(events, { depth: 9, showHidden: true })).not.toContain("canary");
  });

  test("have one retry event for each further request, with the reason", async () => {
    const fetch = script(status(503), status(429), json({ id: "a" }));
    const http = acmeHttp({ fetch });
    await http({ operation: "get widget", method: "get", path: "/widgets/{id}", params: { id: "w1" } });
    expect(events.filter(([name]) => name === "retry").map(([, event]) => event)).toEqual([
      { ...call, retries: 1, reason: "error_response" },
      { ...call, retries: 2, reason: "error_response" },
    ]);
  });

  test("have one wait event for a request that waits for a permit of the limits", async () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const limiter = {
      acquire: async () => {
        now += 250;
        return () => undefined;
      },
    };
    const http = acmeHttp({ fetch: script(json({ id: "a" })), limiter });
    await http({ operation: "get widget", method: "get", path: "/widgets/{id}", params: { id: "w1" } });
    expect(events.filter(([name]) => name === "wait").map(([, event]) => event)).toEqual([
      { vendor: "acme", method: "GET", waitMs: 250 },
    ]);
  });
});
