import { describe, expect, test } from "vitest";
import { login, open, problem, uuid, worker } from "./calls.js";

describe("respondWithErrorNext and throttleNext", () => {
  test("use the error format of the host that receives the request", async () => {
    const { genesys, call } = await open();
    genesys.respondWithErrorNext("getOauthClients", {
      status: 503,
      code: "service.unavailable",
      message: "Later.",
      retryAfterSeconds: 7,
    });
    const response = await call("GET", "/oauth/clients");
    expect(response).toMatchObject({
      status: 503,
      json: { ...problem("service.unavailable"), message: "Later.", status: 503 },
    });
    expect(response.headers.get("retry-after")).toBe("7");
    expect(response.headers.get("inin-correlation-id")).toBe(response.json.contextId);

    genesys.respondWithErrorNext("postOauthToken", { status: 401, code: "invalid_client", message: "No." });
    const refused = await login(genesys);
    expect(refused).toMatchObject({
      status: 401,
      json: { error: "invalid_client", description: "No.", error_description: "No." },
    });
    expect(refused.headers.get("inin-correlation-id")).toMatch(uuid);
    expect(refused.json).not.toHaveProperty("contextId");
  });

  test("use a default code and message, and apply to the given number of requests", async () => {
    const { genesys, call } = await open();
    genesys.respondWithErrorNext("getOauthClients", { status: 500, times: 2 });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await call("GET", "/oauth/clients")).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  test("can apply after the operation", async () => {
    const { genesys, call } = await open();
    genesys.respondWithErrorNext("postOauthClients", { status: 504, code: "request.timeout", when: "after" });
    expect((await call("POST", "/oauth/clients", worker)).status).toBe(504);
    expect(genesys.clients).toHaveLength(1);
  });

  test("throttleNext returns 429, Retry-After, and the seconds at the end of the message", async () => {
    const { genesys, call } = await open();
    genesys.throttleNext("putOauthClient", { retryAfterSeconds: 3 });
    const response = await call("PUT", "/oauth/clients/x", worker);
    expect(response).toMatchObject({
      status: 429,
      json: { ...problem("too.many.requests.retry.after"), message: expect.stringMatching(/\[3\] seconds$/) as string },
    });
    expect(response.headers.get("retry-after")).toBe("3");
    expect(response.json).not.toHaveProperty("limit");
  });
});
