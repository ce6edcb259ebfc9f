import { inspect } from "node:util";
import type { ClientAuthentication } from "../../../src/core/credentials.js";
import type { ServerResponse } from "../../../src/token/server/request.js";
import type { TokenFetch } from "../../../src/token/types.js";

export const issuer = "https://auth.example/tenant";

/** Contains characters that each encoding represents differently. */
export const secret = 's3cret/+"&<~ x';

export const token = "token-that-must-stay-secret";

export const clientAuthentication: ClientAuthentication = {
  method: "client_secret_post",
  authenticate: ({ clientId }) => ({ parameters: { client_id: clientId, client_secret: secret }, secrets: [secret] }),
};

export const endpoints = {
  tokenEndpoint: `${issuer}/token`,
  introspectionEndpoint: `${issuer}/introspect`,
  revocationEndpoint: `${issuer}/revoke`,
};

export const call = { server: endpoints, clientId: "client-1", clientAuthentication, token };

/** Authorization server metadata as a server publishes it. */
export function metadata(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    issuer,
    token_endpoint: endpoints.tokenEndpoint,
    introspection_endpoint: endpoints.introspectionEndpoint,
    revocation_endpoint: endpoints.revocationEndpoint,
    ...changes,
  };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

/** Reads a response as the code under test does. */
export async function readResponse(response: Response): Promise<ServerResponse> {
  const { status, headers } = response;
  const context = { operation: "introspect token", endpoint: "auth.example/introspect", secrets: [secret, token] };
  return { ...context, method: "client_secret_post", status, headers, text: await response.text() };
}

export interface Sent {
  readonly url: string;
  readonly init: RequestInit;
  readonly headers: Record<string, string>;
  readonly form: URLSearchParams;
}

/** A `fetch` that records its requests and returns the responses of a function. */
export function record(respond: (count: number) => Response | Promise<Response>): {
  readonly fetch: TokenFetch;
  readonly sent: Sent[];
} {
  const sent: Sent[] = [];
  const fetch: TokenFetch = async (url, init) => {
    const form = new URLSearchParams(String(init.body ?? ""));
    sent.push({ url, init, headers: init.headers as Record<string, string>, form });
    return respond(sent.length);
  };
  return { fetch, sent };
}

/** The error of a promise that rejects. Throws when the promise resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("expected a rejection");
}

/** All representations that logging a value can produce. */
export function everyView(value: unknown): string {
  return [inspect(value, { depth: 12, showHidden: true }), JSON.stringify(value), String(value)].join("\n");
}

/** The encodings of a text, none of which may be in a logged value. */
export function encodings(text: string): string[] {
  return [text, btoa(text).replace(/=+$/, ""), encodeURIComponent(text), new URLSearchParams({ "": text }).toString().slice(1)];
}
