// Three ways to test your own code against a simulated vendor.
//
//   npx tsx examples/testing/simulator.ts
import assert from "node:assert/strict";
import * as msw from "msw";
import { setupServer } from "msw/node";
import { TimeoutError } from "oauth-clients";
import { createOryManager, type OryManager } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";

// The code under test.
async function retire(ory: OryManager, id: string): Promise<void> {
  await ory.deleteTokens(id);
  await ory.delete(id);
}

// 1. Inject the simulator's fetch.
const injected = simulateOry();
const ory = createOryManager({ adminUrl: injected.urls.admin, fetch: injected.fetch, timeoutMs: 500 });
const { client } = await ory.create({ name: "Nightly report" });
// Inject a fault into an operation, named by its id in the vendor's description.
injected.delayNext("deleteOAuth2Client", 60_000);
await assert.rejects(retire(ory, client.id), (error) => error instanceof TimeoutError && error.outcome === "unknown");
// The recorded requests have redacted secrets.
assert.equal(injected.requests.at(-1)?.operationId, "deleteOAuth2Client");
// The client is deleted and the response was lost: the outcome is "unknown".
assert.deepEqual(injected.clients, []);

// 2. Use it in msw, when the code creates its own manager without a fetch option.
const handled = simulateOry();
const network = setupServer(...handled.handlers(msw));
network.listen();
await createOryManager({ adminUrl: handled.urls.admin }).create({ name: "Nightly report" });
assert.equal(handled.clients[0]?.client_name, "Nightly report");
network.close();

// 3. Listen on a loopback port, for other processes and languages.
const served = simulateOry({ version: "26.2" });
const { urls, close } = await served.listen();
const response = await fetch(`${urls.admin}/admin/clients`);
assert.deepEqual(await response.json(), []);
await close();

console.log("all three ways work");
