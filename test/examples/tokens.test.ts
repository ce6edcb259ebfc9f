import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { run } from "./program.js";
import { type ApiServer, startApi } from "./servers.js";

// Every test starts a program, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

const secret = "canary-4711";
let api: ApiServer;
let environment: ApiServer["environment"];

beforeEach(async () => {
  api = await startApi(secret);
  environment = api.environment;
});
afterEach(() => api.close());

describe.each([
  ["examples/token/ky.ts", "order 1: chair\n"],
  ["examples/token/openapi-fetch.ts", "order 1: chair\n"],
])("%s", (file, expected) => {
  test("ends with the error of the token endpoint when the secret is wrong, and prints no secret", async () => {
    const { code, errors } = await run([file], { environment: { ...environment, CLIENT_SECRET: "wrong-canary" } });
    expect(code).toBe(1);
    expect(errors).toContain("invalid_client");
    expect(errors).not.toContain("canary");
  });

  test("sends the body again with a new token when the first is rejected", async () => {
    const { code, output, errors } = await run([file], { environment });
    expect({ code, output, errors }).toEqual({ code: 0, output: expected, errors: "" });
    expect(api.orders).toEqual(['{"article":"chair"}']);
    expect(api.issued()).toBe(2);
  });
});

describe("examples/token/sdk.ts", () => {
  test("ends with the error of the token endpoint when the secret is wrong, and prints no secret", async () => {
    const wrong = { ...environment, CLIENT_SECRET: "wrong-canary" };
    const { code, errors } = await run(["examples/token/sdk.ts"], { environment: wrong });
    expect(code).toBe(1);
    expect(errors).toContain("invalid_client");
    expect(errors).not.toContain("canary");
  });

  test("lists the clients behind a gateway that rejects the first token", async () => {
    const { code, output, errors } = await run(["examples/token/sdk.ts"], { environment });
    expect({ code, output, errors }).toEqual({ code: 0, output: "Nightly report\n", errors: "" });
    expect(api.issued()).toBe(2);
  });
});

describe("examples/token/diagnostics-channel.ts", () => {
  test("prints one error for a wrong secret, and that the circuit is open", async () => {
    const { output } = await run(["examples/token/diagnostics-channel.ts"], {
      environment: { ...environment, CLIENT_SECRET: "wrong-canary" },
    });
    expect(output).toContain("invalid_client (401");
    expect(output).toContain("not asked again for 30 s");
    expect(output).toMatch(/request 1, refusal 1, breaker 1\n$/);
    expect(output).not.toContain("canary");
  });

  test("prints one request for twenty calls", async () => {
    const { code, output } = await run(["examples/token/diagnostics-channel.ts"], { environment });
    expect(code).toBe(0);
    expect(output).toMatch(/: a token for 3600 s\nrequest 1, success 1, hit 10\n$/);
  });
});

describe("examples/token/opentelemetry.ts", () => {
  test("measures one rejected request and one open circuit for a wrong secret, and prints no secret", async () => {
    const wrong = { ...environment, CLIENT_SECRET: "wrong-canary" };
    const { code, output, errors } = await run(["examples/token/opentelemetry.ts"], { environment: wrong });
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toBe(`oauth.token.requests of service: 1
oauth.token.pauses of service: 1 (token_endpoint_error)
oauth.token.duration of service: 1 (token_endpoint_error)
`);
  });

  test("measures one request for twenty calls", async () => {
    const { code, output, errors } = await run(["examples/token/opentelemetry.ts"], { environment });
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toBe(`oauth.token.requests of service: 1
oauth.token.hits of service: 10
oauth.token.duration of service: 1
`);
  });
});

describe("examples/token/opentelemetry-calls.ts", () => {
  test("ends with the error of the token endpoint when the secret is wrong, and prints no secret", async () => {
    const wrong = { ...environment, CLIENT_SECRET: "wrong-canary" };
    const { code, errors } = await run(["examples/token/opentelemetry-calls.ts"], { environment: wrong });
    expect(code).toBe(1);
    expect(errors).not.toContain("canary");
  });

  test("measures each call of the manager", async () => {
    const { code, output, errors } = await run(["examples/token/opentelemetry-calls.ts"], { environment });
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toBe("Nightly report\nNightly report\noauth.call.duration of ory list clients: 2\n");
  });
});

describe("examples/token/mcp.ts", () => {
  test("ends with the error of the token endpoint when the secret is wrong, and prints no secret", async () => {
    const wrong = { ...environment, CLIENT_SECRET: "wrong-canary" };
    const { code, errors } = await run(["examples/token/mcp.ts"], { environment: wrong });
    expect(code).toBe(1);
    expect(errors).toContain("invalid_client");
    expect(errors).not.toContain("canary");
  });

  test("replaces a token that the server rejects, and sends the message once more", async () => {
    const { code, output, errors } = await run(["examples/token/mcp.ts"], { environment });
    expect({ code, output, errors }).toEqual({ code: 0, output: "201\n", errors: "" });
    expect(api.issued()).toBe(2);
    expect(api.orders).toEqual(['{"jsonrpc":"2.0","id":1,"method":"ping"}']);
  });
});
