import type { TransportOptions } from "oauth-clients";
import { createTfeManager, type TfeOptions } from "oauth-clients/tfe";

/** One response of a test. `Error`: the connection fails. */
export type ScriptedResponse =
  | { readonly status?: number; readonly json?: unknown; readonly headers?: Record<string, string> }
  | Error;

/** One request as it was sent. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly json: unknown;
}

export const apiToken = "sim0canary0token.atlasv1.4Q9zR2";

/** A manager whose requests get these responses in order; the last one is repeated. */
export function withResponses(responses: readonly ScriptedResponse[], options: Partial<TfeOptions> & TransportOptions = {}) {
  const sent: Sent[] = [];
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const text = await request.text();
    sent.push({
      method: request.method,
      path: url.pathname + decodeURIComponent(url.search),
      headers: request.headers,
      json: text === "" ? undefined : JSON.parse(text),
    });
    const response = responses[Math.min(sent.length, responses.length) - 1];
    if (response === undefined || response instanceof Error) throw response ?? new Error("no response");
    const { status = 200, json, headers } = response;
    return new Response(json === undefined ? null : JSON.stringify(json), { status, headers: headers ?? {} });
  };
  const manager = createTfeManager({ token: apiToken, organization: "acme", fetch, retry: { initialDelayMs: 1 }, ...options });
  return { manager, sent };
}

/** A client as HCP Terraform returns it. */
export function clientResource(id: string, attributes: Record<string, unknown> = {}, relationships: object = {}) {
  return {
    id,
    type: "oauth-clients",
    attributes: {
      "created-at": "2026-02-03T04:05:06.789Z",
      "callback-url": "https://tfe.example.test/auth/0b9b6c5e-7a1d-4f0e-9a53-2f7f3f1c1a11/callback",
      "connect-path": "/auth/0b9b6c5e-7a1d-4f0e-9a53-2f7f3f1c1a11?organization_id=7",
      "service-provider": "github",
      "service-provider-display-name": "GitHub",
      name: "acme github",
      "http-url": "https://github.com",
      "api-url": "https://api.github.com",
      key: null,
      "rsa-public-key": null,
      "ado-org-name": null,
      "organization-scoped": true,
      ...attributes,
    },
    relationships: {
      organization: { data: { id: "acme", type: "organizations" }, links: { related: "/api/v2/organizations/acme" } },
      projects: { data: [] },
      "oauth-tokens": {
        data: [{ id: "ot-3Hn5vBc8Xz1Kq6Wd", type: "oauth-tokens" }],
        links: { related: `/api/v2/oauth-tokens/${id}` },
      },
      "agent-pool": { data: null },
      ...relationships,
    },
  };
}

/** A token as HCP Terraform returns it. */
export function tokenResource(id: string, attributes: Record<string, unknown> = {}) {
  return {
    id,
    type: "oauth-tokens",
    attributes: {
      "created-at": "2026-02-03T04:05:06.800Z",
      "service-provider-user": "acme-bot",
      "has-ssh-key": false,
      ...attributes,
    },
    relationships: {
      "oauth-client": {
        data: { id: "oc-7Qk2mZx9Lw4Tn8Rb", type: "oauth-clients" },
        links: { related: "/api/v2/oauth-clients/oc-7Qk2mZx9Lw4Tn8Rb" },
      },
    },
    links: { self: `/api/v2/oauth-tokens/${id}` },
  };
}
