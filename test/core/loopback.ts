import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A server on this machine. */
export interface Loopback {
  readonly url: string;
  /** `METHOD /path` of each complete request. */
  readonly hits: string[];
}

/** Handles every request after its body was received. The server is closed at the end of the test. */
export async function serve(respond: (request: IncomingMessage, response: ServerResponse) => void): Promise<Loopback> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      hits.push(`${request.method} ${request.url}`);
      respond(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits };
}

/** A URL of this machine without a server: the port was free a moment ago. */
export async function unusedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
