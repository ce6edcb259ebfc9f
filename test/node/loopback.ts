import http, { type IncomingMessage, type RequestListener, type Server } from "node:http";
import https, { type ServerOptions } from "node:https";
import net, { type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeAll } from "vitest";

// Taken before the watch over the network is set up: it puts its own sockets in the place of Node's, and here it is Node's sockets that
// are looked at. No test of this folder names another host than the loopback.
const own = { http: http.request, https: https.request, ClientRequest: http.ClientRequest };

/** Lets the tests of a file reach Node's own sockets. */
export function useOwnSockets(): void {
  beforeAll(() => {
    http.request = own.http;
    https.request = own.https;
    http.ClientRequest = own.ClientRequest;
  });
}

export interface SimulatorServer {
  readonly url: string;
  readonly port: number;
  /** What has arrived, oldest first. */
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

async function listen(server: net.Server, scheme: string, received: IncomingMessage[]): Promise<SimulatorServer> {
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

function recording(listener: RequestListener, received: IncomingMessage[]): RequestListener {
  return (request, response) => {
    received.push(request);
    listener(request, response);
  };
}

/** Serves until the test ends. */
export function serve(listener: RequestListener, adjust: (server: Server) => void = () => undefined): Promise<SimulatorServer> {
  const received: IncomingMessage[] = [];
  const server = http.createServer(recording(listener, received));
  adjust(server);
  return listen(server, "http", received);
}

/** Serves over TLS until the test ends. */
export function serveEncrypted(options: ServerOptions, listener: RequestListener): Promise<SimulatorServer> {
  const received: IncomingMessage[] = [];
  const server = https.createServer(options, recording(listener, received));
  server.on("tlsClientError", () => undefined);
  return listen(server, "https", received);
}

/** Responds to every request with bytes, until the test ends. */
export function serveBytes(respond: (socket: Socket, count: number) => void): Promise<SimulatorServer> {
  let count = 0;
  const server = net.createServer((socket) => {
    socket.on("data", () => {
      count += 1;
      respond(socket, count);
    });
  });
  return listen(server, "http", []);
}

/** The content of a request. */
export async function contentOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a promise rejects with. Fails when it resolves. */
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
