// OVHcloud's guide "How to use service accounts to connect to OVHcloud APIs", for one of your web hosting plans:
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

/** A response of the API. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
}

/** The API and the web hosting plan of the guide. */
export interface Place {
  readonly region: OvhRegion;
  /** The API of the region, without a version. */
  readonly apiUrl: string;
  /** The name of a web hosting plan. */
  readonly webHosting: string;
}

/** The URLs of the API in the guide. */
export const apiUrls: Readonly<Record<OvhRegion, string>> = {
  eu: "https://eu.api.ovh.com",
  ca: "https://ca.api.ovh.com",
  us: "https://api.us.ovhcloud.com",
};

/** The service account of the guide. */
export const serviceAccount = {
  flow: "client_credentials",
  name: "Demo-service-account",
  description: "Demo for service account guide with webhosting",
} as const;

/** Creates the policy of the guide: every action of the product on one web hosting plan. */
export function assignRights(ovh: OvhManager, client: OvhClient, webHosting: string, region: OvhRegion): Promise<OvhPolicy> {
  return ovh.grantAccess(client, {
    // Names of policies are unique in an account.
    name: `${serviceAccount.name}-${client.id}`,
    description: serviceAccount.description,
    resources: [`urn:v1:${region}:resource:webHosting:${webHosting}`],
    actions: ["webHosting:*"],
  });
}

/** Calls the API with the token of the service account, which is sent to this origin only. */
export async function call(
  apiUrl: string,
  path: string,
  tokens: Pick<TokenSource, "get" | "invalidate">,
  signal = AbortSignal.timeout(10_000),
): Promise<ApiResponse> {
  const send = authorizedFetch(tokens, { origins: [new URL(apiUrl).origin] });
  const response = await send(`${apiUrl}${path}`, { headers: { accept: "application/json" }, redirect: "manual", signal });
  return { status: response.status, body: await response.json().catch(() => undefined) };
}

/** The missing IAM actions in the body of a 403. */
export function missingActions({ body }: ApiResponse): string[] {
  const details = body as { details?: { unauthorizedActionsByIAM?: string } } | undefined;
  return details?.details?.unauthorizedActionsByIAM?.split(",").map((action) => action.trim()) ?? [];
}

/** Runs the guide on a web hosting plan. It always deletes the service account and its policy at the end. */
export async function followGuide(ovh: OvhManager, place: Place, print: (line: string) => void): Promise<void> {
  const { apiUrl, region, webHosting } = place;
  const { client, credentials } = await ovh.create(serviceAccount);
  print(`created ${client.id}, in policies ${client.identity}`);
  let policy: OvhPolicy | undefined;
  try {
    policy = await assignRights(ovh, client, webHosting, region);
    print(`${policy.name} allows ${policy.allow.join(", ")}`);
    const tokens = createTokenSource(ovh.tokenRequest(credentials));
    const granted = await call(apiUrl, `/v1/hosting/web/${encodeURIComponent(webHosting)}`, tokens);
    print(`allowed call: ${granted.status}`);
    const refused = await call(apiUrl, "/v1/me/api/oauth2/client", tokens);
    print(`call without permission: ${refused.status}, missing ${missingActions(refused).join(", ")}`);
  } finally {
    if (policy) await ovh.deletePolicy(policy.id);
    await ovh.delete(client.id);
  }
}

const [, program, plan] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  const options = ovhOptionsFromEnv(process.env);
  const { region = "eu", apiUrl = apiUrls[region] } = options;
  if (plan === undefined) throw new Error("name a web hosting plan, such as xxxxxxx.cluster001.hosting.ovh.net");
  await followGuide(createOvhManager(options), { region, apiUrl, webHosting: plan }, console.log);
}
