import { ValidationError } from "oauth-clients";
import type { TfeClientInput } from "oauth-clients/tfe";
import { describe, expect, test } from "vitest";
import {
  parseChanges,
  parseCreateInput,
  parseGetOptions,
  parseId,
  parseListOptions,
  parseOAuthTokenChanges,
  parseOAuthTokenListOptions,
  parseProjectIds,
  parseReplacementProjectIds,
} from "../../src/tfe/input.js";

const pem = "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----\n";
const publicPem = "-----BEGIN PUBLIC KEY-----\nBBBB\n-----END PUBLIC KEY-----\n";
const own = { httpUrl: "https://vcs.acme.test", apiUrl: "https://vcs.acme.test/api" };
const token = { oauthTokenString: "canary" };
const githubOwn = { serviceProvider: "github_enterprise", ...token };

/** The required fields of every service provider. */
const least: Record<TfeClientInput["serviceProvider"], TfeClientInput> = {
  github: { serviceProvider: "github", ...token },
  github_enterprise: { serviceProvider: "github_enterprise", ...own, ...token },
  gitlab_hosted: { serviceProvider: "gitlab_hosted", ...token },
  gitlab_community_edition: { serviceProvider: "gitlab_community_edition", ...own, ...token },
  gitlab_enterprise_edition: { serviceProvider: "gitlab_enterprise_edition", ...own, ...token },
  bitbucket_hosted: { serviceProvider: "bitbucket_hosted", ...token },
  bitbucket_data_center: { serviceProvider: "bitbucket_data_center", ...own },
  bitbucket_server: { serviceProvider: "bitbucket_server", ...own },
  bitbucket_server_legacy: { serviceProvider: "bitbucket_server_legacy", ...own, ...token },
  ado_server: { serviceProvider: "ado_server", ...own, ...token, privateKey: pem },
  ado_services: { serviceProvider: "ado_services", ...token },
};
const providers = Object.keys(least) as TfeClientInput["serviceProvider"][];

function faults(act: () => unknown): [string, string][] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    expect(error).toMatchObject({ code: "invalid_input", outcome: "not_applied", vendor: "tfe" });
    expect(error.message).not.toContain("canary");
    return error.issues.map(({ path, message }) => [path, message]);
  }
  throw new Error("expected an ValidationError");
}

const paths = (act: () => unknown) => faults(act).map(([path]) => path);

describe("parseCreateInput rejects an invalid input and names the field", () => {
  test.each(providers)("%s without one of its required fields", (provider) => {
    const needed = Object.keys(least[provider]).filter((name) => name !== "serviceProvider");
    for (const name of needed) {
      const { [name as "name"]: _, ...rest } = least[provider];
      expect(paths(() => parseCreateInput(rest))).toEqual([name]);
    }
  });

  test.each<[string, string[]]>([
    ["secret", ["bitbucket_hosted", "bitbucket_data_center", "bitbucket_server"]],
    ["rsaPublicKey", ["bitbucket_data_center", "bitbucket_server"]],
    ["privateKey", ["ado_server"]],
    ["adoOrganizationName", ["ado_services"]],
    ["adoEntraTenantId", ["ado_services"]],
  ])("%s for every service provider that does not have it", (name, takers) => {
    const value = name === "adoOrganizationName" ? "acme" : name === "rsaPublicKey" ? publicPem : "canary";
    for (const provider of providers.filter((one) => !takers.includes(one))) {
      const found = faults(() => parseCreateInput({ ...least[provider], key: "k", secret: undefined, [name]: value }));
      expect(found[0]?.[0]).toBe(name);
      for (const taker of takers) expect(found[0]?.[1]).toContain(taker);
    }
  });

  test.each<[string, string, Record<string, unknown>]>([
    ["an unknown provider", "serviceProvider", { ...least.github, serviceProvider: "gitea" }],
    ["no provider", "serviceProvider", token],
    ["an empty token", "oauthTokenString", { serviceProvider: "github", oauthTokenString: "" }],
    [
      "the id of a token as a token",
      "oauthTokenString",
      { serviceProvider: "github", oauthTokenString: "ot-3Hn5vBc8Xz1Kq6Wd" },
    ],
    ["an empty name", "name", { ...least.github, name: "" }],
    ["null as the name", "name", { ...least.github, name: null }],
    ["a secret without a key", "key", { ...least.bitbucket_server, secret: "canary" }],
    [
      "a private key as the public key",
      "rsaPublicKey",
      { ...least.bitbucket_server, key: "k", secret: "s", rsaPublicKey: pem },
    ],
    ["an httpUrl without an apiUrl", "apiUrl", { ...least.github, httpUrl: own.httpUrl }],
    ["an apiUrl without an httpUrl", "httpUrl", { ...least.gitlab_hosted, apiUrl: own.apiUrl }],
    ["a httpUrl that is not a URL", "httpUrl", { ...least.github_enterprise, httpUrl: "vcs.acme.test" }],
    ["an apiUrl with the scheme ssh", "apiUrl", { ...least.github_enterprise, apiUrl: "ssh://vcs.acme.test" }],
    ["a URL with a password", "httpUrl", { ...least.github_enterprise, httpUrl: "https://me:canary@vcs.acme.test" }],
    ["a URL with a query", "apiUrl", { ...least.github_enterprise, apiUrl: "https://vcs.acme.test?t=canary" }],
    ["github.com as GitHub Enterprise", "httpUrl", { ...githubOwn, ...own, httpUrl: "https://GitHub.com/acme" }],
    ["api.github.com as the API of GitHub Enterprise", "apiUrl", { ...githubOwn, ...own, apiUrl: "https://api.github.com" }],
    ["a project id with a slash", "projectIds.1", { ...least.github, projectIds: ["prj-1", "a/b"] }],
    ["an empty agent pool id", "agentPoolId", { ...least.github, agentPoolId: "" }],
    ["organizationScoped that is not a boolean", "organizationScoped", { ...least.github, organizationScoped: "true" }],
    [
      "an organization with a hyphen at its end",
      "adoOrganizationName",
      { ...least.ado_services, adoOrganizationName: "acme-" },
    ],
    ["an organization that is too long", "adoOrganizationName", { ...least.ado_services, adoOrganizationName: "a".repeat(51) }],
    ["an unknown field", "clientSecret", { ...least.github, clientSecret: "canary" }],
  ])("with %s", (_, path, input) => {
    expect(paths(() => parseCreateInput(input))).toEqual([path]);
  });

  test("a public key alone, with the names of the two missing fields", () => {
    expect(paths(() => parseCreateInput({ ...least.bitbucket_data_center, rsaPublicKey: publicPem }))).toEqual([
      "key",
      "secret",
    ]);
  });

  test.each([null, undefined, "github", []])("%o", (input) => {
    expect(paths(() => parseCreateInput(input))).toEqual([""]);
  });
});

describe("parseChanges rejects invalid changes and names the field", () => {
  test.each(["serviceProvider", "httpUrl", "apiUrl", "privateKey"])("%s, which is immutable", (name) => {
    expect(faults(() => parseChanges({ [name]: "https://vcs.acme.test" }))).toEqual([
      [name, "cannot be changed: delete the client and create another"],
    ]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["oauthTokenString", { oauthTokenString: null }],
    ["oauthTokenString", { oauthTokenString: "" }],
    ["name", { name: "" }],
    ["key", { key: "" }],
    ["secret", { secret: "" }],
    ["rsaPublicKey", { rsaPublicKey: pem }],
    ["organizationScoped", { organizationScoped: null }],
    ["projectIds", { projectIds: null }],
    ["agentPoolId", { agentPoolId: "a b" }],
    ["colour", { colour: "red" }],
  ])("%s: %o", (path, changes) => {
    expect(paths(() => parseChanges(changes))).toEqual([path]);
  });
});

describe("parseId rejects", () => {
  test.each(["", "a/b", "a b", "oc-1\n", undefined, null, 7])("%o", (id) => {
    expect(paths(() => parseId(id, "get client"))).toEqual(["id"]);
  });

  test.each(["ghp_canary", "github_pat_canary", "glpat-canary"])("a token of a VCS provider: %s", (id) => {
    expect(faults(() => parseId(id, "get OAuth token"))[0]?.[1]).toContain("token of a VCS provider");
  });
});

describe("invalid arguments and options are rejected", () => {
  test.each<[string, () => unknown]>([
    ["projectIds", () => parseProjectIds([], "attach projects")],
    ["projectIds", () => parseProjectIds(undefined, "attach projects")],
    ["projectIds.0", () => parseProjectIds(["a b"], "attach projects")],
    ["projectIds", () => parseReplacementProjectIds(undefined, "replace projects")],
    ["sshKey", () => parseOAuthTokenChanges({ sshKey: "" })],
    ["sshKey", () => parseOAuthTokenChanges({})],
    ["showAffectedWorkspaces", () => parseGetOptions({ showAffectedWorkspaces: "yes" })],
    ["timeoutMs", () => parseGetOptions({ timeoutMs: 0 })],
    ["include", () => parseGetOptions({ include: "projects" })],
    ["pageSize", () => parseListOptions({ pageSize: 101 })],
    ["pageSize", () => parseListOptions({ pageSize: 0 })],
    ["pageSize", () => parseOAuthTokenListOptions({ pageSize: 1.5 })],
    ["name", () => parseListOptions({ name: "x" })],
    ["oauthClientId", () => parseOAuthTokenListOptions({ oauthClientId: "a/b" })],
    ["serviceProvider", () => parseOAuthTokenListOptions({ oauthClientId: "oc-1", serviceProvider: "github" })],
  ])("by name: %s", (path, act) => {
    expect(paths(act)).toEqual([path]);
  });
});

describe("parseCreateInput accepts", () => {
  test.each(providers)("%s with its required fields", (provider) => {
    expect(parseCreateInput(least[provider])).toEqual(least[provider]);
  });

  test.each(providers)("%s with all common fields", (provider) => {
    const more = { ...own, ...token, name: "n", key: "k", organizationScoped: false, projectIds: [], agentPoolId: "apool-1" };
    expect(parseCreateInput({ ...least[provider], ...more })).toEqual({ ...least[provider], ...more });
  });

  test.each<[string, TfeClientInput]>([
    ["a key pair", { serviceProvider: "bitbucket_server", ...own, key: "k", secret: pem, rsaPublicKey: publicPem }],
    ["a consumer secret", { serviceProvider: "bitbucket_hosted", ...token, key: "k", secret: "s" }],
    ["an organization", { serviceProvider: "ado_services", ...token, adoOrganizationName: `a${"-".repeat(48)}b` }],
    [
      "a server whose name only looks like it",
      { ...least.github_enterprise, httpUrl: "https://notgithub.com" } as TfeClientInput,
    ],
    ["a server without TLS", { ...least.gitlab_community_edition, httpUrl: "http://git.acme.test" } as TfeClientInput],
  ])("with %s", (_, input) => {
    expect(parseCreateInput(input)).toEqual(input);
  });
});

test("valid changes and options are returned unchanged", () => {
  const changes = { name: null, key: null, secret: null, rsaPublicKey: null, projectIds: [], agentPoolId: null };
  expect(parseChanges(changes)).toEqual(changes);
  expect(parseChanges({})).toEqual({});
  expect(parseListOptions(undefined)).toEqual({});
  expect(parseListOptions({ pageSize: 100, showAffectedWorkspaces: true })).toEqual({
    pageSize: 100,
    showAffectedWorkspaces: true,
  });
  expect(parseOAuthTokenListOptions({ serviceProvider: "forgejo" })).toEqual({ serviceProvider: "forgejo" });
  expect(parseId("12345", "get client")).toBe("12345");
  expect(parseOAuthTokenChanges({ sshKey: null })).toEqual({ sshKey: null });
});
