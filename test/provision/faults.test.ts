import { apply, plan, rotate } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import { setup } from "./worlds.js";

/** A process that is gone: nothing that it does after this moment has an effect. */
class Killed extends Error {}

/** What goes wrong with one request or one write of a store. `lost`: it takes effect, and its response is lost. */
const kinds = ["refused", "lost", "server_error", "killed_before", "killed_after"] as const;
type Kind = (typeof kinds)[number];

/** A run that fails at one effect: the requests that change something, and the writes of stores, in order. */
function failAt(index: number, kind: Kind) {
  let count = 0;
  let killed = false;
  const next = () => !killed && count++ === index;
  const die = () => {
    killed = true;
    throw new Killed("killed");
  };
  let strikes = false;
  return {
    effects: () => count,
    reset: () => {
      killed = false;
      count = Number.NEGATIVE_INFINITY;
    },
    store: (_: string, moment: "before" | "after") => {
      if (killed) throw new Killed("killed");
      if (moment === "before") strikes = next();
      if (!strikes) return;
      if (kind === "killed_before" && moment === "before") die();
      if (kind === "killed_after" && moment === "after") die();
      if (kind === "refused" && moment === "before") throw new Error("the store failed before the write");
      if ((kind === "lost" || kind === "server_error") && moment === "after")
        throw new Error("the store failed after the write");
    },
    request: async (request: Request, send: () => Promise<Response>): Promise<Response | undefined> => {
      if (killed) throw new TypeError("fetch failed", { cause: Object.assign(new Error("killed"), { code: "ECONNREFUSED" }) });
      if (request.method === "GET" || /token$/.test(new URL(request.url).pathname) || !next()) return undefined;
      if (kind === "killed_before") {
        killed = true;
        throw new TypeError("fetch failed", { cause: Object.assign(new Error("killed"), { code: "ECONNRESET" }) });
      }
      if (kind === "refused")
        throw new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
      if (kind === "server_error") {
        await send();
        return new Response("bad gateway", { status: 502 });
      }
      await send();
      if (kind === "killed_after") killed = true;
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }) });
    },
  };
}

type Scenario = "create" | "update" | "begin" | "finish" | "delete";
const changed = {
  ory: { scopes: ["read"] },
  ovh: { access: [{ name: "report-dns", resources: ["urn:v1:eu:resource:dnsZone:*"], actions: ["dnsZone:apiovh:get"] }] },
  genesys: { accessTokenValidityMs: 3_600_000 },
  tfe: { name: "GitHub of the platform" },
} as const;
const scenarios = {
  ory: ["create", "update", "begin", "finish", "delete"],
  ovh: ["create", "update", "begin", "finish", "delete"],
  genesys: ["create", "update", "begin", "finish", "delete"],
  tfe: ["create", "update", "delete"],
} as const;

/** Runs a scenario with one fault, then again without, and checks the end. Resolves to whether the fault was reached. */
async function converges(vendor: keyof typeof scenarios, scenario: Scenario, index: number, kind: Kind): Promise<boolean> {
  let fault: ReturnType<typeof failAt> | undefined;
  const { world, store, report, consumed, configure, entry } = await setup(vendor, (operation, moment) =>
    fault?.store(operation, moment),
  );
  const policy = world.hasSecret ? { rotation: { overlap: "0s" } } : {};
  const first = await report({}, policy);
  if (scenario !== "create") expect((await apply(first)).ok).toBe(true);
  if (scenario === "finish") expect((await rotate(first, ["report"])).ok).toBe(true);
  const removed = { report: { action: "delete", ...(world.hasSecret ? { secretStore: store } : {}) } } as const;
  const configuration =
    scenario === "update"
      ? await report(changed[vendor], policy)
      : scenario === "delete"
        ? await configure({}, { removed })
        : first;
  const run = () => {
    if (scenario === "begin" || scenario === "finish") return rotate(configuration, ["report"], { stage: scenario });
    return apply(configuration, { allowDelete: ["report"] });
  };
  const works = async () => !world.hasSecret || store.current() === undefined || world.works(consumed());

  fault = failAt(index, kind);
  const active = fault;
  world.intercept((request) => active.request(request, () => world.simulator.fetch(request.clone())));
  const failed = await run();
  const reached = active.effects() > index;
  const where = `${vendor} ${scenario} ${index} ${kind}`;
  // Whatever happened: what consumers read works, unless the client is to be deleted.
  if (scenario !== "delete") expect(await works(), `${where}: the consumers' secret works after the fault`).toBe(true);
  active.reset();
  world.intercept(undefined);
  fault = undefined;

  const again = failed.ok ? failed : await run();
  // A rotation whose journal was closed before the fault is complete: another one has to wait for its finish.
  const isComplete = again.clients.every((client) => client.status === "stopped" && client.reason === "rotation_not_finished");
  expect(again.ok || isComplete, `${where}: ${JSON.stringify(again.clients)}`).toBe(true);
  if (scenario === "delete") {
    expect(await world.count(), where).toBe(0);
    expect(entry(), where).toBeUndefined();
    return reached;
  }
  expect(await works(), `${where}: the consumers' secret works at the end`).toBe(true);
  if (scenario === "begin") expect((await rotate(configuration, ["report"], { stage: "finish" })).ok, where).toBe(true);
  expect(await works(), `${where}: the consumers' secret works after the finish`).toBe(true);
  expect(await world.count(), `${where}: one client`).toBe(1);
  expect(entry(), where).toMatchObject({ intents: [] });
  expect((await plan(configuration)).actions, where).toMatchObject([{ action: "none" }]);
  return reached;
}

describe.each(Object.keys(scenarios) as (keyof typeof scenarios)[])("a fault at any effect at %s", (vendor) => {
  test.each(scenarios[vendor])(
    "%s: the second run converges to one client with a secret that works",
    { timeout: 60_000 },
    async (scenario) => {
      const reached = [];
      for (const kind of kinds)
        for (let index = 0; await converges(vendor, scenario, index, kind); index++) reached.push(`${kind} ${index}`);
      expect(reached.length).toBeGreaterThan(3);
    },
  );
});
