import { collect, NotFoundError, ResponseError, ValidationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { apiToken, tokenResource, withResponses } from "./responses.js";

const id = "ot-3Hn5vBc8Xz1Kq6Wd";
const gone = { status: 404, json: { errors: [{ status: "404", title: "not found" }] } };

describe("invalid ids", () => {
  test.each([
    ["the value of a token instead of its id", "glpat-canary"],
    ["an empty id", ""],
    ["an id with path segments", "../users"],
    ["a dot segment as id", ".."],
  ])("%s is rejected before any request", async (_, bad) => {
    const { manager, sent } = withResponses([{}]);
    const calls = [manager.getOAuthToken(bad), manager.updateOAuthToken(bad, { sshKey: null }), manager.deleteOAuthToken(bad)];
    for (const error of await Promise.all(calls.map(rejection))) {
      expect(error).toBeInstanceOf(ValidationError);
      expect(String(error)).not.toContain("canary");
    }
    expect(sent).toHaveLength(0);
  });
});

describe("error responses", () => {
  test.each(["updateOAuthToken", "getOAuthToken", "deleteOAuthToken"] as const)(
    "of %s with status 404 say that the token is missing or not permitted",
    async (name) => {
      const { manager } = withResponses([gone]);
      const error = await rejection(
        name === "updateOAuthToken" ? manager.updateOAuthToken(id, { sshKey: null }) : manager[name](id),
      );
      expect(error).toBeInstanceOf(NotFoundError);
      expect(String(error)).toContain("not found or not permitted");
    },
  );

  test("never expose the SSH key or the API token", async () => {
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary0line\n-----END OPENSSH PRIVATE KEY-----\n";
    const detail = `Ssh key is invalid: ${key} canary0line ${apiToken}`;
    const { manager } = withResponses([{ status: 422, json: { errors: [{ status: 422, title: "invalid", detail }] } }]);
    const error = await rejection(manager.updateOAuthToken(id, { sshKey: key }));
    expect(error).toBeInstanceOf(ResponseError);
    expect(String(error)).toContain("Ssh key is invalid");
    expect(String(error)).not.toMatch(/canary/);
  });
});

test("deleteOAuthToken resolves when an earlier attempt deleted the token", async () => {
  const { manager, sent } = withResponses([new Error("cut"), gone]);
  await manager.deleteOAuthToken(id);
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(2).fill(`DELETE /api/v2/oauth-tokens/${id}`));
});

describe("listOAuthTokens", () => {
  const page = (number: number, next: number | null) => ({
    json: {
      data: [tokenResource(`ot-${number}`)],
      links: { next: "https://elsewhere.test/api/v2/oauth-tokens" },
      meta: { pagination: { "current-page": number, "next-page": next } },
    },
  });

  test("reads pages by number and ignores their links", async () => {
    const { manager, sent } = withResponses([page(1, 2), page(2, 3), page(3, null)]);
    const tokens = await collect(manager.listOAuthTokens({ pageSize: 1 }));
    expect(tokens.map((token) => token.id)).toEqual(["ot-1", "ot-2", "ot-3"]);
    expect(sent.map(({ path }) => path)).toEqual(
      [1, 2, 3].map((number) => `/api/v2/organizations/acme/oauth-tokens?page[number]=${number}&page[size]=1`),
    );
  });

  test("requests the tokens of one service provider", async () => {
    const { manager, sent } = withResponses([{ json: { data: [] } }]);
    expect(await collect(manager.listOAuthTokens({ serviceProvider: "github" }))).toEqual([]);
    expect(sent[0]?.path).toBe("/api/v2/organizations/acme/oauth-tokens?page[number]=1&page[size]=100&filter[provider]=github");
  });

  test("requests the tokens of one client, and a page without meta is complete", async () => {
    const { manager, sent } = withResponses([{ json: { data: [tokenResource(id)] } }]);
    expect(await collect(manager.listOAuthTokens({ oauthClientId: "oc-7Qk2mZx9Lw4Tn8Rb" }))).toHaveLength(1);
    expect(sent.map(({ path }) => path)).toEqual([
      "/api/v2/oauth-clients/oc-7Qk2mZx9Lw4Tn8Rb/oauth-tokens?page[number]=1&page[size]=100",
    ]);
  });
});

describe("an OAuth token", () => {
  test("is read", async () => {
    const { manager, sent } = withResponses([{ json: { data: tokenResource(id) } }]);
    expect(await manager.getOAuthToken(id)).toMatchObject({ id, hasSshKey: false, serviceProviderUser: "acme-bot" });
    expect(sent[0]).toMatchObject({ method: "GET", path: `/api/v2/oauth-tokens/${id}` });
  });

  test.each(["-----BEGIN KEY-----", null])("gets or loses its SSH key: %s", async (key) => {
    const { manager, sent } = withResponses([{ json: { data: tokenResource(id, { "has-ssh-key": key !== null }) } }]);
    expect((await manager.updateOAuthToken(id, { sshKey: key })).hasSshKey).toBe(key !== null);
    expect(sent[0]).toMatchObject({
      method: "PATCH",
      path: `/api/v2/oauth-tokens/${id}`,
      json: { data: { id, type: "oauth-tokens", attributes: { "ssh-key": key } } },
    });
  });

  test("is deleted by a request with a content type and without content", async () => {
    const { manager, sent } = withResponses([{ status: 204 }]);
    await manager.deleteOAuthToken(id);
    expect(sent[0]).toMatchObject({ method: "DELETE", path: `/api/v2/oauth-tokens/${id}`, json: undefined });
    expect(sent[0]?.headers.get("content-type")).toBe("application/vnd.api+json");
  });
});
