import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOryManager } from "oauth-clients/ory";
import {
  type Listening,
  type OryOrigin,
  type OrySimulator,
  type OrySimulatorOptions,
  simulateOry,
} from "oauth-clients/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Ended, type Given, run } from "./program.js";

// Every test starts a program, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

// Longer than any word that the demo prints, shorter than any secret and any token.
const secretForm = /[\w.~-]{24,}/;

const demo = (words: readonly string[] = [], given: Given = {}) => run(["examples/demo.ts", ...words], given);

function expectOneLine({ code, errors }: Ended, line: RegExp): void {
  expect(errors).toMatch(/^demo: [^\n]+\n$/);
  expect(errors).toMatch(line);
  expect(code).toBe(1);
}

describe("npm run demo", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "demo-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (text: string) => {
    const path = join(folder, "clients.json");
    writeFileSync(path, text);
    return path;
  };

  it("refuses an unknown argument", async () => {
    const ended = await demo(["acme"]);
    expectOneLine(ended, /unknown argument "acme": give ory, --file <path> or --help/);
    expect(ended.output).toBe("");
  });

  it("says which file is missing", async () => {
    expectOneLine(await demo(["--file", join(folder, "none.json")]), /none\.json: there is no such file/);
  });

  it.each([
    ["is not JSON", '[{ "clientSecret": "correct horse"', /clients\.json: not JSON$/m],
    ["is no array", '{ "name": "a" }', /clients\.json: expected a JSON array of clients/],
    ["has no client", "[]", /clients\.json: expected at least one client/],
    ["has nobody who can get a token", '[{ "name": "a" }]', /no client has the grant client_credentials and a secret/],
    [
      "has an unknown field",
      '[{ "name": "a", "grantTypes": ["client_credentials"] }, { "name": "b", "redirectUri": ["https://example.com/"] }]',
      /clients\.json\[1\]: ory create client: redirectUri: unknown field/,
    ],
  ])("says that a file %s, before anything is sent", async (_, text, line) => {
    const ended = await demo(["ory", "--file", write(text)]);
    expectOneLine(ended, line);
    expect(ended.output).toBe("");
  });

  it.each([
    ["a slug without a key", { ORY_PROJECT_SLUG: "a" }, /ORY_PROJECT_API_KEY: missing/],
    ["two servers", { ORY_PROJECT_SLUG: "a", ORY_ADMIN_URL: "http://127.0.0.1:1" }, /ORY_PROJECT_SLUG: excludes ORY_ADMIN_URL/],
    ["an admin address alone", { ORY_ADMIN_URL: "http://127.0.0.1:1" }, /ORY_PUBLIC_URL: missing/],
  ])("refuses variables that name %s", async (_, environment, line) => {
    expectOneLine(await demo([], { environment }), line);
  });

  it("says which server cannot be reached", async () => {
    const { urls, close } = await simulateOry().listen();
    await close();
    const ended = await demo([], { environment: { ORY_ADMIN_URL: urls.admin, ORY_PUBLIC_URL: urls.public } });
    expectOneLine(ended, new RegExp(`${urls.admin} could not be reached \\(ECONNREFUSED\\)`));
  });

  it("explains itself", async () => {
    const { code, output } = await demo(["--help"]);
    expect(output).toContain("npm run demo [-- [vendor] [--file <path>]]");
    expect(code).toBe(0);
  });

  it("runs by itself, on a simulator", async () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    expect(scripts.demo).toBe("tsx examples/demo.ts");
    const { code, output, errors } = await demo();
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output).toContain("All 24 checks passed. 3 clients created, 3 deleted, nothing left behind.");
    expect(output.match(/✓/g)).toHaveLength(25);
    expect(output).not.toContain("✗");
    expect(Math.max(...output.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("prints no colours where there is no terminal", async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is looked for
    expect((await demo(["ory"])).output).not.toMatch(/\u001b/);
  });
});

describe("npm run demo, on a server that the environment names", () => {
  let server: OrySimulator;
  let listening: Listening<OryOrigin>;
  let theirs: string;

  // A client of somebody else's stands on every server.
  const start = async (options: OrySimulatorOptions = {}) => {
    server = simulateOry(options);
    listening = await server.listen();
    const credentialsFrom = options.version === "2.1" ? "server" : "library";
    const ory = createOryManager({
      adminUrl: listening.urls.admin,
      credentialsFrom,
      ...(options.adminApiKey === undefined ? {} : { apiKey: options.adminApiKey }),
    });
    const { client, credentials } = await ory.create({ name: "somebody else's", owner: "somebody else" });
    expect(credentials.clientSecret).toMatch(secretForm);
    theirs = JSON.stringify(server.clients);
    return client.id;
  };
  afterEach(() => listening.close());

  const demoHere = (given: Given = {}, words: readonly string[] = []) => {
    const { admin, public: open } = listening.urls;
    return demo(words, { ...given, environment: { ORY_ADMIN_URL: admin, ORY_PUBLIC_URL: open, ...given.environment } });
  };
  const expectNothingLeft = () => expect(JSON.stringify(server.clients)).toBe(theirs);

  it("says that a check failed and what was expected, and cleans up", async () => {
    await start();
    server.failNext("introspectOAuth2Token", { status: 200, body: { active: false } });
    const ended = await demoHere();
    expectOneLine(ended, /step 4 \(Introspect the token\) failed, expected: the server says that it is active/);
    expect(ended.output).toContain("✗ the server says that it is active");
    expectNothingLeft();
  });

  it("notices a secret that goes on working where it must not", async () => {
    await start();
    const kept = server.clients[0];
    server.failNext("deleteRotatedOAuth2ClientSecrets", { status: 200, body: kept });
    expectOneLine(await demoHere(), /step 5 .* expected: forgotten, it is refused, found: a token/);
    expectNothingLeft();
  });

  it("notices an update that had no effect", async () => {
    await start();
    server.failNext("setOAuth2Client", { status: 200, body: server.clients[0] });
    expectOneLine(await demoHere(), /step 6 .* expected: that field changed/);
    expectNothingLeft();
  });

  it("cleans up after a refusal", async () => {
    await start();
    server.failNext("rotateOAuth2ClientSecret", { status: 403, body: { error: "forbidden" } });
    expectOneLine(await demoHere(), /ory refused "rotate secret" \(403\)/);
    expectNothingLeft();
  });

  it("finds and deletes a client whose creation was never answered", async () => {
    await start();
    server.dropConnection("createOAuth2Client", { after: "effect" });
    server.failNext("getOAuth2Client", { status: 403 });
    expectOneLine(await demoHere(), /could not be settled/);
    expect(server.requests.filter(({ operationId }) => operationId === "deleteOAuth2Client")).toHaveLength(1);
    expectNothingLeft();
  });

  it("names the clients that it could not delete", async () => {
    await start();
    server.failNext("introspectOAuth2Token", { status: 403 });
    server.failNext("deleteOAuth2Client", { status: 403, times: 3 });
    const ended = await demoHere();
    expectOneLine(ended, /clients that may be left on the server: /);
    const left = server.clients.filter(({ owner }) => owner !== "somebody else");
    expect(left).toHaveLength(3);
    for (const { client_id: id } of left) expect(ended.errors).toContain(id);
  });

  it("cleans up when it is interrupted", async () => {
    await start();
    server.delayNext("rotateOAuth2ClientSecret", 30_000);
    const { code, errors } = await demoHere({
      meanwhile: async (signal) => {
        const reached = () => server.requests.some(({ operationId }) => operationId === "rotateOAuth2ClientSecret");
        await vi.waitUntil(reached, { timeout: 30_000, interval: 20 });
        signal("SIGINT");
      },
    });
    // Windows knows no signals: there the process has ended without being asked.
    if (process.platform === "win32") return;
    expect(errors).toBe("demo: interrupted by SIGINT, what was created is deleted again\n");
    expect(code).toBe(130);
    expectNothingLeft();
  });

  it("says that a key is not accepted", async () => {
    await start({ adminApiKey: "ory_pat_right" });
    const ended = await demoHere({ environment: { ORY_PROJECT_API_KEY: "ory_pat_wrong" } });
    expectOneLine(ended, /ory refused "list clients" \(401\)/);
    expect(ended.errors).not.toContain("ory_pat_wrong");
  });

  it("shows no secret, not even one from the file", async () => {
    await start({ adminApiKey: "ory_pat_right" });
    const folder = mkdtempSync(join(tmpdir(), "demo-"));
    const file = join(folder, "clients.json");
    const clientSecret = "correct+horse";
    writeFileSync(file, JSON.stringify([{ name: "alone", grantTypes: ["client_credentials"], scopes: ["a"], clientSecret }]));
    const { code, output, errors } = await demoHere({ environment: { ORY_PROJECT_API_KEY: "ory_pat_right" } }, [
      "--file",
      file,
    ]);
    rmSync(folder, { recursive: true });
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output).toContain("•••••••• (13 characters)");
    expect(output.replaceAll(file, "")).not.toMatch(secretForm);
    for (const secret of [clientSecret, "ory_pat_right"]) expect(output).not.toContain(secret);
    expectNothingLeft();
  });

  it.each([
    ["2.1", "the old secret is refused: this server cannot keep two", 23],
    ["26.2", "the old secret is refused: this server cannot keep two", 23],
    ["master", "the old secret gets one too, until it is forgotten", 24],
  ] as const)("runs on a Hydra %s", async (version, claim, checks) => {
    await start({ version });
    const { code, output, errors } = await demoHere();
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output).toContain(`✓ ${claim}`);
    expect(output).toContain(`All ${checks} checks passed.`);
    expect(output).not.toMatch(secretForm);
    expectNothingLeft();
  });
});
