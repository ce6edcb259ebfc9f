import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Authority } from "../node/authority.js";

/** A server of the examples on a loopback port. */
export interface ExampleServer {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** A token endpoint and an API that rejects the first token. */
export interface ApiServer extends ExampleServer {
  /** The variables that the examples read. */
  readonly environment: Readonly<Record<string, string>>;
  /** Number of issued tokens. */
  readonly issued: () => number;
  /** The bodies of the created orders. */
  readonly orders: readonly string[];
}

/** Starts the token endpoint and the API. The client is `service`. */
export async function startApi(secret: string): Promise<ApiServer> {
  let issued = 0;
  const orders: string[] = [];
  const respond = async (request: IncomingMessage): Promise<readonly [number, object, object?]> => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { authorization = "" } = request.headers;
    if (request.url === "/token") {
      if (authorization !== `Basic ${btoa(`service:${secret}`)}`) return [401, { error: "invalid_client" }];
      return [200, { access_token: `token-${++issued}`, token_type: "bearer", expires_in: 3600 }];
    }
    if (authorization !== "Bearer token-2") return [401, {}, { "www-authenticate": 'Bearer error="invalid_token"' }];
    if (request.url?.startsWith("/admin/clients")) return [200, [{ client_id: "a", client_name: "Nightly report" }]];
    if (request.method === "POST") return [201, { id: orders.push(body) }];
    return [200, JSON.parse(orders[Number(request.url?.split("/").pop()) - 1] ?? "{}") as object];
  };
  const server = await listen(
    createServer((request, response) => {
      void respond(request).then(([status, value, headers]) => {
        response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
      });
    }),
    "http",
  );
  const { origin } = server;
  const environment = {
    ADMIN_URL: origin,
    TOKEN_URL: `${origin}/token`,
    CLIENT_ID: "service",
    CLIENT_SECRET: secret,
    API_URL: origin,
  };
  return { ...server, environment, issued: () => issued, orders };
}

/** Starts an authorization server that requires a client certificate of the authority. */
export async function startTlsServer(authority: Authority): Promise<ExampleServer> {
  const host = authority.issue({ name: "server", hosts: ["localhost", "127.0.0.1"] });
  let origin = "";
  const respond: RequestListener = (request, response) => {
    const { authorized } = request.socket as TLSSocket;
    const methods = { token_endpoint_auth_methods_supported: ["tls_client_auth"] };
    const bodies: Record<string, object> = {
      "/.well-known/oauth-authorization-server": { issuer: origin, token_endpoint: `${origin}/token`, ...methods },
      "/token": authorized ? { access_token: "bound", token_type: "Bearer", expires_in: 60 } : { error: "invalid_client" },
    };
    response.writeHead(request.url === "/token" && !authorized ? 401 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(bodies[request.url ?? ""]));
  };
  const options = { ...host, ca: authority.cert, requestCert: true, rejectUnauthorized: false };
  const server = await listen(createTlsServer(options, respond), "https");
  origin = server.origin;
  return server;
}

async function listen(server: Server, protocol: "http" | "https"): Promise<ExampleServer> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
