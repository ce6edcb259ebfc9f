import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulateAuthorizationServer } from "oauth-clients/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAuthority } from "../node/authority.js";
import { run } from "./program.js";
import { type ExampleServer, startTlsServer } from "./servers.js";

// Every test starts a program, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

const secret = "s3cret/+ and:more";

describe("examples/token/discovery.ts", () => {
  const simulator = simulateAuthorizationServer({ clients: [{ clientId: "service", secret }] });
  let listening: Awaited<ReturnType<typeof simulator.listen>>;
  beforeEach(async () => {
    listening = await simulator.listen();
  });
  afterEach(() => listening.close());

  const environment = (changes = {}) => ({ ISSUER: listening.url, CLIENT_ID: "service", CLIENT_SECRET: secret, ...changes });

  test("prints no secret when the client is rejected", async () => {
    const { code, errors } = await run(["examples/token/discovery.ts"], { environment: environment({ CLIENT_ID: "unknown" }) });
    expect(code).toBe(1);
    expect(errors).toContain("invalid_client");
    expect(errors).not.toContain(secret);
  });

  test("gets a token, introspects it and revokes it", async () => {
    const { code, output, errors } = await run(["examples/token/discovery.ts"], { environment: environment() });
    expect({ code, output, errors }).toEqual({ code: 0, output: "active, for read\nrevoked\n", errors: "" });
    expect(simulator.countActive("service")).toBe(0);
  });
});

describe("examples/token/certificate.ts", () => {
  const authority = createAuthority();
  let folder: string;
  let server: ExampleServer;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "certificate-"));
    server = await startTlsServer(authority);
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const certificate = ({ cert, key }: { cert: string; key: string }) => {
    const files = { CERT_FILE: cert, KEY_FILE: key, CA_FILE: authority.cert };
    const paths = Object.entries(files).map(([name, text]) => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return [name, path] as const;
    });
    const environment = { ISSUER: server.origin, CLIENT_ID: "service", ...Object.fromEntries(paths) };
    return run(["examples/token/certificate.ts"], { environment });
  };

  test("is rejected with a certificate of an unknown authority", async () => {
    const { code, errors } = await certificate(createAuthority().issue({ name: "client" }));
    expect(code).toBe(1);
    expect(errors).toContain("invalid_client");
    expect(errors).not.toContain("PRIVATE KEY");
  });

  test("gets a token with a certificate of a trusted authority", async () => {
    const { code, output, errors } = await certificate(authority.issue({ name: "client" }));
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toMatch(/^a token of 127\.0\.0\.1:\d+, valid until \d{4}-/);
  });
});
