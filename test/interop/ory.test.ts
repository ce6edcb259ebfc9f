// The vendor's own SDK sends its requests to the simulator, so the simulator is verified independently of the library.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Configuration, OAuth2Api, type OAuth2Client } from "@ory/client";
import { type OrySimulatorOptions, simulateOry } from "../../src/testing.js";

const apiKey = "ory_pat_invented-key";
const modes: readonly (readonly [string, OrySimulatorOptions, { readonly accessToken?: string }])[] = [
  ["a self-hosted Hydra", {}, {}],
  ["Ory Network", { network: { project: "vibrant-moore-abc123", apiKey } }, { accessToken: apiKey }],
];

for (const [name, options, credentials] of modes) {
  describe(`@ory/client against ${name}`, () => {
    const ory = simulateOry(options);
    let listening: Awaited<ReturnType<typeof ory.listen>>;
    let sdk: OAuth2Api;
    before(async () => {
      listening = await ory.listen();
      sdk = new OAuth2Api(new Configuration({ basePath: listening.urls.admin, ...credentials }));
    });
    after(() => listening.close());

    const create = async (client: OAuth2Client = {}) => {
      const { status, data } = await sdk.createOAuth2Client({
        oAuth2Client: { grant_types: ["client_credentials"], ...client },
      });
      assert.equal(status, 201);
      return { id: String(data.client_id), secret: String(data.client_secret), data };
    };
    const token = async (id: string, secret: string) => {
      const response = await fetch(`${listening.urls.public}/oauth2/token`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: "client_credentials", scope: "jobs.run" }),
      });
      return { status: response.status, body: (await response.json()) as { access_token?: string } };
    };
    const fails = (status: number, pending: Promise<unknown>) =>
      assert.rejects(pending, (error: { response?: { status?: number } }) => error.response?.status === status);

    test("rejects an unknown client, an existing id and invalid input", async () => {
      const { id } = await create();
      await fails(404, sdk.getOAuth2Client({ id: "missing" }));
      await fails(404, sdk.deleteOAuth2Client({ id: "missing" }));
      await fails(409, sdk.createOAuth2Client({ oAuth2Client: { client_id: id } }));
      await fails(400, sdk.createOAuth2Client({ oAuth2Client: { client_secret: "short" } }));
      await fails(500, sdk.patchOAuth2Client({ id, jsonPatch: [{ op: "test", path: "/owner", value: "" }] }));
    });

    test("creates and reads a client", async () => {
      const { id, secret, data } = await create({ client_name: "worker", scope: "jobs.run", metadata: { team: "a" } });
      assert.match(secret, /^[\w.~-]{26}$/);
      assert.equal(data.redirect_uris, null);
      const { data: read } = await sdk.getOAuth2Client({ id });
      assert.equal(read.client_name, "worker");
      assert.equal(read.client_secret, undefined);
      assert.deepEqual(read.redirect_uris, []);
      assert.deepEqual(read.metadata, { team: "a" });
    });

    test("lists several pages by the Link header, with an owner that is percent-encoded", async () => {
      const owner = "Lists & Söhne+Co";
      const ids = await Promise.all(Array.from({ length: 5 }, async () => (await create({ owner })).id));
      const seen: string[] = [];
      let pageToken: string | undefined;
      let pages = 0;
      do {
        const { data, headers } = await sdk.listOAuth2Clients({ owner, pageSize: 2, ...(pageToken ? { pageToken } : {}) });
        seen.push(...data.map((client) => String(client.client_id)));
        const next = /<([^>]+)>; rel="next"/.exec(String(headers.link))?.[1];
        pageToken =
          next === undefined ? undefined : (new URL(next, listening.urls.admin).searchParams.get("page_token") ?? undefined);
        pages += 1;
      } while (pageToken && pages < 10);
      assert.equal(pages, 3);
      assert.deepEqual(seen, ids.sort());
    });

    test("replaces, patches and sets lifespans, and the secret stays valid", async () => {
      const { id, secret } = await create({ scope: "jobs.run", owner: "first" });
      const { data: before } = await sdk.getOAuth2Client({ id });
      const { data: replaced } = await sdk.setOAuth2Client({ id, oAuth2Client: { ...before, owner: "second" } });
      assert.deepEqual([replaced.owner, replaced.scope, replaced.client_secret], ["second", "jobs.run", undefined]);
      const jsonPatch = [{ op: "replace" as const, path: "/client_name", value: "patched" }];
      assert.equal((await sdk.patchOAuth2Client({ id, jsonPatch })).data.client_name, "patched");
      const lifespans = { client_credentials_grant_access_token_lifespan: "90s" };
      const { data: timed } = await sdk.setOAuth2ClientLifespans({ id, oAuth2ClientTokenLifespans: lifespans });
      assert.equal(timed.client_credentials_grant_access_token_lifespan, "1m30s");
      assert.equal(timed.client_name, "patched");
      assert.equal((await token(id, secret)).status, 200);
    });

    test("rotates a secret, and deletes the old one", async () => {
      const { id, secret } = await create({ scope: "jobs.run" });
      const { data: rotated } = await sdk.rotateOAuth2ClientSecret({ id });
      assert.notEqual(rotated.client_secret, secret);
      assert.equal((await token(id, secret)).status, 200);
      assert.equal((await token(id, String(rotated.client_secret))).status, 200);
      assert.equal((await sdk.deleteRotatedOAuth2ClientSecrets({ id })).data.client_secret, undefined);
      assert.equal((await token(id, secret)).status, 401);
      assert.equal((await token(id, String(rotated.client_secret))).status, 200);
    });

    test("introspects a token, deletes it, and deletes it with its client", async () => {
      const { id, secret } = await create({ scope: "jobs.run" });
      const issue = async () => String((await token(id, secret)).body.access_token);
      const introspect = async (value: string) => (await sdk.introspectOAuth2Token({ token: value })).data;
      const first = await issue();
      const { active, client_id, scope, aud } = await introspect(first);
      assert.deepEqual({ active, client_id, scope, aud }, { active: true, client_id: id, scope: "jobs.run", aud: [] });
      assert.equal((await sdk.deleteOAuth2Token({ clientId: id })).status, 204);
      assert.deepEqual(await introspect(first), { active: false });
      const second = await issue();
      assert.equal((await sdk.deleteOAuth2Client({ id })).status, 204);
      assert.deepEqual(await introspect(second), { active: false });
      await fails(404, sdk.getOAuth2Client({ id }));
    });

    test("has no secret in the request log", async () => {
      const { id } = await create({ client_secret: "canary-secret" });
      await token(id, "canary-secret");
      const log = JSON.stringify(ory.requests);
      assert.ok(log.length > 1000);
      for (const secret of ["canary-secret", "invented-key", btoa(`${id}:canary-secret`)]) assert.ok(!log.includes(secret));
    });
  });
}

describe("@ory/client against Ory Network", () => {
  test("is rejected without a key, and above the rate limit", async () => {
    const ory = simulateOry({ network: { project: "vibrant-moore-abc123", apiKey, rateLimits: "developer" } });
    const listening = await ory.listen();
    try {
      const status = async (accessToken: string) => {
        const sdk = new OAuth2Api(new Configuration({ basePath: listening.url, accessToken }));
        const response = await sdk.listOAuth2Clients({}, { validateStatus: () => true });
        return response.status;
      };
      assert.equal(await status("ory_pat_wrong"), 401);
      const statuses: number[] = [];
      for (let call = 0; call < 15; call += 1) statuses.push(await status(apiKey));
      assert.ok(statuses.includes(429));
    } finally {
      await listening.close();
    }
  });
});
