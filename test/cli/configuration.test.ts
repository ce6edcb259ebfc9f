import { rmSync } from "node:fs";
import { simulateOry } from "oauth-clients/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { inDirectory, runCli } from "./terminal.js";
import { oryConfiguration } from "./vendors.js";

const file = "oauth-clients.config.yaml";
const environment = { ORY_ADMIN_URL: "http://127.0.0.1:1", ORY_PUBLIC_URL: "http://127.0.0.1:2" };
const base = oryConfiguration("http://127.0.0.1:1");

/** Runs `check` on a document. */
async function check(text: string, env: Readonly<Record<string, string>> = environment, words: readonly string[] = []) {
  inDirectory({ [file]: text });
  const { code, stdout, stderr } = await runCli(["check", ...words], { env });
  return { code, stdout, lines: stderr.trimEnd().split("\n") };
}

describe("a configuration document is rejected with file, line, column, path and message", () => {
  test.each([
    ["a syntax error", `${base}  : :\n`, /^oauth-clients\.config\.yaml:\d+:\d+: /],
    ["no project", base.replace("project: acme-platform\n", ""), `${file}:1:1: project: required`],
    ["an unknown field", `${base}extra: 1\n`, `${file}:12:1: extra: unknown field`],
    ["a misspelled part", base.replace("settings:", "setting:"), `${file}:2:1: setting: unknown field; did you mean settings?`],
    [
      "a misspelled field of the policy",
      base.replace("secretStore:", "secretstore:"),
      `${file}:11:5: clients.nightly-report.secretstore: unknown field; did you mean secretStore?`,
    ],
    [
      "an unknown vendor",
      base.replace("{ ory: { ory: } }", "{ ory: { hydra: } }"),
      `${file}:4:14: providers.ory: expected one of: ory, ovh, genesys, tfe`,
    ],
    [
      "a provider that does not exist",
      base.replace("provider: ory", "provider: orry"),
      `${file}:7:5: clients.nightly-report.provider: no provider is named "orry". Names: ory`,
    ],
    [
      "a store that does not exist",
      base.replace(/secretStore: .*/, "secretStore: kv"),
      `${file}:11:5: clients.nightly-report.secretStore: no store is named "kv". Names: none`,
    ],
    [
      "a field of the vendor with a wrong value",
      base.replace("scopes: [read]", "scopes: read"),
      new RegExp(`^${file}:10:5: nightly-report: scopes: `),
    ],
    [
      "an unknown field of the vendor, with the name that was probably meant",
      base.replace("grantTypes:", "grantType:"),
      new RegExp(`^${file}:9:5: nightly-report: .*grantTypes`),
    ],
    [
      "an element of a list",
      base.replace("scopes: [read]", "scopes: [read]\n    redirectUris:\n      - https://a.example\n      - relative"),
      new RegExp(`^${file}:13:9: nightly-report: redirectUris\\.1: `),
    ],
    [
      "a field of a store",
      base.replace("directory: ./secrets", "dir: ./secrets"),
      `${file}:11:20: clients.nightly-report.secretStore.files.directory: required`,
    ],
    [
      "an environment variable of a provider that is not set",
      base.replace("{ ory: { ory: } }", "{ ory: { ory: { adminUrl: { env: HYDRA_URL } } } }"),
      `${file}:4:28: providers.ory.ory.adminUrl: environment variable HYDRA_URL is not set`,
    ],
    [
      "an invalid option of a provider",
      base.replace("{ ory: { ory: } }", "{ ory: { ory: { adminUrl: 7 } } }"),
      new RegExp(`^${file}:4:14: providers\\.ory.*adminUrl`),
    ],
    [
      "no account of a provider",
      base.replace(/accounts: \{.*\} \} \}/, "accounts: {} } }"),
      `${file}:3:28: environments.staging.accounts.ory: required: the account that the provider must belong to`,
    ],
    [
      "a client without a secret and without a journal",
      `${base}  app: { provider: ory, name: App, tokenEndpointAuthMethod: none }\n`,
      `${file}:12:3: app: journal: required in the configuration, beside clients: this client has no readable secret store. Example: journal: { file: oauth-clients.$environment.json }`,
    ],
    [
      "a file of an option that does not exist",
      base.replace("{ ory: { ory: } }", "{ ory: { ory: { adminUrl: { file: /missing/url } } } }"),
      `${file}:4:14: providers.ory: adminUrl: file /missing/url cannot be read`,
    ],
  ])("%s", async (_, text, expected) => {
    const { code, stdout, lines } = await check(text);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    if (typeof expected === "string") expect(lines).toContain(expected);
    else
      expect(
        lines.find((line) => expected.test(line)),
        lines.join("\n"),
      ).toBeDefined();
  });

  test.each([
    ["an empty file", "", `${file}: the file is empty`],
    ["a comment only", "# nothing\n", `${file}: the file is empty`],
    ["a text", "hello\n", `${file}:1:1: expected object, received string`],
    ["a tab", base.replace("    name:", "\tname:"), `${file}:8:1: Tabs are not allowed as indentation`],
    ["a key that occurs again", `${base}project: other\n`, `${file}:12:1: Map keys must be unique`],
    ["a second document", `${base}---\na: 1\n`, `${file}:12:1: expected one YAML document`],
    ["an alias without an anchor", `${base}stores: *missing\n`, `${file}:12:9: no anchor is named "missing"`],
    [
      "a list of clients",
      base.replace(/clients:[\s\S]*/, "clients: [a]\n"),
      `${file}:5:1: clients: expected object, received array`,
    ],
    [
      "a misspelt field at depth",
      `${base}    rotation: { evry: 90d }\n`,
      `${file}:12:17: clients.nightly-report.rotation.evry: unknown field; did you mean every?`,
    ],
  ])("%s, as one line", async (_, text, expected) => {
    expect(await check(text)).toEqual({ code: 64, stdout: "", lines: [expected] });
  });

  test("aliases that expand to very many values", async () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(20).fill(`*${of}`).join(", ")}]\n`;
    const { code, lines } = await check(`a: &a [1]\n${level("b", "a")}${level("c", "b")}${level("d", "c")}${level("e", "d")}`);
    expect({ code, lines }).toEqual({
      code: 64,
      lines: [expect.stringMatching(/^oauth-clients\.config\.yaml: Excessive alias count/)],
    });
  });

  test("the fields of clients, while variables of the vendor are missing", async () => {
    const { lines } = await check(base.replace("grantTypes:", "grantTypess:"), {});
    expect(lines).toEqual([
      `${file}:4:14: providers.ory.ORY_PROJECT_SLUG: missing: set ORY_PROJECT_SLUG or ORY_ADMIN_URL`,
      `${file}:9:5: nightly-report: grantTypess: unknown field; did you mean grantTypes?`,
    ]);
  });

  test("the option that a verification needs, by its name", async () => {
    const { lines } = await check(base, { ORY_ADMIN_URL: "http://127.0.0.1:1" });
    expect(lines).toEqual([
      `${file}:6:3: nightly-report: verifyWith: the provider's options name no token endpoint: set one, or declare verifyWith: false. The option: publicUrl (ORY_PUBLIC_URL)`,
    ]);
  });

  test("a missing store once, without the journal that it would have", async () => {
    const { lines } = await check(base.replace(/ {4}secretStore: .*\n/, ""));
    expect(lines).toEqual([`${file}:6:3: nightly-report: secretStore: required: the vendor issues a secret for this client`]);
  });

  test("JSON has positions too", async () => {
    inDirectory({ "a.json": '{\n  "project": "a",\n  "environments": {},\n  "providers": {},\n  "clients": { "a": {} }\n}\n' });
    const { code, stderr } = await runCli(["check", "--config", "a.json"]);
    expect({ code, stderr }).toEqual({ code: 64, stderr: "a.json:5:16: clients.a.provider: required\n" });
  });

  test("check --json lists the issues", async () => {
    const { code, stdout } = await check(base.replace("scopes: [read]", "scopes: read"), environment, ["--json"]);
    expect(code).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({
      format: "oauth-clients/check/1",
      valid: false,
      issues: [{ key: "nightly-report", path: "scopes", text: expect.stringContaining(`${file}:10:5`) }],
    });
  });
});

describe("the selection of a configuration", () => {
  test("says what to create when there is no file", async () => {
    const { path } = inDirectory({});
    const { code, stderr } = await runCli(["check"]);
    expect(code).toBe(64);
    expect(stderr).toContain(`No configuration in ${path}`);
    expect(await runCli(["check", "--config", "a.yaml"])).toMatchObject({
      code: 64,
      stderr: "--config: a.yaml does not exist.\n",
    });
  });

  test("rejects a directory", async () => {
    inDirectory({});
    expect(await runCli(["check", "--config", "."])).toMatchObject({ code: 64, stderr: "--config: . is not a file.\n" });
  });

  test("requires --env where there are several environments", async () => {
    const text = base.replace("environments: {", "environments: { prod: { accounts: { ory: a } },");
    expect((await check(text)).lines).toEqual(["--env is required. Environments: prod, staging."]);
    expect((await check(text, environment, ["--env", "prodd"])).lines).toEqual([
      '--env has no environment "prodd". Environments: prod, staging.',
    ]);
    expect((await check(text, environment, ["--env", "prod"])).stdout).toBe("The configuration is valid: 1 client.\n");
  });

  test("rejects a module without a configuration, and one that throws, with the name of the file", async () => {
    inDirectory({ "a.mjs": "export default 1;\n", "b.mjs": 'throw new Error("no region");\n' });
    expect((await runCli(["check", "--config", "a.mjs"])).stderr).toContain("a.mjs: the default export is no configuration");
    expect(await runCli(["check", "--config", "b.mjs"])).toMatchObject({ code: 64, stderr: "b.mjs: no region\n" });
  });
});

describe("the stores of a document", () => {
  const withStore = (store: string) => base.replace(/secretStore: .*/, `secretStore: ${store}`);

  test.each([
    [
      "a file as dotenv, with other names",
      "{ files: { directory: ./a, format: dotenv, keys: { clientId: ID, clientSecret: SECRET } } }",
    ],
    [
      "Vault",
      "{ vault: { address: 'http://127.0.0.1:8200', token: { env: VAULT_TOKEN }, path: $environment/$key, mount: kv } }",
    ],
    ["a command", "{ exec: { command: [gh, secret, set, $key], format: json, env: [GH_TOKEN] } }"],
    ["nothing", "{ discard: }"],
  ])("can be %s", async (_, store) => {
    const { stdout, lines } = await check(`journal: { file: j.json }\n${withStore(store)}`);
    expect({ stdout, lines }).toEqual({ stdout: "The configuration is valid: 1 client.\n", lines: [""] });
  });

  test("can be shared by anchors and merge keys, after a byte order mark and with CRLF", async () => {
    const merged = `${base.replace("  nightly-report:", "  nightly-report: &common")}  other: { <<: *common, name: Other }\n`;
    const { stdout, lines } = await check(`\uFEFF${merged.replaceAll("\n", "\r\n")}`);
    expect({ stdout, lines }).toEqual({ stdout: "The configuration is valid: 2 clients.\n", lines: [""] });
  });

  test("names the package that AWS needs", async () => {
    const { code, lines } = await check(withStore("{ aws: { name: $environment/$key } }"));
    expect(code).toBe(64);
    expect(lines).toEqual([
      `${file}: The store "aws" needs the package @aws-sdk/client-secrets-manager. Install it: npm install @aws-sdk/client-secrets-manager`,
    ]);
  });

  test("uses the SDK of the project for AWS", async () => {
    const { path } = inDirectory({ [file]: withStore("{ aws: { name: $environment/$key, region: eu-central-1 } }") });
    const { mkdirSync, writeFileSync } = await import("node:fs");
    const folder = `${path}/node_modules/@aws-sdk/client-secrets-manager`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/package.json`, '{ "name": "@aws-sdk/client-secrets-manager", "main": "index.js" }');
    const methods = [
      "createSecret",
      "describeSecret",
      "getSecretValue",
      "putSecretValue",
      "updateSecretVersionStage",
      "deleteSecret",
    ];
    writeFileSync(
      `${folder}/index.js`,
      `exports.SecretsManager = class { ${methods.map((name) => `${name}() {}`).join(" ")} listSecrets() {} };`,
    );
    const { code, stderr } = await runCli(["check"], { env: environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("the journal of a document", () => {
  const text = (journal: string) =>
    `journal: ${journal}\n${base}  app: { provider: ory, name: App, tokenEndpointAuthMethod: none }\n`;

  test.each([
    ["a file", "{ file: $environment.json }"],
    ["Vault", "{ vault: { address: { env: VAULT_ADDR }, token: { env: VAULT_TOKEN }, path: oauth-clients } }"],
  ])("can be in %s", async (_, journal) => {
    const { stdout, lines } = await check(text(journal), { ...environment, VAULT_ADDR: "http://127.0.0.1:8200" });
    expect({ stdout, lines }).toEqual({ stdout: "The configuration is valid: 2 clients.\n", lines: [""] });
  });

  test.each([
    ["another store", "{ s3: {} }", `${file}:1:1: journal: expected one of: file, vault, aws, redis`],
    ["no token", "{ vault: { address: 'http://a', path: a } }", `${file}:1:12: journal.vault.token: required`],
    [
      "a variable without a value",
      "{ redis: { url: { env: REDIS_URL } } }",
      `${file}:1:21: journal.redis.url: environment variable REDIS_URL is not set`,
    ],
    [
      "a password in the document",
      "{ redis: { url: 'redis://user:canary@host:6379' } }",
      `${file}:1:21: journal.redis.url: contains a password: write the URL as { env: NAME } or { file: PATH }`,
    ],
    [
      "Redis without its package",
      "{ redis: { url: 'redis://127.0.0.1:1' } }",
      `${file}: The store "redis" needs the package redis. Install it: npm install redis`,
    ],
    [
      "AWS without its package",
      "{ aws: { prefix: oauth-clients } }",
      `${file}: The store "aws" needs the package @aws-sdk/client-secrets-manager. Install it: npm install @aws-sdk/client-secrets-manager`,
    ],
  ])("is rejected with %s", async (_, journal, message) => {
    expect(await check(text(journal))).toEqual({ code: 64, stdout: "", lines: [message] });
  });
});

describe("a document", () => {
  async function setup(text: (url: string) => string, files: Readonly<Record<string, string>> = {}) {
    const ory = simulateOry();
    const server = await ory.listen();
    onTestFinished(() => server.close());
    const folder = inDirectory({ [file]: text(server.urls.admin), ...files });
    const run = (line: string) => runCli(line.split(" "), { env: server.env() });
    return { ory, server, run, ...folder };
  }

  test("reads options from variables and files, and two providers of one vendor", async () => {
    const { run, server, write } = await setup((url) => oryConfiguration(url));
    write("url.txt", `${server.urls.admin}\n`);
    const options = "{ adminUrl: { file: url.txt }, publicUrl: { env: ORY_PUBLIC_URL } }";
    write(
      file,
      oryConfiguration(server.urls.admin)
        .replace("{ ory: { ory: } }", `{ ory: { ory: ${options} }, other: { ory: { adminUrl: { env: ORY_ADMIN_URL } } } }`)
        .replace("accounts: {", `accounts: { other: "${server.urls.admin}",`),
    );
    expect(await run("apply")).toMatchObject({ code: 0, stdout: "1 created.\n" });
  });

  test("starts relative paths at its own directory", async () => {
    const { run, path } = await setup((url) => oryConfiguration(url));
    const { existsSync, mkdirSync, renameSync } = await import("node:fs");
    mkdirSync("infra");
    renameSync(file, `infra/${file}`);
    expect((await run(`apply --config infra/${file}`)).code).toBe(0);
    expect(existsSync(`${path}/infra/secrets/nightly-report.json`)).toBe(true);
  });

  test("has a plan that can be applied from another checkout", async () => {
    const { run, path, ory } = await setup((url) => oryConfiguration(url));
    const { cpSync, mkdirSync, readFileSync } = await import("node:fs");
    mkdirSync("other");
    cpSync(file, `other/${file}`);
    expect((await run("plan --out plan.json")).code).toBe(0);
    expect(readFileSync("plan.json", "utf8")).not.toContain(path);
    process.chdir("other");
    expect(await run("apply --plan ../plan.json")).toMatchObject({ code: 0, stdout: "1 created.\n" });
    expect(ory.clients).toHaveLength(1);
  });

  test("has a plan that does not move the secret to another store", async () => {
    const { run, read, write, ory } = await setup((url) => oryConfiguration(url));
    await run("plan --out plan.json");
    write(file, read(file).replace("./secrets", "./elsewhere"));
    const { code, stdout } = await run("apply --plan plan.json");
    expect(code).toBe(4);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "nightly-report: the plan does not contain: create with the secret in file elsewhere/nightly-report.json. Nothing was changed.",
    );
    expect(ory.clients).toHaveLength(0);
  });

  test("deletes a removed client with its secret where --allow names it, and stops otherwise", async () => {
    const { run, ory, write, server } = await setup((url) => oryConfiguration(url));
    await run("apply");
    const removed = "removed: { nightly-report: { action: delete, secretStore: { files: { directory: ./secrets } } } }\n";
    write(file, `${oryConfiguration(server.urls.admin).replace(/clients:[\s\S]*/, "clients: {}\n")}${removed}`);
    const stopped = await run("apply --env staging");
    expect(stopped.code).toBe(4);
    expect(stopped.stdout.replace(/\s+/g, " ")).toContain("oauth-clients apply --allow delete:nightly-report --env staging");
    expect(ory.clients).toHaveLength(1);
    expect(await run("apply --allow delete:nightly-report")).toMatchObject({ code: 0, stdout: "1 deleted.\n" });
    expect(ory.clients).toHaveLength(0);
    rmSync("secrets", { recursive: true });
  });

  test("renames a key with formerly", async () => {
    const { run, ory, write, read } = await setup((url) => oryConfiguration(url));
    await run("apply");
    write(file, read(file).replace("  nightly-report:", "  report:\n    formerly: nightly-report"));
    const { stdout, code } = await run("plan");
    expect(code, stdout).not.toBe(64);
    expect(ory.clients).toHaveLength(1);
  });
});
