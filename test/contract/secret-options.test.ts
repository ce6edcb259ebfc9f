import { createGenesysManager, genesysOptionsFromEnv } from "oauth-clients/genesys";
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
import { createOvhManager, ovhOptionsFromEnv } from "oauth-clients/ovh";
import { createTfeManager, tfeOptionsFromEnv } from "oauth-clients/tfe";
import { clientSecretBasic, clientSecretPost, requestToken } from "oauth-clients/token";
import { describe, expect, test } from "vitest";
import { rejection } from "./subject.js";

const canary = "canary-0123456789";
// A secret that was copied with its line break, or that has another control character.
const wrong = [`${canary}\n`, `${canary}\r\n`, `\n${canary}`, `canary-01\n23456789`, `${canary}\0`, `${canary}\x7f`];

let requests = 0;
const transport = {
  fetch: async () => {
    requests++;
    return new Response(null, { status: 500 });
  },
  retry: { maxRetries: 0 },
};
const id = "00000000-0000-4000-8000-000000000000";
const url = "http://127.0.0.1:9";
const ory = () => createOryManager({ adminUrl: url, publicUrl: url, ...transport });
const ovh = () => createOvhManager({ apiUrl: url, tokenEndpoint: url, accessToken: "a-token", ...transport });
const genesys = () => createGenesysManager({ apiUrl: url, loginUrl: url, accessToken: "a-token", ...transport });
const tfe = () => createTfeManager({ address: url, organization: "acme", token: "a-token", ...transport });
const github = { serviceProvider: "github" } as const;
const key = { applicationKey: "a-key", applicationSecret: "a-secret", consumerKey: "a-consumer" };
const tokenRequest = { tokenEndpoint: url, clientId: "reports" };

/** Every option and every field that holds a secret of one line: its path in the error, and its use. */
const secrets: readonly (readonly [vendor: string, path: string, use: (secret: string) => unknown])[] = [
  ["ory", "apiKey", (apiKey) => createOryManager({ adminUrl: url, apiKey, ...transport })],
  ["ory", "apiKey", (apiKey) => createOryManager({ project: "a-project", apiKey, ...transport })],
  ["ory", "headers.x-key", (value) => createOryManager({ adminUrl: url, headers: { "x-key": value }, ...transport })],
  [
    "ory",
    "clientSecret",
    (clientSecret) => ory().create({ name: "a", grantTypes: ["client_credentials"], clientSecret } as never),
  ],
  ["ory", "clientSecret", (clientSecret) => ory().import({ id, clientSecret })],
  ["ory", "clientSecret", (clientSecret) => ory().revoke("a-token", { clientId: id, clientSecret })],
  ["ory", "clientSecret", async (clientSecret) => requestToken(await ory().tokenRequest({ clientId: id, clientSecret }))],
  ["ovh", "applicationSecret", (applicationSecret) => createOvhManager({ ...key, applicationSecret, ...transport })],
  ["ovh", "consumerKey", (consumerKey) => createOvhManager({ ...key, consumerKey, ...transport })],
  ["ovh", "applicationKey", (applicationKey) => createOvhManager({ ...key, applicationKey, ...transport })],
  ["ovh", "clientSecret", (clientSecret) => createOvhManager({ clientId: "EU.0123456789abcdef", clientSecret, ...transport })],
  ["ovh", "accessToken", (accessToken) => createOvhManager({ accessToken, ...transport })],
  ["ovh", "clientSecret", (clientSecret) => ovh().import({ id: "EU.ffffffffffffffff", clientSecret } as never)],
  [
    "ovh",
    "clientSecret",
    async (clientSecret) => requestToken(await ovh().tokenRequest({ clientId: "EU.ffffffffffffffff", clientSecret })),
  ],
  [
    "genesys",
    "clientSecret",
    (clientSecret) => createGenesysManager({ region: "mypurecloud.de", clientId: id, clientSecret, ...transport }),
  ],
  ["genesys", "accessToken", (accessToken) => createGenesysManager({ region: "mypurecloud.de", accessToken, ...transport })],
  ["genesys", "clientSecret", (clientSecret) => genesys().import({ id, clientSecret })],
  ["genesys", "clientSecret", (clientSecret) => genesys().createIntegrationCredential("a", { clientId: id, clientSecret })],
  ["genesys", "clientSecret", (clientSecret) => genesys().updateIntegrationCredential(id, { clientId: id, clientSecret })],
  [
    "genesys",
    "clientSecret",
    async (clientSecret) => requestToken(await genesys().tokenRequest({ clientId: id, clientSecret })),
  ],
  ["tfe", "token", (token) => createTfeManager({ organization: "acme", token, ...transport })],
  ["tfe", "oauthTokenString", (oauthTokenString) => tfe().create({ ...github, oauthTokenString })],
  ["tfe", "oauthTokenString", (oauthTokenString) => tfe().update("oc-1", { oauthTokenString })],
  ["token", "clientSecret", (secret) => requestToken({ ...tokenRequest, clientAuthentication: clientSecretBasic(secret) })],
  ["token", "clientSecret", (secret) => requestToken({ ...tokenRequest, clientAuthentication: clientSecretPost(secret) })],
];

describe("contract: a secret with a line break", () => {
  test.each(secrets)("%s refuses it in %s, by name and before any request", async (_, path, use) => {
    requests = 0;
    for (const secret of wrong) {
      const error = (await rejection(Promise.resolve().then(() => use(secret)))) as Error & { issues: { path: string }[] };
      expect(error, JSON.stringify(secret)).toMatchObject({ code: expect.stringMatching(/^invalid_(input|configuration)$/) });
      expect(error.issues.map((issue) => issue.path.split(".").at(-1))).toEqual([path.split(".").at(-1)]);
      expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain("canary-01");
    }
    expect(requests).toBe(0);
  });

  const environments: readonly (readonly [
    string,
    Readonly<Record<string, string>>,
    (env: Readonly<Record<string, string>>) => unknown,
  ])[] = [
    ["ORY_PROJECT_API_KEY", { ORY_ADMIN_URL: url }, (env) => createOryManager(oryOptionsFromEnv(env))],
    [
      "OVH_APPLICATION_SECRET",
      { OVH_APPLICATION_KEY: "a", OVH_CONSUMER_KEY: "a" },
      (env) => createOvhManager(ovhOptionsFromEnv(env)),
    ],
    [
      "OVH_CONSUMER_KEY",
      { OVH_APPLICATION_KEY: "a", OVH_APPLICATION_SECRET: "a" },
      (env) => createOvhManager(ovhOptionsFromEnv(env)),
    ],
    ["OVH_CLIENT_SECRET", { OVH_CLIENT_ID: "EU.0123456789abcdef" }, (env) => createOvhManager(ovhOptionsFromEnv(env))],
    ["OVH_ACCESS_TOKEN", {}, (env) => createOvhManager(ovhOptionsFromEnv(env))],
    [
      "GENESYSCLOUD_ACCESS_TOKEN",
      { GENESYSCLOUD_REGION: "eu-central-1" },
      (env) => createGenesysManager(genesysOptionsFromEnv(env)),
    ],
    [
      "GENESYSCLOUD_OAUTHCLIENT_SECRET",
      { GENESYSCLOUD_REGION: "eu-central-1", GENESYSCLOUD_OAUTHCLIENT_ID: id },
      (env) => createGenesysManager(genesysOptionsFromEnv(env)),
    ],
    ["TFE_TOKEN", { TFE_ORGANIZATION: "acme" }, (env) => createTfeManager(tfeOptionsFromEnv(env))],
  ];

  test.each(environments)("%s with a line break inside is refused", (name, env, create) => {
    expect(() => create({ ...env, [name]: "canary-01\n23456789" })).toThrow(/expected .*ASCII/);
  });
});
