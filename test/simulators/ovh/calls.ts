import { createHash } from "node:crypto";
import { type OvhSimulator, type OvhSimulatorOptions, simulateOvh } from "../../../src/simulators/ovh/simulator.js";

export type Json = Record<string, unknown>;
export interface ParsedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export const root = "root-token";
export const account = "zz99999-ovh";
export const start = (options: OvhSimulatorOptions = {}) => simulateOvh({ accessTokens: [{ accessToken: root }], ...options });

export async function read(pending: Promise<Response>): Promise<ParsedResponse> {
  const response = await pending;
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as Json) : {} };
}
export const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
/** Calls the API, as the account itself by default. An object becomes JSON; a string is sent unchanged. */
export const api = (
  ovh: OvhSimulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = bearer(root),
) =>
  read(
    ovh.fetch(`${ovh.urls.api}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );

export const clientsPath = "/1.0/me/api/oauth2/client";
export const policiesPath = "/v2/iam/policy";
export const worker = { name: "billing", description: "billing exporter", flow: "CLIENT_CREDENTIALS" };
export const app = {
  name: "web",
  description: "web app",
  flow: "AUTHORIZATION_CODE",
  callbackUrls: ["https://app.acme.test/cb"],
};
export const create = async (ovh: OvhSimulator, client: Json = worker) =>
  (await api(ovh, "POST", clientsPath, client)).json as unknown as Credentials;

export const hosting = "xxxxxxx.cluster001.hosting.ovh.net";
export const hostingUrn = `urn:v1:eu:resource:webHosting:${hosting}`;
export const accountUrn = `urn:v1:eu:resource:account:${account}`;
export const identityOf = ({ clientId }: Pick<Credentials, "clientId">) =>
  `urn:v1:eu:identity:credential:${account}/oauth2-${clientId}`;
export const actions = (...names: string[]) => names.map((action) => ({ action }));
/** The policy of the vendor's guide, for one identity. */
export const guidePolicy = (identity: string, more: Json = {}) => ({
  name: "Demo-service-account",
  description: "Demo for service account guide with webhosting",
  identities: [identity],
  resources: [{ urn: hostingUrn }],
  permissions: { allow: actions("webHosting:*") },
  ...more,
});

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
});
export const grant = { grant_type: "client_credentials", scope: "all" };
export const form = (
  ovh: OvhSimulator,
  parameters: Record<string, string> | string[][],
  headers: Record<string, string> = {},
) => read(ovh.fetch(ovh.urls.token, { method: "POST", headers, body: new URLSearchParams(parameters) }));
export const token = async (ovh: OvhSimulator, { clientId, clientSecret }: Credentials, scope = "all") =>
  String((await form(ovh, { ...grant, scope }, basic(clientId, clientSecret))).json.access_token);

export const keys = {
  applicationKey: "app-key-0001",
  applicationSecret: "app-secret-0001",
  consumerKey: "consumer-key-0001",
};
export interface Signing {
  readonly method: string;
  readonly address: string;
  readonly body?: string | Uint8Array;
  readonly timestamp: number | string;
  readonly secret?: string;
  readonly consumerKey?: string;
}
/** The headers of a signed request, computed independently of the simulator's code. */
export function signed({ method, address, body = "", timestamp, ...other }: Signing) {
  const { secret = keys.applicationSecret, consumerKey = keys.consumerKey } = other;
  const hash = createHash("sha1").update(`${secret}+${consumerKey}+${method}+${address}+`);
  const signature = `$1$${hash.update(body).update(`+${timestamp}`).digest("hex")}`;
  return {
    "x-ovh-application": keys.applicationKey,
    "x-ovh-consumer": consumerKey,
    "x-ovh-timestamp": String(timestamp),
    "x-ovh-signature": signature,
  };
}
