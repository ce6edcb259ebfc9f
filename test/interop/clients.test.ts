// Other packages use a token source: axios and the client of the MCP TypeScript SDK.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createAuthProvider } from "../../examples/token/mcp-auth-provider.js";
import { clientSecretBasic, createTokenSource } from "../../src/token/index.js";
import { createApiClient } from "./examples/axios.js";

const sockets = new Set<Socket>();
let server: Server;
let origin: string;
let issued = 0;
let valid = (authorization: string) => authorization === `Bearer token-${issued}`;
const seen: { readonly url: string; readonly authorization: string; readonly body: string }[] = [];

async function listen(handler: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<Server> {
  const created = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    handler(request, response, body);
  });
  created.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => created.listen(0, "127.0.0.1", resolve));
  return created;
}

const originOf = (listening: Server) => `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;

function respond(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

/** The result of a JSON-RPC request of the MCP client. */
function toMcpResult(method: string, params: { readonly protocolVersion?: string }): unknown {
  if (method !== "initialize") return {};
  return {
    protocolVersion: params.protocolVersion,
    capabilities: {},
    serverInfo: { name: "orders", version: "1.0.0" },
  };
}

before(async () => {
  server = await listen((request, response, body) => {
    const { url = "", headers, method } = request;
    const { authorization = "" } = headers;
    if (url === "/token") {
      issued += 1;
      return respond(response, 200, { access_token: `token-${issued}`, token_type: "Bearer", expires_in: 3600 });
    }
    seen.push({ url, authorization, body });
    if (url === "/elsewhere") return respond(response, 302, undefined, { location: "https://attacker.example/" });
    if (!valid(authorization)) return respond(response, 401, {}, { "www-authenticate": 'Bearer error="invalid_token"' });
    if (url !== "/mcp") return respond(response, 200, { ok: true });
    if (method !== "POST") return respond(response, 405, {});
    const message = JSON.parse(body) as { id?: number; method: string; params?: object };
    if (message.id === undefined) return respond(response, 202, undefined);
    const result = toMcpResult(message.method, message.params ?? {});
    return respond(response, 200, { jsonrpc: "2.0", id: message.id, result });
  });
  origin = originOf(server);
});
beforeEach(() => {
  issued = 0;
  seen.length = 0;
  valid = (authorization) => authorization === `Bearer token-${issued}`;
});
after(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const createSource = () =>
  createTokenSource({
    tokenEndpoint: `${origin}/token`,
    clientId: "service",
    clientAuthentication: clientSecretBasic("secret"),
  });

describe("axios", () => {
  test("a request that is rejected again after the repetition fails with status 401", async () => {
    valid = () => false;
    await assert.rejects(createApiClient(origin, createSource()).get("/orders"), { status: 401 });
    assert.deepEqual(
      seen.map(({ authorization }) => authorization),
      ["Bearer token-1", "Bearer token-2"],
    );
  });

  test("a redirect is not followed, and another origin gets no token", async () => {
    const client = createApiClient(origin, createSource());
    await assert.rejects(client.get("/elsewhere"), { status: 302 });
    valid = () => true;
    await client.get(`${origin.replace("127.0.0.1", "localhost")}/orders`);
    assert.equal(seen.at(-1)?.authorization, "");
  });

  test("a rejected token is replaced, and the request is sent once more with its body", async () => {
    valid = (authorization) => authorization === "Bearer token-2";
    const client = createApiClient(origin, createSource());
    const { data } = await client.post("/orders", { article: "chair" });
    assert.deepEqual(data, { ok: true });
    assert.deepEqual(
      seen.map(({ body }) => body),
      ['{"article":"chair"}', '{"article":"chair"}'],
    );
    await client.get("/orders");
    assert.equal(issued, 2);
  });
});

describe("the client of the MCP TypeScript SDK", () => {
  test("a token that is always rejected ends with an error, and not with a loop", async () => {
    valid = () => false;
    const authProvider = createAuthProvider(createSource());
    const transport = new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), { authProvider });
    await assert.rejects(new Client({ name: "reports", version: "1.0.0" }).connect(transport));
    assert.ok(issued <= 4, `${issued} tokens`);
  });

  test("each request has the token of the source, and a rejected token is replaced", async () => {
    const authProvider = createAuthProvider(createSource());
    const transport = new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), { authProvider });
    const client = new Client({ name: "reports", version: "1.0.0" });
    await client.connect(transport);
    await client.ping();
    assert.equal(issued, 1);
    valid = (authorization) => authorization === "Bearer token-2";
    await client.ping();
    assert.equal(issued, 2);
    assert.equal(seen.at(-1)?.authorization, "Bearer token-2");
    await client.close();
  });
});
