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

/** What every kind of provider needs, and not a field more. */
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

describe("an invalid input is refused by the name of the field", () => {
  test.each(providers)("a client for %s without one of its required fields is refused", (provider) => {
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
  ])("the field %s is refused for every service provider that does not allow it", (name, takers) => {
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
    ["an id for a token", "oauthTokenString", { serviceProvider: "github", oauthTokenString: "ot-3Hn5vBc8Xz1Kq6Wd" }],
    ["an empty name", "name", { ...least.github, name: "" }],
    ["a name that is null", "name", { ...least.github, name: null }],
    ["a secret without a key", "key", { ...least.bitbucket_server, secret: "canary" }],
    ["a private key for a public one", "rsaPublicKey", { ...least.bitbucket_server, key: "k", secret: "s", rsaPublicKey: pem }],
    ["one address of two", "apiUrl", { ...least.github, httpUrl: own.httpUrl }],
    ["the other address of two", "httpUrl", { ...least.gitlab_hosted, apiUrl: own.apiUrl }],
    ["an address that is none", "httpUrl", { ...least.github_enterprise, httpUrl: "vcs.acme.test" }],
    ["an address of another kind", "apiUrl", { ...least.github_enterprise, apiUrl: "ssh://vcs.acme.test" }],
    ["an address with a password", "httpUrl", { ...least.github_enterprise, httpUrl: "https://me:canary@vcs.acme.test" }],
    ["an address with a query", "apiUrl", { ...least.github_enterprise, apiUrl: "https://vcs.acme.test?t=canary" }],
    ["github.com as a server of one's own", "httpUrl", { ...githubOwn, ...own, httpUrl: "https://GitHub.com/acme" }],
    ["the API of github.com too", "apiUrl", { ...githubOwn, ...own, apiUrl: "https://api.github.com" }],
    ["a project that is no id", "projectIds.1", { ...least.github, projectIds: ["prj-1", "a/b"] }],
    ["an agent pool that is no id", "agentPoolId", { ...least.github, agentPoolId: "" }],
    ["a scope that is no yes or no", "organizationScoped", { ...least.github, organizationScoped: "true" }],
    ["an organization with an outer hyphen", "adoOrganizationName", { ...least.ado_services, adoOrganizationName: "acme-" }],
    ["an organization that is too long", "adoOrganizationName", { ...least.ado_services, adoOrganizationName: "a".repeat(51) }],
    ["an unknown field", "clientSecret", { ...least.github, clientSecret: "canary" }],
  ])("with %s", (_, path, input) => {
    expect(paths(() => parseCreateInput(input))).toEqual([path]);
  });

  test("a public key alone is refused, with the names of the two missing fields", () => {
    expect(paths(() => parseCreateInput({ ...least.bitbucket_data_center, rsaPublicKey: publicPem }))).toEqual([
      "key",
      "secret",
    ]);
  });

  test.each([null, undefined, "github", []])("the invalid input %o is refused", (input) => {
    expect(paths(() => parseCreateInput(input))).toEqual([""]);
  });
});

describe("invalid changes are refused by the name of the field", () => {
  test.each(["serviceProvider", "httpUrl", "apiUrl", "privateKey"])(
    "a change of %s is refused, since it is immutable",
    (name) => {
      expect(faults(() => parseChanges({ [name]: "https://vcs.acme.test" }))).toEqual([
        [name, "cannot be changed: delete the client and create another"],
      ]);
    },
  );

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
  ])("an invalid change of %s is refused: %o", (path, changes) => {
    expect(paths(() => parseChanges(changes))).toEqual([path]);
  });
});

describe("invalid ids are refused", () => {
  test.each(["", "a/b", "a b", "oc-1\n", undefined, null, 7])("the invalid id %o is refused", (id) => {
    expect(paths(() => parseId(id, "get client"))).toEqual(["id"]);
  });

  test.each(["ghp_canary", "github_pat_canary", "glpat-canary"])("a token of a VCS provider is refused as an id: %s", (id) => {
    expect(faults(() => parseId(id, "get OAuth token"))[0]?.[1]).toContain("token of a VCS provider");
  });
});

describe("invalid arguments and options are refused", () => {
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
  ])("an invalid argument or option is refused by its name: %s", (path, act) => {
    expect(paths(act)).toEqual([path]);
  });
});

describe("a valid input is returned unchanged", () => {
  test.each(providers)("a client for %s with its required fields is accepted", (provider) => {
    expect(parseCreateInput(least[provider])).toEqual(least[provider]);
  });

  test.each(providers)("a client for %s with all common fields is accepted", (provider) => {
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
