import { oryOptionsFromEnv } from "oauth-clients/ory";
import { apply, loadConfig, plan } from "oauth-clients/provision";
import { simulateOry } from "oauth-clients/testing";
import { expect, test } from "vitest";
import { oryProvider } from "../../src/ory/provider.js";
import { advanceTimeUntilEnded, stopTime } from "../time.js";
import { memoryStore } from "./memory.js";

const number = 50;
// Fifteen creates in a minute: the last five are permitted after three minutes.
const limitsOwnMs = 180_000;

test("clients that the free plan of Ory Network does not permit in one minute are created without a failure, as fast as it permits", async () => {
  stopTime();
  const startedAt = Date.now();
  // With the retries that a manager has by default.
  const simulator = simulateOry({
    network: { project: "acme", apiKey: "key", rateLimits: "developer" },
    now: () => startedAt + performance.now(),
  });
  const ory = oryProvider(() => ({
    ...oryOptionsFromEnv(simulator.env()),
    fetch: simulator.fetch,
  }));
  const declare = (index: number) =>
    ory.client(
      { name: `Client ${index}`, grantTypes: ["client_credentials"], scopes: ["read"] },
      { secretStore: memoryStore(`store ${index}`) },
    );
  const configuration = await loadConfig(
    {
      project: "acme",
      environments: { test: { accounts: { ory: await ory.account() } } },
      clients: () => Object.fromEntries(Array.from({ length: number }, (_, index) => [`client-${index}`, declare(index)])),
    },
    "test",
  );
  const from = performance.now();
  const run = apply(configuration);
  await advanceTimeUntilEnded(run, () => true, 100);
  const { clients } = await run;
  expect(clients.filter(({ status }) => status !== "done")).toEqual([]);
  expect(performance.now() - from).toBeLessThanOrEqual(1.05 * limitsOwnMs);
  const second = plan(configuration);
  await advanceTimeUntilEnded(second, () => true, 100);
  expect((await second).actions.filter(({ action }) => action !== "none")).toEqual([]);
});
