import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ConnectionDropped } from "./faults.js";

/** A simulator that listens on a port of this machine. */
export interface LoopbackServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Closes every open connection and the port. */
  readonly close: () => Promise<void>;
}

/** Maximum length of the request content, in bytes. Longer content gets 413. */
export const maximumContentBytes = 1_048_576;

/**
 * Listens on 127.0.0.1. `node:http` is loaded on the first call, so that importing a simulator stays fast.
 *
 * @param port 0 selects a free port
 * @throws {Error} the port is in use (`code` is `EADDRINUSE`)
 */
export async function serve(respond: (request: Request) => Promise<Response>, port: number): Promise<LoopbackServer> {
  const { createServer } = await import("node:http");
  const server = createServer((incoming, outgoing) => {
    handleRequest(respond, incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function handleRequest(
  respond: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const disconnected = new AbortController();
  outgoing.once("close", () => disconnected.abort());
  const content = await read(incoming);
  if (!content) {
    outgoing.writeHead(413, { connection: "close" }).end();
    return;
  }
  const request = toRequest(incoming, content, disconnected.signal);
  if (!request) {
    outgoing.writeHead(400, { connection: "close" }).end();
    return;
  }
  try {
    await send(await respond(request), outgoing);
  } catch (error) {
    if (error instanceof ConnectionDropped || disconnected.signal.aborted) incoming.socket.destroy();
    else outgoing.writeHead(500, { connection: "close" }).end();
  }
}

/** Undefined when the content is too long. The rest of the content is read, so that the client can receive the error response. */
async function read(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maximumContentBytes) chunks.push(chunk);
  }
  return size <= maximumContentBytes ? new Uint8Array(Buffer.concat(chunks)) : undefined;
}

/** Undefined when the method or the target cannot be represented in a Request. */
function toRequest(incoming: IncomingMessage, content: Uint8Array<ArrayBuffer>, signal: AbortSignal): Request | undefined {
  const { method = "GET", url = "/", rawHeaders, socket } = incoming;
  try {
    const headers = new Headers();
    for (let index = 0; index < rawHeaders.length; index += 2)
      headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
    const hasContent = method !== "GET" && method !== "HEAD" && content.length > 0;
    const target = `http://127.0.0.1:${socket.localPort}${url.startsWith("/") ? url : `/${url}`}`;
    return new Request(target, { method, headers, signal, ...(hasContent ? { body: content } : {}) });
  } catch {
    return undefined;
  }
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, [...response.headers].flat());
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      await new Promise<void>((resolve, reject) => outgoing.write(chunk, (error) => (error ? reject(error) : resolve())));
    }
  } catch {
    // The header is sent already, so the connection has to be closed.
    throw new ConnectionDropped("the connection was closed");
  }
  outgoing.end();
}
