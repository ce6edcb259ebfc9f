import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import type { TokenRequest } from "../../src/core/credentials.js";
import { clientSecretBasic } from "../../src/token/authentication.js";
import type { TokenFetch } from "../../src/token/types.js";

/** Contains characters that each encoding represents differently. */
export const secret = 's3cret/+"&<~ x';

export const tokenEndpoint = "https://auth.example/oauth2/token";

export function sampleRequest(changes: Partial<TokenRequest> = {}): TokenRequest {
  return { tokenEndpoint, clientId: "client-1", clientAuthentication: clientSecretBasic(secret), ...changes };
}

export function grant(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { access_token: "token-1", token_type: "Bearer", expires_in: 3600, ...changes };
}

export interface Sent {
  readonly url: string;
  readonly init: RequestInit;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A `fetch` that records its requests and returns the responses of a function. */
export function record(respond: (count: number, sent: Sent) => Response | Promise<Response> = () => Response.json(grant())): {
  readonly fetch: TokenFetch;
  readonly sent: Sent[];
} {
  const sent: Sent[] = [];
  const fetch: TokenFetch = async (url, init) => {
    const request = { url, init, headers: init.headers as Record<string, string>, body: String(init.body) };
    sent.push(request);
    return respond(sent.length, request);
  };
  // `sent` is not enumerable: the result can be spread into options, which have no member of that name.
  return Object.defineProperty({ fetch, sent }, "sent", { enumerable: false });
}

/** Runs `use` with a real server on a loopback port, and ends the server with all its connections. */
export async function withServer(
  listener: RequestListener,
  use: (origin: string, received: IncomingMessage[]) => Promise<void>,
): Promise<void> {
  const received: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    received.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, received);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The error of a promise that rejects. Throws when the promise resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("expected a rejection");
}

/** All representations that printing or logging a value can produce. */
export function everyView(value: unknown): string {
  return [inspect(value, { depth: 12, showHidden: true, getters: true }), JSON.stringify(value), String(value)].join("\n");
}

/** The encodings of a text, none of which may be in a logged value. */
export function encodings(text: string): string[] {
  return [
    text,
    Buffer.from(text).toString("base64").replace(/=+$/, ""),
    Buffer.from(text).toString("base64url"),
    encodeURIComponent(text),
    new URLSearchParams({ "": text }).toString().slice(1),
    JSON.stringify(text).slice(1, -1),
  ];
}
