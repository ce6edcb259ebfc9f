import { expect } from "vitest";
import type { OrySimulator, OrySimulatorOptions } from "../../../src/simulators/ory/simulator.js";

export type Json = Record<string, unknown>;
export interface ParsedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const apiKey = "ory_pat_invented-key";
export const project = "vibrant-moore-abc123";
export const network = (rateLimits?: NonNullable<OrySimulatorOptions["network"]>["rateLimits"]): OrySimulatorOptions => ({
  network: { project, apiKey, ...(rateLimits === undefined ? {} : { rateLimits }) },
});

export async function read(pending: Promise<Response>): Promise<ParsedResponse> {
  const response = await pending;
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as Json) : {} };
}
/** Calls the admin API. An object becomes JSON; text goes as it is. */
export const admin = (ory: OrySimulator, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  read(
    ory.fetch(`${ory.urls.admin}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
export const create = async (ory: OrySimulator, client: Json = {}) => (await admin(ory, "POST", "/admin/clients", client)).json;
export const worker = {
  grant_types: ["client_credentials"],
  scope: "invoices.read invoices.write files.*",
  audience: ["https://api.acme.test"],
};
export const basic = (id: unknown, secret: unknown) => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(String(id))}:${encodeURIComponent(String(secret))}`)}`,
});
export const form = (
  ory: OrySimulator,
  path: string,
  parameters: Record<string, string> | string[][],
  headers: Record<string, string> = {},
) =>
  read(
    ory.fetch(`${path.startsWith("/admin") ? ory.urls.admin : ory.urls.public}${path}`, {
      method: "POST",
      headers,
      body: new URLSearchParams(parameters),
    }),
  );
export const grant = { grant_type: "client_credentials" };
export const token = (ory: OrySimulator, { client_id, client_secret }: Json, parameters: Record<string, string> = {}) =>
  form(ory, "/oauth2/token", { ...grant, ...parameters }, basic(client_id, client_secret));
export const introspect = (ory: OrySimulator, value: unknown, more: Record<string, string> = {}) =>
  form(ory, "/admin/oauth2/introspect", { token: String(value), ...more });

/** The error that Hydra returns for an unknown client. */
export const sentenceOfNotFound = { error: "Unable to locate the resource", error_description: "" };
/** The error that Hydra returns for a request that it cannot parse. */
export const malformed = {
  error: "The request was malformed or contained invalid parameters",
  error_description: expect.any(String) as string,
};

export const unsetLifespans = Object.fromEntries(
  [
    ...["authorization_code", "device_authorization", "refresh_token"].flatMap((name) =>
      ["access", "id", "refresh"].map((kind) => [name, kind]),
    ),
    ["client_credentials", "access"],
    ["implicit", "access"],
    ["implicit", "id"],
    ["jwt_bearer", "access"],
  ].map(([name, kind]) => [`${name}_grant_${kind}_token_lifespan`, null]),
);

export const linksOf = ({ headers }: ParsedResponse): Record<string, string> =>
  Object.fromEntries(
    [...(headers.get("link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, url, relation]) => [relation, url]),
  );
