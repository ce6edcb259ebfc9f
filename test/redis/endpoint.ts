// A token endpoint on a loopback port that records its requests.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export interface ReceivedRequest {
  /** The time of the request, on the clock of `performance.now()`. */
  readonly at: number;
  /** The name of the process that sent the request. */
  readonly member: string;
  readonly token: string;
}

export interface Endpoint {
  readonly tokenEndpoint: string;
  readonly requests: ReceivedRequest[];
  readonly close: () => Promise<void>;
}

export interface EndpointOptions {
  readonly lifetimeSeconds?: number;
  readonly delayMs?: number;
  /** Called with each request before the response. The response waits for it. */
  readonly onRequest?: (request: ReceivedRequest, count: number) => Promise<void> | void;
}

let issued = 0;

export async function startEndpoint({
  lifetimeSeconds = 3_600,
  delayMs = 50,
  onRequest,
}: EndpointOptions = {}): Promise<Endpoint> {
  const requests: ReceivedRequest[] = [];
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const one = { at: performance.now(), member: String(request.headers["x-member"]), token: `token-${++issued}` };
    requests.push(one);
    await onRequest?.(one, requests.length);
    await wait(delayMs);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ access_token: one.token, token_type: "Bearer", expires_in: lifetimeSeconds }));
  }
  const server = createServer((request, response) => {
    request.resume();
    respond(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    tokenEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
