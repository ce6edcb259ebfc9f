import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { run } from "./program.js";

// Every test starts a program, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

const secret = "canary-4711";
let server: Server;
let environment: Record<string, string>;
let given: number;
const orders: string[] = [];

/** A token endpoint and an API, which takes the first token for revoked. */
beforeEach(async () => {
  given = 0;
  orders.length = 0;
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const respond = (status: number, value: object, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    };
    const { authorization = "" } = request.headers;
    if (request.url === "/token") {
      const right = authorization === `Basic ${btoa(`service:${secret}`)}`;
      if (!right) return respond(401, { error: "invalid_client" });
      return respond(200, { access_token: `token-${++given}`, token_type: "bearer", expires_in: 3600 });
    }
    if (authorization !== "Bearer token-2") return respond(401, {}, { "www-authenticate": 'Bearer error="invalid_token"' });
    if (request.url?.startsWith("/admin/clients")) return respond(200, [{ client_id: "a", client_name: "Nightly report" }]);
    if (request.method === "POST") return respond(201, { id: orders.push(body) });
    return respond(200, JSON.parse(orders[Number(request.url?.split("/").pop()) - 1] ?? "{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  environment = {
    ADMIN_URL: origin,
    TOKEN_URL: `${origin}/token`,
    CLIENT_ID: "service",
    CLIENT_SECRET: secret,
    API_URL: origin,
  };
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

describe.each([
  ["examples/token/ky.ts", "order 1: chair\n"],
  ["examples/token/openapi-fetch.ts", "order 1: chair\n"],
])("%s", (file, expected) => {
  test("ends with what the token endpoint says when the secret is wrong, and shows no secret", async () => {
    const { code, errors } = await run([file], { environment: { ...environment, CLIENT_SECRET: "wrong-canary" } });
    expect(code).toBe(1);
    expect(errors).toContain("invalid_client");
    expect(errors).not.toContain("canary");
  });

  test("sends the body again with a new token when the first is refused", async () => {
    const { code, output, errors } = await run([file], { environment });
    expect({ code, output, errors }).toEqual({ code: 0, output: expected, errors: "" });
    expect(orders).toEqual(['{"article":"chair"}']);
    expect(given).toBe(2);
  });
});

describe("examples/token/sdk.ts", () => {
  test("ends with what the token endpoint says when the secret is wrong, and shows no secret", async () => {
    const wrong = { ...environment, CLIENT_SECRET: "wrong-canary" };
    const { code, errors } = await run(["examples/token/sdk.ts"], { environment: wrong });
    expect(code).toBe(1);
    expect(errors).toContain("invalid_client");
    expect(errors).not.toContain("canary");
  });

  test("lists what stands behind the gateway, which refuses the first token", async () => {
    const { code, output, errors } = await run(["examples/token/sdk.ts"], { environment });
    expect({ code, output, errors }).toEqual({ code: 0, output: "Nightly report\n", errors: "" });
    expect(given).toBe(2);
  });
});

describe("examples/token/diagnostics-channel.ts", () => {
  test("tells of a wrong secret once, and of the pause", async () => {
    const { output } = await run(["examples/token/diagnostics-channel.ts"], {
      environment: { ...environment, CLIENT_SECRET: "wrong-canary" },
    });
    expect(output).toContain("invalid_client (401");
    expect(output).toContain("not asked again for 30 s");
    expect(output).toMatch(/request 1, refusal 1, breaker 1\n$/);
    expect(output).not.toContain("canary");
  });

  test("tells of one request for twenty calls", async () => {
    const { code, output } = await run(["examples/token/diagnostics-channel.ts"], { environment });
    expect(code).toBe(0);
    expect(output).toMatch(/: a token for 3600 s\nrequest 1, success 1, hit 10\n$/);
  });
});

describe("examples/token/opentelemetry.ts", () => {
  test("measures one refusal and one pause for a wrong secret, and shows no secret", async () => {
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
  test("ends with the error of the token endpoint when the secret is wrong, and shows no secret", async () => {
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
  test("ends with the error of the token endpoint when the secret is wrong, and shows no secret", async () => {
    const wrong = { ...environment, CLIENT_SECRET: "wrong-canary" };
    const { code, errors } = await run(["examples/token/mcp.ts"], { environment: wrong });
    expect(code).toBe(1);
    expect(errors).toContain("invalid_client");
    expect(errors).not.toContain("canary");
  });

  test("replaces a token that the server rejects, and sends the message once more", async () => {
    const { code, output, errors } = await run(["examples/token/mcp.ts"], { environment });
    expect({ code, output, errors }).toEqual({ code: 0, output: "201\n", errors: "" });
    expect(given).toBe(2);
    expect(orders).toEqual(['{"jsonrpc":"2.0","id":1,"method":"ping"}']);
  });
});
