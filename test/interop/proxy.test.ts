// Requests through a forward proxy with the packages that docs/guides/proxies-and-tls.md names. The proxy requires credentials.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { HttpsProxyAgent } from "https-proxy-agent";
import { ProxyAgent as AnyProxyAgent } from "proxy-agent";
import { ProxyAgent, fetch as undiciFetch } from "undici";
import { isOAuthClientsError } from "../../src/index.js";
import { nodeFetch } from "../../src/node/index.js";
import { createOryManager } from "../../src/ory/index.js";
import { simulateOry } from "../../src/testing.js";
import { createTokenSource } from "../../src/token/index.js";

/** Starts a proxy: tunnels (RFC 9110 section 9.3.6) and requests in absolute form (RFC 9112 section 3.2.2) to any loopback port. */
async function startProxy() {
  const sockets = new Set<Socket>();
  const forwarded: string[] = [];
  const isAllowed = ({ headers }: IncomingMessage) => headers["proxy-authorization"] === `Basic ${btoa("user:proxy-secret")}`;
  const server = createServer((incoming, response) => {
    if (!isAllowed(incoming)) return response.writeHead(407, { "proxy-authenticate": "Basic" }).end();
    forwarded.push(incoming.url ?? "");
    const { method, headers } = incoming;
    const upstream = request(incoming.url ?? "", { method, headers }, (message) => {
      message.pipe(response.writeHead(message.statusCode ?? 502, message.headers));
    });
    return incoming.pipe(upstream);
  });
  server.on("connection", (socket) => sockets.add(socket));
  server.on("connect", (incoming, client) => {
    if (!isAllowed(incoming)) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    forwarded.push(incoming.url ?? "");
    const upstream = connect(Number(incoming.url?.split(":").pop()), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    for (const socket of [upstream, client]) socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: (secret: string) => `http://user:${secret}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwarded,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a forward proxy", () => {
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let ory: Awaited<ReturnType<ReturnType<typeof simulateOry>["listen"]>>;
  const simulator = simulateOry();
  before(async () => {
    proxy = await startProxy();
    ory = await simulator.listen();
  });
  beforeEach(() => proxy.forwarded.splice(0));
  after(async () => {
    await ory.close();
    await proxy.close();
  });

  const transports: Readonly<Record<string, (url: string) => typeof globalThis.fetch>> = {
    "nodeFetch with https-proxy-agent": (url) => nodeFetch({ agent: new HttpsProxyAgent(url) }),
    "nodeFetch with proxy-agent": (url) => nodeFetch({ agent: new AnyProxyAgent({ getProxyForUrl: () => url }) }),
    "undici with ProxyAgent": (url) => {
      const dispatcher = new ProxyAgent(url);
      return ((input, init) => undiciFetch(input as string, { ...(init as object), dispatcher })) as typeof globalThis.fetch;
    },
  };

  for (const [name, transport] of Object.entries(transports)) {
    test(`${name}: nothing is created with wrong proxy credentials, which the error does not contain`, async () => {
      const manager = createOryManager({
        adminUrl: ory.urls.admin,
        fetch: transport(proxy.url("wrong")),
        retry: { maxRetries: 0 },
      });
      await assert.rejects(manager.create({ name: "a" }), (error: Error) => {
        assert.ok(isOAuthClientsError(error));
        // undici reports the response of the proxy as an aborted request.
        assert.match(error.message, name.startsWith("undici") ? /UND_ERR_ABORTED/ : /a proxy requires authentication \(407\)/);
        assert.doesNotMatch(JSON.stringify(error) + error.message, /proxy-secret|wrong/);
        return true;
      });
      assert.equal(simulator.clients.length, 0);
      assert.deepEqual(proxy.forwarded, []);
    });

    test(`${name}: a manager and a token source reach the vendor`, async () => {
      const fetch = transport(proxy.url("proxy-secret"));
      const manager = createOryManager({ adminUrl: ory.urls.admin, publicUrl: ory.urls.public, fetch });
      const { client, credentials } = await manager.create({ name: "a", grantTypes: ["client_credentials"] });
      const tokens = createTokenSource(manager.tokenRequest(credentials), { fetch });
      assert.equal((await tokens.get()).tokenType.toLowerCase(), "bearer");
      await manager.delete(client.id);
      assert.ok(proxy.forwarded.length >= 1);
    });
  }

  test("nodeFetch with proxy-agent connects directly to hosts in NO_PROXY", async () => {
    const environment = { http_proxy: proxy.url("proxy-secret"), no_proxy: "127.0.0.1" };
    Object.assign(process.env, environment);
    try {
      const fetch = nodeFetch({ agent: new AnyProxyAgent() });
      await createOryManager({ adminUrl: ory.urls.admin, fetch }).create({ name: "a" });
      assert.deepEqual(proxy.forwarded, []);
    } finally {
      for (const name of Object.keys(environment)) delete process.env[name];
    }
  });
});
