import { expect } from "vitest";
import {
  type GenesysSimulator,
  type GenesysSimulatorOptions,
  simulateGenesys,
} from "../../../src/simulators/genesys/simulator.js";

export type Json = Record<string, unknown>;
export interface ParsedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
export const operatorRole = { id: "10000000-0000-4000-8000-000000000001", name: "Operator", permissions: ["oauth:client:*"] };
export const readerRole = { id: "10000000-0000-4000-8000-000000000002", name: "Reader", permissions: ["oauth:client:view"] };
export const home = { id: "20000000-0000-4000-8000-000000000001", name: "Home" };
export const north = { id: "20000000-0000-4000-8000-000000000002", name: "North" };
export const administrator = { clientId: "30000000-0000-4000-8000-000000000001", clientSecret: "invented secret: +/%41" };

export const start = (options: GenesysSimulatorOptions = {}): GenesysSimulator =>
  simulateGenesys({
    roles: [operatorRole, readerRole],
    homeDivision: home,
    divisions: [north],
    ...options,
    administrator: { ...administrator, ...options.administrator },
  });

export async function read(pending: Promise<Response>): Promise<ParsedResponse> {
  const response = await pending;
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as Json) : {} };
}

/** The Basic header as the vendor's SDKs write it: nothing is encoded before it is joined. */
export const basic = (id: unknown, secret: unknown) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });
export const grant = { grant_type: "client_credentials" };
export const login = (
  genesys: GenesysSimulator,
  { clientId, clientSecret }: { readonly clientId: unknown; readonly clientSecret: unknown } = administrator,
  form: Record<string, string> | string[][] = grant,
  headers: Record<string, string> = {},
): Promise<ParsedResponse> =>
  read(
    genesys.fetch(`${genesys.urls.login}/oauth/token`, {
      method: "POST",
      headers: { accept: "application/json", ...basic(clientId, clientSecret), ...headers },
      body: new URLSearchParams(form),
    }),
  );
export const tokenOf = async (genesys: GenesysSimulator, credentials: Parameters<typeof login>[1] = administrator) => {
  const { status, json, text } = await login(genesys, credentials);
  if (status !== 200) throw new Error(`expected a token, got ${status}: ${text}`);
  return String(json.access_token);
};

/** Calls the API. An object becomes JSON; text goes as it is. */
export const send = (
  genesys: GenesysSimulator,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ParsedResponse> =>
  read(
    genesys.fetch(`${genesys.urls.api}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );

/** A simulator, and a function that sends requests with one token of its administrator. */
export async function open(options: GenesysSimulatorOptions = {}) {
  const genesys = start(options);
  const token = await tokenOf(genesys);
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    send(genesys, token, method, path, body, headers);
  const create = async (client: Json = {}) => {
    const { status, json, text } = await call("POST", "/oauth/clients", { ...worker, ...client });
    if (status !== 200) throw new Error(`expected a client, got ${status}: ${text}`);
    return { ...json, id: String(json.id), secret: String(json.secret) } as Json & { id: string; secret: string };
  };
  return { genesys, token, call, create };
}

export const inHome = (role: { readonly id: string }) => ({ roleId: role.id, divisionId: home.id });
export const worker = { name: "nightly-sync", authorizedGrantType: "CLIENT-CREDENTIALS", roleDivisions: [inHome(readerRole)] };
export const website = {
  name: "website",
  authorizedGrantType: "CODE",
  scope: ["users:readonly"],
  registeredRedirectUri: ["https://app.test/callback"],
};
export const problem = (code: string): Json => ({ code, contextId: expect.stringMatching(uuid) as string });
