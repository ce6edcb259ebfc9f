// Runs an example without an account: `npm run example -- token/service`. It starts simulators and servers on loopback ports, and sets the
// variables and the arguments of the example. Without an argument it lists the examples.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOryManager } from "oauth-clients/ory";
import { simulateAuthorizationServer, simulateOry, simulateOvh } from "oauth-clients/testing";
import { createAuthority } from "../node/authority.js";
import { run } from "./program.js";
import { startApi, startTlsServer } from "./servers.js";

/** What an example needs. */
interface Setup {
  readonly environment?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  readonly close?: () => Promise<void>;
}

const secret = "example-secret";
const folder = mkdtempSync(join(tmpdir(), "example-"));

/** Writes a file that only its owner can read. */
function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

async function withOry(words: (adminUrl: string) => Promise<readonly string[]> | readonly string[]): Promise<Setup> {
  const server = await simulateOry().listen();
  return { environment: server.env(), words: await words(server.urls.admin), close: server.close };
}

async function referencesOf(adminUrl: string): Promise<readonly string[]> {
  const { credentials } = await createOryManager({ adminUrl }).create({ name: "Nightly report", clientId: "a" });
  return [write("clients.json", JSON.stringify([{ id: "a", clientSecret: credentials.clientSecret }, { id: "b" }]))];
}

async function withOvh(): Promise<Setup> {
  const keys = { applicationKey: "key", applicationSecret: secret, consumerKey: "consumer" };
  const server = await simulateOvh({ applicationKeys: [keys] }).listen();
  return { environment: server.env(), words: ["xxxxxxx.cluster001.hosting.ovh.net"], close: server.close };
}

async function withMetadata(): Promise<Setup> {
  const server = await simulateAuthorizationServer({ clients: [{ clientId: "service", secret }] }).listen();
  return { environment: { ISSUER: server.url, CLIENT_ID: "service", CLIENT_SECRET: secret }, close: server.close };
}

async function withCertificate(): Promise<Setup> {
  const authority = createAuthority();
  const { origin, close } = await startTlsServer(authority);
  const { cert, key } = authority.issue({ name: "client" });
  const files = {
    CERT_FILE: write("cert.pem", cert),
    KEY_FILE: write("key.pem", key),
    CA_FILE: write("ca.pem", authority.cert),
  };
  return { environment: { ISSUER: origin, CLIENT_ID: "service", ...files }, close };
}

const withApi = (): Promise<Setup> => startApi(secret);

const examples: Readonly<Record<string, () => Promise<Setup>>> = {
  "ory/adopt": () => withOry(referencesOf),
  "ory/provision": () => withOry(() => [join(folder, "credentials.json")]),
  "ovh/guide": withOvh,
  "provision/run": () => withOry(() => [folder]),
  "testing/simulator": async () => ({}),
  "token/certificate": withCertificate,
  "token/diagnostics-channel": withApi,
  "token/discovery": withMetadata,
  "token/ky": withApi,
  "token/mcp": withApi,
  "token/openapi-fetch": withApi,
  "token/opentelemetry": withApi,
  "token/opentelemetry-calls": withApi,
  "token/sdk": withApi,
  "token/service": withApi,
};

const [name = ""] = process.argv.slice(2);
const prepare = examples[name];
try {
  if (prepare) {
    const { environment = {}, words = [], close } = await prepare();
    const { code, output, errors } = await run([`examples/${name}.ts`, ...words], { environment });
    await close?.();
    process.stdout.write(output);
    process.stderr.write(errors);
    process.exitCode = code ?? 1;
  } else {
    console.error(`Usage: npm run example -- <name>\n\nThe examples:\n${Object.keys(examples).join("\n")}`);
    process.exitCode = 64;
  }
} finally {
  rmSync(folder, { recursive: true });
}
