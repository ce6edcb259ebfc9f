import type { TransportOptions } from "oauth-clients";
import { createOvhManager, type OvhOptions } from "oauth-clients/ovh";

/** One response of the recorder. `Error`: no response. */
export type RecordedResponse =
  | { readonly status?: number; readonly json?: unknown; readonly text?: string; readonly headers?: Record<string, string> }
  | Error;

/** One request as it was sent. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export const accessToken = "ready-token-canary";

/** A `fetch` that returns these responses in order, repeats the last one, and records its requests. */
export function recorder(responses: readonly RecordedResponse[]) {
  const sent: Sent[] = [];
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const text = await request.text();
    const isJson = request.headers.get("content-type")?.startsWith("application/json") === true;
    sent.push({
      method: request.method,
      url: request.url,
      path: url.pathname + decodeURIComponent(url.search),
      headers: request.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    });
    const response = responses[Math.min(sent.length, responses.length) - 1];
    if (response === undefined || response instanceof Error) throw response ?? new Error("no response");
    const { status = 200, json, text: body = json === undefined ? null : JSON.stringify(json), headers } = response;
    return new Response(body, { status, headers: { "content-type": "application/json", ...headers } });
  };
  return { fetch, sent };
}

/** A manager with an access token whose requests get these responses. */
export function managerWithResponses(
  responses: readonly RecordedResponse[],
  options: TransportOptions & Partial<OvhOptions> = {},
) {
  const { fetch, sent } = recorder(responses);
  const manager = createOvhManager({ accessToken, fetch, retry: { initialDelayMs: 1 }, ...options } as OvhOptions);
  return { manager, sent };
}

/** A client as OVHcloud returns it. */
export function clientBody(clientId: string, members: Record<string, unknown> = {}) {
  return {
    callbackUrls: [],
    clientId,
    createdAt: "2026-01-02T10:11:12.5Z",
    description: "billing exporter",
    flow: "CLIENT_CREDENTIALS",
    identity: `urn:v1:eu:identity:credential:zz99999-ovh/oauth2-${clientId}`,
    name: "billing",
    ...members,
  };
}

/** A policy as OVHcloud returns it. */
export function policyBody(id: string, members: Record<string, unknown> = {}) {
  return {
    id,
    name: "demo",
    owner: "zz99999-ovh",
    readOnly: false,
    identities: ["urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa"],
    resources: [{ urn: "urn:v1:eu:resource:webHosting:example.hosting.ovh.net" }],
    permissions: { allow: [{ action: "webHosting:*" }] },
    createdAt: "2026-01-02T10:11:12Z",
    ...members,
  };
}
