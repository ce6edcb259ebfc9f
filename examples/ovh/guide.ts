// OVHcloud's guide "How to use service accounts to connect to OVHcloud APIs", for a web hosting plan of yours:
//
//   OVH_APPLICATION_KEY=... OVH_APPLICATION_SECRET=... OVH_CONSUMER_KEY=... npx tsx examples/ovh/guide.ts <plan>
import { fileURLToPath } from "node:url";
import {
  createOvhManager,
  type OvhClient,
  type OvhManager,
  type OvhPolicy,
  type OvhRegion,
  ovhOptionsFromEnv,
} from "oauth-clients/ovh";
import { createTokenSource, type TokenSource } from "oauth-clients/token";
import { authorizedFetch } from "oauth-clients/token/fetch";

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What the guide is about. */
export interface Place {
  readonly region: OvhRegion;
  /** The API of the region, without a version. */
  readonly apiUrl: string;
  /** The name of a web hosting plan. */
  readonly webHosting: string;
}

/** Where the API is, as the guide has it. */
export const apiUrls: Readonly<Record<OvhRegion, string>> = {
  eu: "https://eu.api.ovh.com",
  ca: "https://ca.api.ovh.com",
  us: "https://api.us.ovhcloud.com",
};

/** What the guide requires: a service account. */
export const serviceAccount = {
  flow: "client_credentials",
  name: "Demo-service-account",
  description: "Demo for service account guide with webhosting",
} as const;

/** The guide's policy: everything that the product's API can do, on one web hosting plan. */
export function assignRights(ovh: OvhManager, client: OvhClient, webHosting: string, region: OvhRegion): Promise<OvhPolicy> {
  return ovh.grantAccess(client, {
    // Names of policies are unique in an account.
    name: `${serviceAccount.name}-${client.id}`,
    description: serviceAccount.description,
    resources: [`urn:v1:${region}:resource:webHosting:${webHosting}`],
    actions: ["webHosting:*"],
  });
}

/** Calls the API through a fetch that carries the service account's token, and carries it nowhere else. */
export async function call(
  apiUrl: string,
  path: string,
  tokens: Pick<TokenSource, "get" | "invalidate">,
  signal = AbortSignal.timeout(10_000),
): Promise<Answer> {
  const send = authorizedFetch(tokens, { origins: [new URL(apiUrl).origin] });
  const response = await send(`${apiUrl}${path}`, { headers: { accept: "application/json" }, redirect: "manual", signal });
  return { status: response.status, body: await response.json().catch(() => undefined) };
}

/** The IAM actions that a 403 says are missing. */
export function missingActions({ body }: Answer): string[] {
  const refusal = body as { details?: { unauthorizedActionsByIAM?: string } } | undefined;
  return refusal?.details?.unauthorizedActionsByIAM?.split(",").map((action) => action.trim()) ?? [];
}

/** The whole guide on a web hosting plan. Whatever happens, the service account and its policy are taken away again. */
export async function followGuide(ovh: OvhManager, place: Place, print: (line: string) => void): Promise<void> {
  const { apiUrl, region, webHosting } = place;
  const { client, credentials } = await ovh.create(serviceAccount);
  print(`created ${client.id}, which policies know as ${client.identity}`);
  let policy: OvhPolicy | undefined;
  try {
    policy = await assignRights(ovh, client, webHosting, region);
    print(`${policy.name} allows ${policy.allow.join(", ")}`);
    const tokens = createTokenSource(ovh.tokenRequest(credentials));
    const granted = await call(apiUrl, `/v1/hosting/web/${encodeURIComponent(webHosting)}`, tokens);
    print(`the web hosting plan: ${granted.status}`);
    const refused = await call(apiUrl, "/v1/me/api/oauth2/client", tokens);
    print(`something else: ${refused.status}, missing ${missingActions(refused).join(", ")}`);
  } finally {
    if (policy) await ovh.deletePolicy(policy.id);
    await ovh.delete(client.id);
  }
}

const [, program, plan] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  const options = ovhOptionsFromEnv(process.env);
  const { region = "eu" } = options;
  if (plan === undefined) throw new Error("name a web hosting plan, such as xxxxxxx.cluster001.hosting.ovh.net");
  await followGuide(createOvhManager(options), { region, apiUrl: apiUrls[region], webHosting: plan }, console.log);
}
