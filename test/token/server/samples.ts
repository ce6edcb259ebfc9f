import { inspect } from "node:util";
import type { ClientAuthentication } from "../../../src/core/credentials.js";
import type { ServerResponse } from "../../../src/token/server/request.js";
import type { TokenFetch } from "../../../src/token/types.js";

export const issuer = "https://auth.example/tenant";

/** With signs that each encoding spells differently. */
export const secret = 's3cret/+"&<~ x';

export const token = "token-that-nobody-may-see";

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

/** Metadata as a server states it. */
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

/** What a server said, read whole. */
export async function answered(response: Response): Promise<ServerResponse> {
  const { status, headers } = response;
  const about = { operation: "introspect token", endpoint: "auth.example/introspect", secrets: [secret, token] };
  return { ...about, method: "client_secret_post", status, headers, text: await response.text() };
}

export interface Sent {
  readonly url: string;
  readonly init: RequestInit;
  readonly headers: Record<string, string>;
  readonly form: URLSearchParams;
}

/** A `fetch` that keeps what it is given and answers from a function. */
export function record(answer: (count: number) => Response | Promise<Response>): {
  readonly fetch: TokenFetch;
  readonly sent: Sent[];
} {
  const sent: Sent[] = [];
  const fetch: TokenFetch = async (url, init) => {
    const form = new URLSearchParams(String(init.body ?? ""));
    sent.push({ url, init, headers: init.headers as Record<string, string>, form });
    return answer(sent.length);
  };
  return { fetch, sent };
}

/** What a promise rejects with. Fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("expected a rejection");
}

/** Everything that logging an error can show. */
export function everyView(value: unknown): string {
  return [inspect(value, { depth: 12, showHidden: true }), JSON.stringify(value), String(value)].join("\n");
}

/** The spellings of a text that must not be in a view of anything. */
export function spellings(text: string): string[] {
  return [text, btoa(text).replace(/=+$/, ""), encodeURIComponent(text), new URLSearchParams({ "": text }).toString().slice(1)];
}
