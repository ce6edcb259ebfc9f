import { createOvhManager, type OvhOptions, type OvhRegion, ovhOptionsFromEnv } from "oauth-clients/ovh";
import { type OvhSimulator, simulateOvh } from "oauth-clients/testing";
import { Complaint } from "../demo/failure.js";
import type { Place } from "../demo/performance.js";
import type { Stage } from "../demo/stage.js";
import { apiUrls } from "./guide.js";

/** Where the demonstration takes place. */
export interface Server extends Place {
  readonly options: OvhOptions;
  readonly region: OvhRegion;
  /** The API, without a version. */
  readonly apiUrl: string;
  /** The name of a web hosting plan, for the guide. */
  readonly webHosting: string | undefined;
}

const variables = [
  "OVH_APPLICATION_KEY",
  "OVH_APPLICATION_SECRET",
  "OVH_CONSUMER_KEY",
  "OVH_CLIENT_ID",
  "OVH_CLIENT_SECRET",
  "OVH_ACCESS_TOKEN",
  "OVH_ENDPOINT",
];

/** @throws {ConfigurationError} the variables do not fit together */
export async function openServer(environment: Stage["environment"]): Promise<Server> {
  if (!variables.some((name) => environment[name]?.trim())) return simulate();
  const options = ovhOptionsFromEnv(environment);
  createOvhManager(options);
  const { region } = options;
  if (region === undefined) throw new Complaint("OVH_ENDPOINT: give a region, where tokens are given elsewhere is not known");
  const webHosting = environment.OVH_WEB_HOSTING?.trim() || undefined;
  const close = async () => {};
  return { description: [`OVHcloud, region ${region}`], options, region, apiUrl: apiUrls[region], webHosting, close };
}

async function simulate(): Promise<Server> {
  const { urls, close } = await simulateOvh().listen();
  return {
    description: [
      `A simulated OVHcloud: API ${urls.api}, tokens ${new URL(urls.token).origin}`,
      "Set OVH_CLIENT_ID and OVH_CLIENT_SECRET to see the same on a real account.",
    ],
    options: connectionTo(urls),
    ...{ region: "eu", apiUrl: urls.api, webHosting: "xxxxxxx.cluster001.hosting.ovh.net", close },
  };
}

/** How to reach a simulator: with the keys that it begins with. */
export function connectionTo({ api, token }: OvhSimulator["urls"]): OvhOptions {
  const keys = { applicationKey: "application-key", applicationSecret: "application-secret", consumerKey: "consumer-key" };
  return { apiUrl: api, tokenEndpoint: token, ...keys };
}
