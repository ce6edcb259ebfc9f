import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { collect, InputError, NotFoundError } from "oauth-clients";
import { createOryManager, type OryClientInput } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";
import { Complaint, explain } from "../demo/failure.js";
import { readClients } from "../demo/file.js";
import type { Stage } from "../demo/stage.js";
import { openServer } from "./server.js";
import { getsTokens, perform, type Run } from "./steps.js";

/** Shows what Ory's manager does: on a simulator, or on the server that the environment names. */
export async function demonstrateOry({ report, file, environment, signal }: Stage): Promise<void> {
  const path = file ?? relative(process.cwd(), fileURLToPath(new URL("clients.json", import.meta.url)));
  const inputs = await rehearse(path, await readClients(path));
  const server = await openServer(environment);
  const owner = `oauth-clients-demo-${crypto.randomUUID()}`;
  const run: Run = {
    ory: createOryManager(server.options),
    ...{ server, report, signal, owner, ids: new Set<string>(), uncertain: false },
  };
  try {
    report.open("Ory", server.description);
    await perform(run, path, inputs);
  } catch (error) {
    const left = await cleanUp(run);
    throw left === undefined ? error : new Complaint(`${explain(error)}; ${left}`);
  } finally {
    await server.close();
  }
}

/**
 * Tries the clients on a simulator in memory, so that a mistake in the file is found before anything is sent.
 * @throws {Complaint} names the place in the file and what is wrong there
 */
async function rehearse(path: string, clients: readonly unknown[]): Promise<readonly OryClientInput[]> {
  const { urls, fetch } = simulateOry();
  const ory = createOryManager({ adminUrl: urls.admin, fetch });
  for (const [index, client] of clients.entries()) {
    // Any other refusal is left to the real server, whose rules may differ.
    const refusal = await ory.create(client as OryClientInput).catch((error: unknown) => error);
    if (refusal instanceof InputError) throw new Complaint(`${path}[${index}]: ${refusal.message}`);
  }
  const inputs = clients as readonly OryClientInput[];
  if (!inputs.some(getsTokens)) throw new Complaint(`${path}: no client has the grant client_credentials and a secret`);
  return inputs;
}

/** Deletes what this run has made and nothing else. Tells what could not be deleted. */
async function cleanUp({ ory, owner, ids, uncertain }: Run): Promise<string | undefined> {
  const kept: string[] = [];
  const options = { timeoutMs: 10_000 };
  if (uncertain) {
    try {
      // Looked at once more, should a server not know the filter.
      for (const client of await collect(ory.list({ owner, ...options }))) if (client.owner === owner) ids.add(client.id);
    } catch {
      kept.push(`of the owner ${owner}`);
    }
  }
  for (const id of ids) {
    const error = await ory.delete(id, options).catch((error: unknown) => error);
    if (error !== undefined && !(error instanceof NotFoundError)) kept.push(id);
  }
  return kept.length === 0 ? undefined : `clients that may be left on the server: ${kept.join(", ")}`;
}
