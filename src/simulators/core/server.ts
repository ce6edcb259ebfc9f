import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ConnectionDropped } from "./faults.js";

/** A port of this machine on which a simulator answers. */
export interface LoopbackServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Cuts every open connection and frees the port. */
  readonly close: () => Promise<void>;
}

/** Most that a request's content may measure, in bytes. More is answered with 413. */
export const mostContent = 1_048_576;

/**
 * Serves on 127.0.0.1. `node:http` is loaded on the first call, so that importing a simulator stays cheap.
 *
 * @param port 0 takes any free port
 * @throws {Error} the port is taken (`code` is `EADDRINUSE`)
 */
export async function serve(respond: (request: Request) => Promise<Response>, port: number): Promise<LoopbackServer> {
  const { createServer } = await import("node:http");
  const server = createServer((incoming, outgoing) => {
    answer(respond, incoming, outgoing).catch(() => incoming.socket.destroy());
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

async function answer(
  respond: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const left = new AbortController();
  outgoing.once("close", () => left.abort());
  const content = await read(incoming);
  if (!content) {
    outgoing.writeHead(413, { connection: "close" }).end();
    return;
  }
  const request = toRequest(incoming, content, left.signal);
  if (!request) {
    outgoing.writeHead(400, { connection: "close" }).end();
    return;
  }
  try {
    await send(await respond(request), outgoing);
  } catch (error) {
    if (error instanceof ConnectionDropped || left.signal.aborted) incoming.socket.destroy();
    else outgoing.writeHead(500, { connection: "close" }).end();
  }
}

/** Undefined when there is more than a request may have. What is too much is let go by, so that the refusal can be read. */
async function read(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= mostContent) chunks.push(chunk);
  }
  return size <= mostContent ? new Uint8Array(Buffer.concat(chunks)) : undefined;
}

/** Undefined when the request line names something that no URL or Request can hold. */
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
    // The head is out and the content broke off: so does the connection.
    throw new ConnectionDropped("the connection was cut");
  }
  outgoing.end();
}
