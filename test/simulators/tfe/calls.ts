import type { RecordedRequest } from "../../../src/simulators/core/request-log.js";
import type { SimulatorServer } from "../../../src/simulators/core/simulator.js";
import type { TfeOperationId, TfeOrigin, TfeSimulator } from "../../../src/simulators/tfe/simulator.js";

export type Json = Record<string, unknown>;
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly attributes: Json;
  readonly relationships: Record<string, { readonly data?: unknown; readonly links?: { readonly related: string } }>;
}
export interface ParsedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
  /** The resource of the response. */
  readonly data: Resource;
}
export type Requests = readonly RecordedRequest<TfeOperationId>[];
export type Open = SimulatorServer<TfeOrigin>;

export const bearer = "invented.atlasv1.token";
export const mediaType = "application/vnd.api+json";
export const [projectOne, projectTwo, projectElsewhere] = ["prj-1111aaaa2222bbbb", "prj-3333cccc4444dddd", "prj-9999"];
export const pool = "apool-5555eeee6666ffff";
export const organizations = [
  { name: "acme", projects: [projectOne, projectTwo], agentPools: [pool] },
  { name: "other", projects: [projectElsewhere] },
];

export async function read(pending: Promise<Response>): Promise<ParsedResponse> {
  const response = await pending;
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const json = isJson ? (JSON.parse(text) as Json) : {};
  return { status: response.status, headers: response.headers, text, json, data: json.data as Resource };
}

/** Calls the API as the vendor's own clients do. An object becomes JSON; a string is sent unchanged. */
export const call = (
  tfe: Pick<TfeSimulator, "fetch" | "urls">,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ParsedResponse> =>
  read(
    tfe.fetch(`${tfe.urls.host}/api/v2${path}`, {
      method,
      headers: {
        accept: mediaType,
        authorization: `Bearer ${bearer}`,
        ...(method === "GET" ? {} : { "content-type": mediaType }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );

export const github: Json = {
  "service-provider": "github",
  "http-url": "https://github.com",
  "api-url": "https://api.github.com",
  "oauth-token-string": "ghp_EXAMPLEONLY0000000000",
};
export const dataCenter: Json = {
  "service-provider": "bitbucket_data_center",
  "http-url": "https://bb.corp.test/ctx",
  "api-url": "https://bb.corp.test",
};
export const rsaPair: Json = {
  key: "consumer-key-1",
  secret: "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
  "rsa-public-key": "\n-----BEGIN PUBLIC KEY-----\nBBBB\n-----END PUBLIC KEY-----\n",
};
export const sshKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nCCCC\n-----END OPENSSH PRIVATE KEY-----\n";

export const document = (attributes: Json, relationships?: Json, type = "oauth-clients") => ({
  data: { type, attributes, ...(relationships === undefined ? {} : { relationships }) },
});
export const identifiers = (...ids: string[]) => ({ data: ids.map((id) => ({ id, type: "projects" })) });

export const post = (tfe: TfeSimulator, attributes: Json, relationships?: Json, organization = "acme") =>
  call(tfe, "POST", `/organizations/${organization}/oauth-clients`, document(attributes, relationships));
export const create = async (tfe: TfeSimulator, attributes: Json = {}, relationships?: Json) => {
  const response = await post(tfe, { ...github, ...attributes }, relationships);
  if (response.status !== 201) throw new Error(`expected a client, got ${response.status}: ${response.text}`);
  return response.data;
};
export const patch = (tfe: TfeSimulator, id: string, attributes: Json, relationships?: Json) =>
  call(tfe, "PATCH", `/oauth-clients/${id}`, document(attributes, relationships));
export const get = (tfe: TfeSimulator, id: string, query = "") => call(tfe, "GET", `/oauth-clients/${id}${query}`);
export const idsOf = ({ json }: ParsedResponse) => (json.data as readonly Resource[]).map(({ id }) => id);
export const tokenIdOf = ({ relationships }: Resource) =>
  ((relationships["oauth-tokens"]?.data as readonly { readonly id: string }[] | undefined) ?? [])[0]?.id;
export const pointersOf = ({ json }: ParsedResponse) =>
  (json.errors as readonly { readonly source?: { readonly pointer: string } }[]).map(({ source }) => source?.pointer);
