import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readTerraformState } from "../../src/cli/terraform-state.js";
import { root } from "../package/tree.js";
import { inDirectory, runCli } from "./terminal.js";
import { startVendors } from "./vendors.js";

const modules = readFileSync(`${root}test/cli/fixtures/terraform-modules.json`, "utf8");
const withVersion = (version: string) => modules.replace('"terraform_version": "1.11.4"', `"terraform_version": "${version}"`);

/** A state with some resources of the root module. */
const stateOf = (...resources: readonly (readonly [address: string, values: object])[]) =>
  JSON.stringify({
    format_version: "1.0",
    terraform_version: "1.11.4",
    values: {
      root_module: {
        resources: resources.map(([address, values]) => ({ address, mode: "managed", type: address.split(".")[0], values })),
      },
    },
  });

describe("a Terraform state", () => {
  test.each([
    ["no JSON", "x", "no Terraform state"],
    ["another document", "[]", "no Terraform state"],
    ["another format", '{"format_version":"2.0"}', "format 2.0. Supported: 1.x."],
    ["no client", '{"format_version":"1.0"}', "no client of a supported resource type.\n"],
    [
      "only a client that was not created",
      stateOf(["ory_oauth2_client.api", {}]),
      "The state has no client that can be migrated.\nory_oauth2_client.api: the state has no id: it was not created\n",
    ],
    [
      "only a data source",
      stateOf(["ory_oauth2_client.api", { id: "1" }]).replace('"managed"', '"data"'),
      "only data sources, which Terraform does not manage: ory_oauth2_client.api.\n",
    ],
  ])("with %s is rejected before anything is sent or written", async (_, input, message) => {
    inDirectory({});
    const { code, stderr } = await runCli(["migrate", "-", "--store", "files:secrets"], { input });
    expect(code).toBe(64);
    expect(stderr).toContain(message);
    expect(() => readFileSync("oauth-clients.config.yaml")).toThrow();
  });

  test("is read from all modules, with the traps of the four providers", () => {
    const { clients, skipped } = readTerraformState(modules);
    expect(clients).toEqual([
      {
        key: "api",
        address: "ory_oauth2_client.api",
        vendor: "ory",
        id: "00000000-0000-4000-8000-000000000011",
        hasSecret: true,
        secret: "invented-ory-secret-1",
        declaration: {
          name: "API",
          grantTypes: ["client_credentials"],
          scopes: ["read", "write"],
          // The default of the provider, not of the server.
          tokenEndpointAuthMethod: "client_secret_post",
          metadata: { team: "billing" },
          jwks: { keys: [] },
          subjectType: "public",
          lifespans: { clientCredentialsGrantAccessTokenMs: 5_400_000 },
        },
        needs: [
          "the attribute unknown_attribute was not migrated",
          "the attribute refresh_token_grant_access_token_lifespan was not migrated",
        ],
      },
      {
        key: "github",
        address: "tfe_oauth_client.github",
        vendor: "tfe",
        id: "oc-0000000000000001",
        hasSecret: false,
        declaration: {
          serviceProvider: "github",
          name: "GitHub",
          httpUrl: "https://github.com",
          apiUrl: "https://api.github.com",
          organizationScoped: false,
          projectIds: ["prj-0000000000000001"],
          oauthTokenString: { env: "GITHUB_OAUTH_TOKEN", version: 1 },
        },
        needs: ["set the environment variable GITHUB_OAUTH_TOKEN before oauthTokenString is sent again"],
      },
      {
        key: "team-eu-api-0",
        address: 'module.team["eu"].ovh_me_api_oauth2_client.api[0]',
        vendor: "ovh",
        id: "EU.0000000000000001",
        hasSecret: true,
        secret: "invented-ovh-secret-1",
        declaration: { flow: "client_credentials", name: "dns", description: "deploys" },
        needs: ["access: declare its IAM policies where this project should manage them"],
      },
      {
        key: "team-eu-inner-sync",
        address: 'module.team["eu"].module.inner.genesyscloud_oauth_client.sync',
        vendor: "genesys",
        id: "00000000-0000-4000-8000-000000000021",
        hasSecret: true,
        declaration: {
          grantType: "client_credentials",
          name: "Sync",
          description: "d",
          accessTokenValidityMs: 300_000,
          state: "active",
          integrationCredential: { id: "00000000-0000-4000-8000-0000000000cc" },
          roles: [
            { roleId: "00000000-0000-4000-8000-00000000000a", divisionId: "00000000-0000-4000-8000-00000000000d" },
            { roleId: "00000000-0000-4000-8000-00000000000b", divisionId: "*" },
          ],
        },
        needs: [
          "the state has no secret: its secret stays unmanaged until it is rotated or imported",
          "its secret may be in a file in /var/lib/secrets: import it with --secret-file",
        ],
      },
    ]);
    expect(skipped).toEqual([
      {
        address: 'module.team["eu"].module.inner.genesyscloud_oauth_client.bare',
        reason: "a client of client_credentials without roles is not supported: add a role first",
      },
    ]);
  });

  test("is left by blocks from Terraform 1.7, and by commands before it and for instances", () => {
    const { removal } = readTerraformState(modules);
    expect(removal.blocks).toEqual(
      ["ory_oauth2_client.api", "tfe_oauth_client.github"].map(
        (address) => `removed {\n  from = ${address}\n  lifecycle {\n    destroy = false\n  }\n}`,
      ),
    );
    expect(removal.commands).toEqual([
      `terraform state rm 'module.team["eu"].ovh_me_api_oauth2_client.api[0]'`,
      `terraform state rm 'module.team["eu"].module.inner.genesyscloud_oauth_client.sync'`,
    ]);
    const old = readTerraformState(withVersion("1.6.6")).removal;
    expect(old.blocks).toEqual([]);
    expect(old.commands).toHaveLength(4);
  });

  test("gives different keys to the same names", () => {
    const values = { id: "1", flow: "CLIENT_CREDENTIALS" };
    const { clients } = readTerraformState(
      stateOf(
        ["ovh_me_api_oauth2_client.api", values],
        ["ory_oauth2_client.api", { id: "2" }],
        ["ory_oauth2_client.a_p_i", { id: "3" }],
      ),
    );
    expect(clients.map(({ key }) => key)).toEqual(["api", "api-2", "a-p-i"]);
  });
});

describe("migrate", () => {
  async function setup() {
    const { env, ory, ovh, tfe, genesys } = await startVendors();
    const send = async (url: string, body: object, headers: Record<string, string> = {}) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Record<string, string>;
    };
    const created = await send(`${env.ORY_ADMIN_URL}/admin/clients`, {
      client_name: "API",
      client_secret: "invented-ory-secret-1",
      grant_types: ["client_credentials"],
      scope: "read write",
      token_endpoint_auth_method: "client_secret_post",
    });
    const state = (secret = "invented-ory-secret-1") =>
      stateOf([
        "ory_oauth2_client.api",
        {
          id: created.client_id,
          client_id: created.client_id,
          client_name: "API",
          client_secret: secret,
          grant_types: ["client_credentials"],
          scope: "read write",
          token_endpoint_auth_method: "client_secret_post",
        },
      ]);
    const { read } = inDirectory({});
    const run = (line: string, input = "") => runCli(line.split(" "), { env, input });
    return { run, read, state, env, ory, ovh, tfe, genesys, id: created.client_id as string };
  }

  test("stores the secret of the state after a token has verified it, changes no client, and plans only markers", async () => {
    const { run, read, state, ory, id } = await setup();
    const { code, stdout, stderr } = await run("migrate - --store files:secrets --project acme-platform --env prod", state());
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("✓ api  ") });
    expect(stdout + stderr).not.toContain("invented-ory-secret-1");
    expect(JSON.parse(read("secrets/api.json"))).toEqual({ CLIENT_ID: id, CLIENT_SECRET: "invented-ory-secret-1" });
    const written = read("oauth-clients.config.yaml");
    expect(written).not.toContain("invented-ory-secret-1");
    expect(parse(written).clients).toEqual({
      api: {
        provider: "ory",
        name: "API",
        grantTypes: ["client_credentials"],
        scopes: ["read", "write"],
        tokenEndpointAuthMethod: "client_secret_post",
        secretStore: "secrets",
      },
    });
    // The first request is that of this test.
    const [, ...sent] = ory.requests.map(({ method, path }) => `${method} ${path}`);
    expect(sent.filter((one) => !one.startsWith("GET ") && one !== "POST /oauth2/token")).toEqual([]);
    const { actions } = JSON.parse((await run("plan --json")).stdout);
    expect(actions).toMatchObject([{ key: "api", action: "update", differences: [{ field: "marker" }] }]);
    expect((await run("apply")).code).toBe(0);
    expect(await run("plan --exit-code")).toMatchObject({ code: 0 });
    expect(ory.clients.map(({ client_id }) => client_id)).toEqual([id]);
  });

  test("says which secret is not accepted, and how to continue", async () => {
    const { run, state, id } = await setup();
    const { code, stdout } = await run("migrate - --store files:secrets", state("another-secret"));
    expect(code).not.toBe(0);
    expect(stdout).toContain("! api: not imported: ");
    expect(stdout).toContain(`oauth-clients import api ${id} --secret-env VARIABLE`);
    expect(stdout).not.toContain("another-secret");
  });

  test("does not replace a configuration", async () => {
    const { run, state, read } = await setup();
    await run("migrate - --store files:secrets", state());
    const before = read("oauth-clients.config.yaml");
    expect(await run("migrate - --store files:secrets", state())).toMatchObject({
      code: 64,
      stderr: "--out: oauth-clients.config.yaml exists. Name another file.\n",
    });
    expect(read("oauth-clients.config.yaml")).toBe(before);
  });

  test.each([
    ["s3:x", "--store: expected files:DIRECTORY, vault:PATH, aws:NAME, exec:COMMAND, discard, or a store of a configuration"],
    ["files:", "--store: expected files:DIRECTORY"],
    ["{ s3: {} }", "--store: expected one of: files, vault, aws, exec, discard\n"],
    ["{ vault: { path: a } }", "--store: vault.address: required\n--store: vault.token: required\n"],
    ["{ files: { directory: a, extra: 1 } }", "--store: files.extra: unknown field\n"],
    ["{ files: ", "--store: "],
  ])("requires a store that it knows, not %s", async (store, message) => {
    const { ory, env, state } = await setup();
    const before = ory.requests.length;
    const { code, stderr } = await runCli(["migrate", "-", "--store", store], { env, input: state() });
    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining(message) });
    expect(ory.requests.length).toBe(before);
  });

  test.each([
    [
      "vault:team/a",
      { vault: { address: { env: "VAULT_ADDR" }, token: { env: "VAULT_TOKEN" }, path: "team/a/$environment/$key" } },
    ],
    ["aws:team/a", { aws: { name: "team/a/$environment/$key" } }],
    ["exec:sh -c true", { exec: { command: ["sh", "-c", "true"] } }],
    ["discard", { discard: null }],
    ["{ files: { directory: a, format: dotenv } }", { files: { directory: "a", format: "dotenv" } }],
  ])("writes the store %s to the configuration", async (store, expected) => {
    const { env, state, read } = await setup();
    await runCli(["migrate", "-", "--store", store], { env, input: state() });
    expect(parse(read("oauth-clients.config.yaml")).stores).toEqual({ secrets: expected });
  });

  test("passes the secret to a command, and to a file in another format", async () => {
    const { env, state, read, id } = await setup();
    const store = `{ exec: { command: [sh, -c, "cat > $key.json"], format: json } }`;
    const ended = await runCli(["migrate", "-", "--store", store], { env, input: state() });
    expect(ended.code, ended.stdout).toBe(0);
    expect(JSON.parse(read("api.json"))).toEqual({ CLIENT_ID: id, CLIENT_SECRET: "invented-ory-secret-1" });
    const dotenv = [
      "migrate",
      "-",
      "--out",
      "b.yaml",
      "--project",
      "b",
      "--store",
      "{ files: { directory: b, format: dotenv } }",
    ];
    await runCli(dotenv, { env, input: state() });
    expect(read("b/api.env")).toBe(`CLIENT_ID=${id}\nCLIENT_SECRET=invented-ory-secret-1\n`);
  });

  test("migrates clients of all vendors from a state that Terraform's providers would write", async () => {
    const { run, read, env } = await migrateAll();
    const { code, stdout } = await run("migrate - --store files:secrets --json");
    const report = JSON.parse(stdout);
    expect({ code, format: report.format }).toEqual({ code: 0, format: "oauth-clients/migration/1" });
    expect(JSON.stringify(report)).not.toContain("secret-of");
    const clients = parse(read("oauth-clients.config.yaml")).clients;
    expect(clients["users-sync"]).toMatchObject({ adopt: expect.any(String), secret: "unmanaged" });
    expect(clients.dns).toMatchObject({ provider: "ovh", secretStore: "secrets" });
    // The name that the state has is older than the client.
    expect(clients.github).toMatchObject({ name: "GitHub", oauthTokenString: { env: "GITHUB_OAUTH_TOKEN", version: 1 } });
    const { actions } = JSON.parse((await run("plan --json")).stdout);
    for (const action of actions) {
      expect(["none", "update", "adopt"], JSON.stringify(action)).toContain(action.action);
      for (const { field } of action.differences ?? []) expect(field).toBe("marker");
    }
    expect((await run("apply")).code).toBe(0);
    expect((await run("plan --exit-code")).code).toBe(0);
    expect(env).toBeDefined();
  });
});

/** Creates a client at three vendors with the command itself, and a state that describes them. */
async function migrateAll() {
  const vendors = await startVendors();
  const { env, accounts } = vendors;
  const folder = inDirectory({
    "source.config.yaml": `project: source
journal: { file: source.json }
environments: { prod: { accounts: ${JSON.stringify(accounts)} } }
providers: { ory: { ory: }, ovh: { ovh: }, genesys: { genesys: }, tfe: { tfe: } }
clients:
  dns: { provider: ovh, marker: false, flow: client_credentials, name: dns, description: deploys, secretStore: { files: { directory: source } } }
  users-sync: { provider: genesys, marker: false, name: Sync, grantType: client_credentials, roles: [{ roleName: employee }], secretStore: { files: { directory: source } } }
  github: { provider: tfe, serviceProvider: github, name: GitHub, oauthTokenString: { env: GITHUB_PAT } }
`,
  });
  const created = await runCli(["apply", "--config", "source.config.yaml"], { env });
  expect(created.code, created.stdout).toBe(0);
  const output = await runCli(["output", "--config", "source.config.yaml"], { env });
  const ids = JSON.parse(output.stdout).clients as Record<string, { id: string }>;
  const secret = JSON.parse(folder.read("source/dns.json")).CLIENT_SECRET;
  const [sync] = vendors.genesys.clients;
  const [role] = (sync?.roleDivisions ?? []) as readonly { readonly roleId: string; readonly divisionId: string }[];
  const state = stateOf(
    [
      "ovh_me_api_oauth2_client.dns",
      {
        id: ids.dns?.id,
        client_secret: secret,
        name: "dns",
        description: "deploys",
        flow: "CLIENT_CREDENTIALS",
        callback_urls: null,
      },
    ],
    [
      "genesyscloud_oauth_client.users_sync",
      {
        id: ids["users-sync"]?.id,
        client_secret: "",
        name: "Sync",
        authorized_grant_type: "CLIENT-CREDENTIALS",
        access_token_validity_seconds: 86_400,
        roles: [{ role_id: role?.roleId, division_id: role?.divisionId }],
        state: "active",
      },
    ],
    [
      "tfe_oauth_client.github",
      {
        id: ids.github?.id,
        name: "Older",
        service_provider: "github",
        oauth_token: "secret-of-github",
        organization_scoped: true,
      },
    ],
  );
  const run = (line: string) => runCli(line.split(" "), { env, input: state });
  return { run, env, ...folder };
}
