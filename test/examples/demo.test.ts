import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOryManager } from "oauth-clients/ory";
import { type OrySimulator, type OrySimulatorOptions, simulateOry } from "oauth-clients/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { vendorsOf } from "../package/rules.js";
import { readTree } from "../package/tree.js";
import { perform, run } from "./program.js";

// Programs take seconds to start where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

// Longer than any word that the demo of Ory prints, shorter than any secret and any token.
const secretForm = /[\w.~-]{24,}/;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (clients: unknown) => {
  const path = join(folder, "clients.json");
  writeFileSync(path, typeof clients === "string" ? clients : JSON.stringify(clients));
  return path;
};

describe("npm run demo", () => {
  test("refuses an unknown argument, with one line and without an exit status of 0", async () => {
    const { code, output, errors } = await run(["examples/demo.ts", "acme"]);
    expect(errors).toBe('demo: unknown argument "acme": give ory, tfe, genesys, ovh, --file <path> or --help\n');
    expect(output).toBe("");
    expect(code).toBe(1);
    const known = /give (.+), --file/.exec(errors)?.[1]?.split(", ");
    expect(known?.sort(), "every vendor of the library can be shown").toEqual(vendorsOf(readTree("src", ".ts")));
  });

  test("shows every vendor by itself, on simulators, and ends with one table", async () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    expect(scripts.demo).toBe("node scripts/engines.js && tsx examples/demo.ts");
    const { code, output, errors } = await run(["examples/demo.ts"]);
    expect(errors).toBe("");
    expect(code).toBe(0);
    const titles = ["Ory", "Terraform Enterprise", "Genesys Cloud", "OVHcloud"];
    const parts = titles.map((title) => output.indexOf(`\n${title}\n`));
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(parts).not.toContain(-1);
    expect(output).not.toContain("✗");
    expect(output.match(/✓ All \d+ checks passed\./g)).toHaveLength(4);
    expect(Math.max(...output.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(100);
    // Where there is no terminal there are no colours.
    expect(output).not.toContain("\u001b");

    const rows = output.slice(output.indexOf("\nSide by side\n")).split("\n");
    const cells = (title: string) =>
      rows
        .find((row) => row.trim().startsWith(title))
        ?.trim()
        .split(/\s{2,}/);
    expect(cells("VENDOR")).toEqual(["VENDOR", "CREATED", "DELETED", "TOKENS", "ROTATED", "IMPORTED", "BESIDES", "CHECKS"]);
    expect(cells("Ory")).toEqual(["Ory", "3", "3", "3", "1", "1", "24"]);
    expect(cells("Terraform")).toEqual(["Terraform Enterprise", "1", "1", "–", "–", "–", "15"]);
    expect(cells("Genesys")).toEqual(["Genesys Cloud", "2", "2", "2", "1", "1", "1 integration", "32"]);
    expect(cells("OVHcloud")).toEqual(["OVHcloud", "3", "3", "2", "–", "2", "2 policies", "31"]);
    // Each check has a mark, and each vendor's sum one more.
    expect(output.match(/✓/g)).toHaveLength(24 + 15 + 32 + 31 + 4);
    expect(output).toContain("All 102 checks of 4 vendors passed.");
  });

  test("cleans up when it is interrupted", async () => {
    const server = simulateOry();
    const { urls, close } = await server.listen();
    server.delayNext("rotateOAuth2ClientSecret", 30_000);
    const { code, errors } = await run(["examples/demo.ts", "ory"], {
      environment: { ORY_ADMIN_URL: urls.admin, ORY_PUBLIC_URL: urls.public },
      meanwhile: async (signal) => {
        const reached = () => server.requests.some(({ operationId }) => operationId === "rotateOAuth2ClientSecret");
        await vi.waitUntil(reached, { timeout: 30_000, interval: 20 });
        signal("SIGINT");
      },
    });
    await close();
    // Windows knows no signals: there the process has ended without being asked.
    if (process.platform === "win32") return;
    expect(errors).toBe("demo: interrupted by SIGINT, what was created is deleted again\n");
    expect(code).toBe(130);
    expect(server.clients).toEqual([]);
  });
});

const seeds = {
  ory: { name: "a", grantTypes: ["client_credentials"] },
  tfe: { serviceProvider: "github", oauthTokenString: "of-the-provider" },
  genesys: { grantType: "client_credentials", name: "a", roles: [{ roleName: "employee" }] },
  ovh: { flow: "client_credentials", name: "a", description: "b" },
};

describe("the demo's input", () => {
  test("says which file is missing", async () => {
    const { failure } = await perform(["ory", "--file", join(folder, "none.json")]);
    expect(failure).toMatch(/none\.json: there is no such file/);
  });

  test("needs the vendor that a file is for", async () => {
    const { failure } = await perform(["--file", write([])]);
    expect(failure).toBe("--file needs the one vendor that the clients are for");
  });

  test.each([
    ["is not JSON", '[{ "clientSecret": "correct horse"', /clients\.json: not JSON$/],
    ["is no array", seeds.ory, /clients\.json: expected a JSON array of clients/],
    ["has no client", [], /clients\.json: expected at least one client/],
  ])("says that a file %s", async (_, clients, line) => {
    const path = write(clients);
    for (const vendor of Object.keys(seeds)) expect((await perform([vendor, "--file", path])).failure).toMatch(line);
  });

  test.each([
    ["ory", [{ name: "a" }], /no client has the grant client_credentials and a secret/],
    [
      "ory",
      [seeds.ory, { ...seeds.ory, redirectUri: [] }],
      /clients\.json\[1\]: ory create client: redirectUri: unknown field/,
    ],
    ["tfe", [seeds.tfe, { ...seeds.tfe, apiurl: "a" }], /clients\.json\[1\]: tfe create client: apiurl: unknown field/],
    ["tfe", [{ serviceProvider: "github" }], /clients\.json\[0\]: .*oauthTokenString: required for github/],
    ["tfe", [null], /clients\.json\[0\]: tfe create client: /],
    ["genesys", [{ ...seeds.genesys, state: "inactive" }], /no active client has the grant client_credentials/],
    [
      "genesys",
      [seeds.genesys, { ...seeds.genesys, role: [] }],
      /clients\.json\[1\]: genesys create client: role: unknown field/,
    ],
    ["genesys", [{ ...seeds.genesys, accessTokenValidityMs: 1 }], /clients\.json\[0\]: .*accessTokenValidityMs: /],
    ["genesys", [{ ...seeds.genesys, roles: "admin" }], /clients\.json\[0\]: .*roles: /],
    ["ovh", [{ ...seeds.ovh, flow: "authorization_code", callbackUrls: ["https://a.example"] }], /no client has the flow/],
    ["ovh", [seeds.ovh, { ...seeds.ovh, scope: "all" }], /clients\.json\[1\]: ovh create client: scope: unknown field/],
    ["ovh", [{ ...seeds.ovh, description: "" }], /clients\.json\[0\]: ovh create client: description: /],
  ])("says what is wrong in a file for %s, before anything is sent", async (vendor, clients, line) => {
    const { output, failure } = await perform([vendor, "--file", write(clients)]);
    expect(failure).toMatch(line);
    expect(failure).not.toMatch(/\n|of-the-provider/);
    expect(output).toBe("");
  });

  test.each([
    ["ory", { ORY_PROJECT_SLUG: "a" }, /ORY_PROJECT_API_KEY: missing/],
    [
      "ory",
      { ORY_PROJECT_SLUG: "a", ORY_ADMIN_URL: "http://127.0.0.1:1" },
      /ORY_PROJECT_SLUG: cannot be combined with ORY_ADMIN_URL/,
    ],
    ["ory", { ORY_ADMIN_URL: "http://127.0.0.1:1" }, /ORY_PUBLIC_URL: missing/],
    ["tfe", { TFE_TOKEN: "of-the-user" }, /TFE_ORGANIZATION: missing/],
    ["tfe", { TFE_ORGANIZATION: "acme" }, /TFE_TOKEN: missing/],
    ["tfe", { TFE_TOKEN: "of-the-user", TFE_ORGANIZATION: "a", TFE_ADDRESS: "http://tfe.example" }, /address: /],
    ["genesys", { GENESYSCLOUD_OAUTHCLIENT_ID: "a" }, /GENESYSCLOUD_OAUTHCLIENT_SECRET: missing/],
    [
      "genesys",
      { GENESYSCLOUD_ACCESS_TOKEN: "of-the-user", GENESYSCLOUD_REGION: "mars" },
      /GENESYSCLOUD_REGION: unknown region/,
    ],
    ["ovh", { OVH_APPLICATION_KEY: "a" }, /OVH_APPLICATION_SECRET: missing/],
    ["ovh", { OVH_CLIENT_ID: "a", OVH_CLIENT_SECRET: "of-the-user", OVH_ENDPOINT: "mars" }, /OVH_ENDPOINT: expected ovh-eu/],
    ["ovh", { OVH_ACCESS_TOKEN: "of-the-user", OVH_ENDPOINT: "http://127.0.0.1:1" }, /OVH_ENDPOINT: give a region/],
  ])("refuses variables of %s that do not fit together", async (vendor, environment, line) => {
    const { output, failure } = await perform([vendor], environment as Record<string, string>);
    expect(failure).toMatch(line);
    expect(failure).not.toMatch(/\n|of-the-user/);
    expect(output).toBe("");
  });

  test("refuses variables of the last vendor before it begins with the first", async () => {
    const { output, failure } = await perform([], { OVH_APPLICATION_KEY: "of-the-user" });
    expect(failure).toMatch(/OVH_APPLICATION_SECRET: missing/);
    expect(output).toBe("");
  });

  test("is not a vendor's variable that only other tools read", async () => {
    const { output, failure } = await perform(["tfe"], { TF_TOKEN_app_terraform_io: "of-the-user" });
    expect(failure).toBeUndefined();
    expect(output).toContain("A simulated Terraform Enterprise");
  });

  test("is explained", async () => {
    const { output, failure } = await perform(["--help"]);
    expect(failure).toBeUndefined();
    expect(output).toContain("npm run demo [-- [vendor] [--file <path>]]");
  });

  test("may name roles that are the real organization's affair", async () => {
    const roles = [{ roleName: "Supervisor" }, { roleId: "6b1f5d9e-3c0e-4b0a-9a55-0f6c3a9d2e11", divisionId: "*" }];
    const { failure, output } = await perform(["genesys", "--file", write([{ ...seeds.genesys, roles }])]);
    expect(failure).toBeUndefined();
    expect(output).toContain("✓ it has 2 roles");
  });
});

describe("the demo on a Hydra", () => {
  let server: OrySimulator;
  let listening: Awaited<ReturnType<OrySimulator["listen"]>>;
  let theirs: string;

  // Every server has a client of another owner.
  const start = async (options: OrySimulatorOptions = {}) => {
    server = simulateOry(options);
    listening = await server.listen();
    const credentialsFrom = options.version === "2.1" ? "server" : "library";
    const ory = createOryManager({
      adminUrl: listening.urls.admin,
      credentialsFrom,
      ...(options.adminApiKey === undefined ? {} : { apiKey: options.adminApiKey }),
    });
    const { credentials } = await ory.create({ name: "another client", owner: "another owner" });
    expect(credentials.clientSecret).toMatch(secretForm);
    theirs = JSON.stringify(server.clients);
  };
  afterEach(() => listening.close());

  const performHere = (environment: Readonly<Record<string, string>> = {}, words: readonly string[] = []) => {
    const { admin, public: open } = listening.urls;
    return perform(["ory", ...words], { ORY_ADMIN_URL: admin, ORY_PUBLIC_URL: open, ...environment });
  };
  const expectNothingLeft = () => expect(JSON.stringify(server.clients)).toBe(theirs);

  test("says that a check failed and what was expected, and cleans up", async () => {
    await start();
    server.failNext("introspectOAuth2Token", { status: 200, body: { active: false } });
    const { output, failure } = await performHere();
    expect(failure).toMatch(/step 4 \(Introspect the token\) failed, expected: the server says that it is active/);
    expect(output).toContain("✗ the server says that it is active");
    expectNothingLeft();
  });

  test("stops when the response to the deletion of rotated secrets belongs to another client", async () => {
    await start();
    server.failNext("deleteRotatedOAuth2ClientSecrets", { status: 200, body: server.clients[0] });
    expect((await performHere()).failure).toMatch(/delete rotated secrets: the response has the document of another client/);
    expectNothingLeft();
  });

  test("names the clients that it could not delete", async () => {
    await start();
    server.failNext("introspectOAuth2Token", { status: 403 });
    server.failNext("deleteOAuth2Client", { status: 403, times: 3 });
    const { failure } = await performHere();
    expect(failure).toMatch(/may be left on the server: /);
    const left = server.clients.filter(({ owner }) => owner !== "another owner");
    expect(left).toHaveLength(3);
    for (const { client_id: id } of left) expect(failure).toContain(id);
  });

  test("says that a key is not accepted", async () => {
    await start({ adminApiKey: "ory_pat_right" });
    const { failure } = await performHere({ ORY_PROJECT_API_KEY: "ory_pat_wrong" });
    expect(failure).toMatch(/ory list clients: .*\(401[,)]/);
    expect(failure).not.toContain("ory_pat_wrong");
  });

  test("shows no secret, not even one from the file", async () => {
    await start({ adminApiKey: "ory_pat_right" });
    const clientSecret = "correct+horse";
    const file = write([{ ...seeds.ory, name: "alone", scopes: ["a"], clientSecret }]);
    const { output, failure } = await performHere({ ORY_PROJECT_API_KEY: "ory_pat_right" }, ["--file", file]);
    expect(failure).toBeUndefined();
    expect(output).toContain("•••••••• (13 characters)");
    expect(output.replaceAll(file, "")).not.toMatch(secretForm);
    for (const secret of [clientSecret, "ory_pat_right"]) expect(output).not.toContain(secret);
    expectNothingLeft();
  });

  test.each([
    ["2.1", "the old secret is refused from now on", 23],
    ["26.2", "the old secret is refused from now on", 23],
    ["master", "the old secret gets one too, until it is forgotten", 24],
  ] as const)("runs on a Hydra %s", async (version, claim, checks) => {
    await start({ version });
    const { output, failure } = await performHere();
    expect(failure).toBeUndefined();
    expect(output).toContain(`✓ ${claim}`);
    expect(output).toContain(`All ${checks} checks passed.`);
    expect(output).not.toMatch(secretForm);
    expectNothingLeft();
  });
});
