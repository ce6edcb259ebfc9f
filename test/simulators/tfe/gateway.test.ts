import { describe, expect, test } from "vitest";
import { simulateTfe, type TfeSimulator, type TfeSimulatorOptions } from "../../../src/simulators/tfe/simulator.js";
import { fixedNow } from "../../time.js";
import {
  bearer,
  call,
  create,
  document,
  github,
  identifiers,
  mediaType,
  organizations,
  post,
  projectOne,
  tokenIdOf,
} from "./calls.js";

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const tokens = [
  { token: "all", user: "ada" },
  { token: "all-too", user: "ada" },
  { token: "acme-only", organizations: ["acme"] },
  { token: "nothing", organizations: [] },
];

/** Every operation except discovery, on a client that exists. */
async function everyCall(tfe: TfeSimulator) {
  const client = await create(tfe);
  const [path, tokenPath] = [`/oauth-clients/${client.id}`, `/oauth-tokens/${tokenIdOf(client)}`];
  return [
    ["GET", "/organizations/acme/oauth-clients", undefined],
    ["POST", "/organizations/acme/oauth-clients", document(github)],
    ["GET", "/organizations/acme/oauth-tokens", undefined],
    ["GET", "/organizations/acme/entitlement-set", undefined],
    ["GET", path, undefined],
    ["PATCH", path, document({ name: "renamed" })],
    ["POST", `${path}/relationships/projects`, identifiers(projectOne)],
    ["DELETE", `${path}/relationships/projects`, identifiers(projectOne)],
    ["GET", `${path}/oauth-tokens`, undefined],
    ["GET", tokenPath, undefined],
    ["PATCH", tokenPath, document({ "ssh-key": null }, undefined, "oauth-tokens")],
    ["DELETE", tokenPath, undefined],
    ["DELETE", `/organizations/acme${path}`, undefined],
    ["DELETE", path, undefined],
  ] as const;
}

describe("authentication and permissions", () => {
  test.each<[string, Record<string, string>]>([
    ["no token", { authorization: "" }],
    ["an empty token", { authorization: "Bearer " }],
    ["an unknown token", as("expired")],
    ["another scheme", { authorization: "Basic all" }],
  ])("%s: 401, also for ping and unknown addresses", async (_case, headers) => {
    const tfe = simulateTfe({ tokens, organizations });
    for (const path of ["/ping", "/organizations/acme/oauth-clients", "/oauth-clients/oc-none", "/nowhere"]) {
      expect(await call(tfe, "GET", path, undefined, headers)).toMatchObject({
        status: 401,
        json: { errors: [{ status: "401", title: "unauthorized" }] },
      });
    }
  });

  test("a token is required even when any token is accepted", async () => {
    expect((await call(simulateTfe(), "GET", "/ping", undefined, { authorization: "" })).status).toBe(401);
    expect((await call(simulateTfe(), "GET", "/ping", undefined, as("any"))).status).toBe(204);
  });

  test("a token without permission gets 404", async () => {
    const tfe = simulateTfe({ tokens: [...tokens, { token: bearer }], organizations, oldDeletePath: true });
    const missing = (await call(tfe, "GET", "/oauth-clients/oc-none")).text;
    for (const [method, path, body] of await everyCall(tfe)) {
      const response = await call(tfe, method, path, body, as("nothing"));
      expect([method, path, response.status, response.text]).toEqual([method, path, 404, missing]);
    }
    expect(tfe.clients).toMatchObject([{ attributes: { name: null } }]);
    expect((await call(tfe, "GET", "/ping", undefined, as("nothing"))).status).toBe(204);
  });

  test("a token has access to its own organizations only", async () => {
    const tfe = simulateTfe({ tokens, organizations });
    const there = tfe.insert({ organization: "other", attributes: github });
    const status = async (path: string, token: string) => (await call(tfe, "GET", path, undefined, as(token))).status;
    expect(await status("/organizations/acme/oauth-clients", "acme-only")).toBe(200);
    expect(await status("/organizations/other/oauth-clients", "acme-only")).toBe(404);
    expect(await status(`/oauth-clients/${there}`, "acme-only")).toBe(404);
    expect(await status(`/oauth-clients/${there}`, "all")).toBe(200);
  });
});

describe("the media type", () => {
  test.each(["application/json", "text/plain", `${mediaType}x`])("%s on a write: 415, and nothing is applied", async (type) => {
    const tfe = simulateTfe({ organizations, oldDeletePath: true });
    for (const [method, path, body] of await everyCall(tfe)) {
      if (method === "GET") continue;
      const response = await call(tfe, method, path, body ?? "", { "content-type": type });
      expect([method, path, response.status]).toEqual([method, path, 415]);
    }
    expect(tfe.clients).toHaveLength(1);
  });

  test("is required for a DELETE without content, too", async () => {
    const tfe = simulateTfe();
    const { id } = await create(tfe);
    const url = `${tfe.urls.host}/api/v2/oauth-clients/${id}`;
    const response = await tfe.fetch(url, { method: "DELETE", headers: as(bearer) });
    expect(response.status).toBe(415);
    expect(tfe.clients).toHaveLength(1);
  });

  test("may have parameters and upper case, and is not checked for reads", async () => {
    const tfe = simulateTfe();
    const { id } = await create(tfe);
    expect((await call(tfe, "GET", `/oauth-clients/${id}`, undefined, { "content-type": "text/plain" })).status).toBe(200);
    const headers = { "content-type": "Application/Vnd.Api+JSON; charset=utf-8" };
    expect((await call(tfe, "DELETE", `/oauth-clients/${id}`, undefined, headers)).status).toBe(204);
  });
});

describe("rate limits", () => {
  const limitsOf = ({ headers }: { readonly headers: Headers }) =>
    ["limit", "remaining", "reset"].map((name) => headers.get(`x-ratelimit-${name}`));
  const still: TfeSimulatorOptions = {
    tokens,
    organizations,
    now: fixedNow(),
  };

  test("respond with the vendor's title, a status that is a string, and a fractional number of seconds", async () => {
    const tfe = simulateTfe({ ...still, now: fixedNow(0), rateLimit: { perSecond: 2 } });
    const ping = (token = "all") => call(tfe, "GET", "/ping", undefined, as(token));
    expect(limitsOf(await ping())).toEqual(["2", "1", "1.000"]);
    tfe.advanceTime(562);
    expect(limitsOf(await ping())).toEqual(["2", "0", "0.438"]);
    const response = await ping();
    expect(response).toMatchObject({ status: 429, json: { errors: [{ status: "429", title: "Too many requests" }] } });
    expect(limitsOf(response)).toEqual(["2", "0", "0.438"]);
    expect(response.headers.has("retry-after")).toBe(false);
    tfe.advanceTime(438);
    expect((await ping()).status).toBe(204);
  });

  test("count by user instead of by token, and callers without a valid token together", async () => {
    const tfe = simulateTfe({ ...still, rateLimit: { perSecond: 1 } });
    const statuses = [];
    for (const token of ["all", "all-too", "acme-only", "wrong", "wrong-too"])
      statuses.push((await call(tfe, "GET", "/ping", undefined, as(token))).status);
    expect(statuses).toEqual([204, 429, 204, 401, 429]);
  });

  test("are 30 requests per second by default, and 10 token deletions per minute", async () => {
    const tfe = simulateTfe({ ...still, now: fixedNow(0), rateLimit: {} });
    const statuses = [];
    for (let times = 0; times < 11; times += 1)
      statuses.push(await call(tfe, "DELETE", "/oauth-tokens/ot-none", undefined, as("all")));
    expect(statuses.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 404), 429]);
    expect(limitsOf(statuses.at(-1) as (typeof statuses)[number])).toEqual(["30", "0", "60.000"]);
    expect(limitsOf(await call(tfe, "GET", "/ping", undefined, as("all")))).toEqual(["30", "19", "1.000"]);
    tfe.advanceTime(60_000);
    expect((await call(tfe, "DELETE", "/oauth-tokens/ot-none", undefined, as("all"))).status).toBe(404);
  });

  test("do not apply outside of the API, and have no header fields without the option", async () => {
    const tfe = simulateTfe({ ...still, rateLimit: { perSecond: 1 } });
    for (let times = 0; times < 3; times += 1)
      expect((await tfe.fetch(`${tfe.urls.host}/.well-known/terraform.json`)).status).toBe(200);
    expect(limitsOf(await call(simulateTfe(), "GET", "/ping"))).toEqual([null, null, null]);
  });
});

describe("versions", () => {
  const names = ["tfp-api-version", "tfp-appname", "x-tfe-version", "x-tfe-current-version"];
  const versionsOf = ({ headers }: { readonly headers: Headers }) => names.map((name) => headers.get(name));

  test.each<[string, TfeSimulatorOptions, (string | null)[]]>([
    ["HCP Terraform", {}, ["2.6", "HCP Terraform", null, null]],
    [
      "Terraform Enterprise v202505-1",
      { versions: { "TFP-API-Version": "2.5", "TFP-AppName": "Terraform Enterprise", "X-TFE-Version": "v202505-1" } },
      ["2.5", "Terraform Enterprise", "v202505-1", null],
    ],
    [
      "Terraform Enterprise 2.0.1",
      { versions: { "TFP-API-Version": "2.6", "X-TFE-Current-Version": "2.0.1" } },
      ["2.6", null, null, "2.0.1"],
    ],
    ["an installation without version headers", { versions: {} }, [null, null, null, null]],
  ])("%s: the header fields of the version", async (_case, options, expected) => {
    const tfe = simulateTfe(options);
    expect(versionsOf(await call(tfe, "GET", "/ping"))).toEqual(expected);
    for (const response of [await post(tfe, github), await call(tfe, "GET", "/oauth-clients/oc-none")])
      expect(versionsOf(response)).toEqual([expected[0], null, null, null]);
  });
});
