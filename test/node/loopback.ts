import http, { type IncomingMessage, type RequestListener, type Server } from "node:http";
import https, { type ServerOptions } from "node:https";
import net, { type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeAll } from "vitest";

// These references are saved before the network guard of the test setup replaces Node's sockets: the tests of this folder examine Node's
// own sockets. They connect to loopback addresses only.
const nodeSockets = { http: http.request, https: https.request, ClientRequest: http.ClientRequest };

/** Restores Node's own sockets for the tests of a file. */
export function useNodeSockets(): void {
  beforeAll(() => {
    http.request = nodeSockets.http;
    https.request = nodeSockets.https;
    http.ClientRequest = nodeSockets.ClientRequest;
  });
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** The received requests, oldest first. */
  readonly received: readonly IncomingMessage[];
  /** The connections that were opened. */
  readonly sockets: readonly Socket[];
}

const servers: { readonly server: net.Server; readonly sockets: Socket[] }[] = [];

afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: net.Server, scheme: string, received: IncomingMessage[]): Promise<TestServer> {
  const sockets: Socket[] = [];
  servers.push({ server, sockets });
  server.on("connection", (socket: Socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://127.0.0.1:${port}`, port, received, sockets };
}

function recordRequests(listener: RequestListener, received: IncomingMessage[]): RequestListener {
  return (request, response) => {
    received.push(request);
    listener(request, response);
  };
}

/** Starts an HTTP server that runs until the test ends. */
export function serve(listener: RequestListener, adjust: (server: Server) => void = () => undefined): Promise<TestServer> {
  const received: IncomingMessage[] = [];
  const server = http.createServer(recordRequests(listener, received));
  adjust(server);
  return listen(server, "http", received);
}

/** Starts an HTTPS server that runs until the test ends. */
export function serveEncrypted(options: ServerOptions, listener: RequestListener): Promise<TestServer> {
  const received: IncomingMessage[] = [];
  const server = https.createServer(options, recordRequests(listener, received));
  server.on("tlsClientError", () => undefined);
  return listen(server, "https", received);
}

/** Starts a TCP server that responds with raw bytes and runs until the test ends. */
export function serveBytes(respond: (socket: Socket, count: number) => void): Promise<TestServer> {
  let count = 0;
  const server = net.createServer((socket) => {
    socket.on("data", () => {
      count += 1;
      respond(socket, count);
    });
  });
  return listen(server, "http", []);
}

/** The body of a request. */
export async function contentOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The error of a promise that rejects. Throws when the promise resolves. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<Error & { readonly cause?: { readonly code?: string } | undefined }> {
  try {
    await promise;
  } catch (error) {
    return error as Error & { readonly cause?: { readonly code?: string } };
  }
  throw new Error("expected a rejection");
}
