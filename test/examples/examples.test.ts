import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOryManager } from "oauth-clients/ory";
import { type OrySimulator, simulateOry } from "oauth-clients/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { run } from "./program.js";

// Every test starts a program, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let server: OrySimulator;
let listening: Awaited<ReturnType<OrySimulator["listen"]>>;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "examples-"));
  server = simulateOry();
  listening = await server.listen();
  environment = { ORY_ADMIN_URL: listening.urls.admin, ORY_PUBLIC_URL: listening.urls.public };
});
afterEach(async () => {
  await listening.close();
  rmSync(folder, { recursive: true, force: true });
});

const connect = () => createOryManager({ adminUrl: listening.urls.admin, publicUrl: listening.urls.public });

describe("examples/ory/provision.ts", () => {
  const provision = (name = "credentials.json") => run(["examples/ory/provision.ts", join(folder, name)], { environment });
  const credentials = () => JSON.parse(readFileSync(join(folder, "credentials.json"), "utf8"));

  test("creates no client when the credentials file exists", async () => {
    writeFileSync(join(folder, "credentials.json"), "existing");
    expect((await provision()).code).toBe(1);
    expect(server.requests).toEqual([]);
    expect(readFileSync(join(folder, "credentials.json"), "utf8")).toBe("existing");
  });

  test("saves the credentials of a client that may exist", async () => {
    server.dropConnection("createOAuth2Client", { when: "after" });
    server.failNext("getOAuth2Client", { status: 403 });
    const { code, errors } = await provision();
    expect(code).toBe(1);
    expect(errors).toContain("may exist: reading it failed");
    expect(errors).not.toContain(credentials().clientSecret);
    const { clientId: id, clientSecret } = credentials();
    expect((await connect().import({ id, clientSecret }, { verifySecret: true })).secretVerified).toBe(true);
  });

  test("writes the credentials to a file that only the owner can read, and creates no second client", async () => {
    const { code, output, errors } = await provision();
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output).toContain("created nightly-report");
    expect(output).not.toContain(credentials().clientSecret);
    if (process.platform !== "win32") expect(statSync(join(folder, "credentials.json")).mode & 0o777).toBe(0o600);
    expect(credentials().clientId).toBe("nightly-report");

    const second = await provision("second.json");
    expect(second.errors).toContain("already exists");
    expect(second.code).toBe(1);
    expect(existsSync(join(folder, "second.json"))).toBe(false);
    expect(server.clients).toHaveLength(1);
  });
});

describe("examples/ory/adopt.ts", () => {
  test("prints for each client whether it exists and its secret works", async () => {
    const { credentials } = await connect().create({ name: "Nightly report", clientId: "a" });
    const { clientSecret } = credentials;
    const kept = [{ id: "a", clientSecret }, { id: "a", clientSecret: "something else" }, { id: "a" }, { id: "b" }];
    const file = join(folder, "clients.json");
    writeFileSync(file, JSON.stringify(kept));
    const { code, output, errors } = await run(["examples/ory/adopt.ts", file], { environment });
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output.trim().split("\n")).toEqual([
      "a: Nightly report, its secret works",
      "a: the secret is not accepted (invalid_client)",
      "a: Nightly report, no saved secret",
      "b: the client does not exist",
    ]);
  });
});

describe("examples/token/service.ts", () => {
  let api: Server;
  const seen: string[] = [];
  beforeEach(async () => {
    api = createServer((incoming, outgoing) => {
      seen.push(incoming.headers.authorization ?? "");
      // The first token is revoked before its time.
      outgoing.writeHead(incoming.headers.authorization === seen[0] ? 401 : 200).end();
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => new Promise((resolve) => api.close(resolve)));

  test("shares one token, and replaces a rejected one", async () => {
    const { credentials } = await connect().create({ name: "a", grantTypes: ["client_credentials"], scopes: ["read"] });
    const { code, output, errors } = await run(["examples/token/service.ts"], {
      environment: {
        TOKEN_URL: `${listening.urls.public}/oauth2/token`,
        CLIENT_ID: credentials.clientId,
        CLIENT_SECRET: credentials.clientSecret,
        API_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
      },
    });
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output).toBe("200 200 200\n");
    expect(server.requests.filter(({ operationId }) => operationId === "oauth2TokenExchange")).toHaveLength(2);
    expect(new Set(seen).size).toBe(2);
  });
});

describe("examples/testing/simulator.ts", () => {
  test("works in all three ways", async () => {
    const { code, output, errors } = await run(["examples/testing/simulator.ts"]);
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output).toBe("all three ways work\n");
  });
});
