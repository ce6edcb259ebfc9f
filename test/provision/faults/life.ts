import { apply, plan, rotate } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import { changedFields, setup, type World } from "../worlds.js";

/** A process that is gone: nothing that it does after this moment has an effect. */
class Killed extends Error {}

/**
 * What goes wrong with one request or one write of a store. `lost`: it takes effect, and its response is lost. `killed`: it takes
 * effect, and the process ends. A process that ends before an effect leaves what one leaves that ends after the effect before it.
 */
const kinds = ["refused", "lost", "server_error", "killed"] as const;
type Kind = (typeof kinds)[number];

const failedFetch = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });

/** A run that fails at one effect: the requests that change something, and the writes of stores, in order. */
function failAt(index: number, kind: Kind) {
  let count = 0;
  let killed = false;
  let strikes = false;
  const isNext = () => count++ === index;
  return {
    effects: () => count,
    isReached: () => count > index,
    store: (_: string, moment: "before" | "after") => {
      if (killed) throw new Killed("killed");
      // A store has no response that could be a server error.
      if (kind === "server_error") return;
      if (moment === "before") strikes = isNext();
      if (!strikes || moment !== (kind === "refused" ? "before" : "after")) return;
      killed = kind === "killed";
      throw new Error(`the store failed ${moment} the write`);
    },
    request: async (request: Request, send: () => Promise<Response>): Promise<Response | undefined> => {
      if (killed) throw failedFetch("ECONNREFUSED");
      if (request.method === "GET" || /token$/.test(new URL(request.url).pathname) || !isNext()) return undefined;
      if (kind === "refused") throw failedFetch("ECONNREFUSED");
      await send();
      killed = kind === "killed";
      if (kind === "server_error") return new Response("bad gateway", { status: 502 });
      throw failedFetch("UND_ERR_SOCKET");
    },
  };
}

const steps = ["create", "update", "begin", "finish", "delete"] as const;
type Step = (typeof steps)[number];

/** Takes one client from its create to its delete. Each step runs with one fault and then again. Resolves to the number of effects. */
async function live(vendor: World["vendor"], index: number, kind: Kind): Promise<ReadonlyMap<Step, number>> {
  let fault: ReturnType<typeof failAt> | undefined;
  const { world, store, report, consumed, configure, entry } = await setup(vendor, (operation, moment) =>
    fault?.store(operation, moment),
  );
  const policy = world.hasSecret ? { rotation: { overlap: "0s" } } : {};
  const removed = { report: { action: "delete", ...(world.hasSecret ? { secretStore: store } : {}) } } as const;
  const created = await report({}, policy);
  const changed = await report(changedFields[vendor], policy);
  const configurations = { create: created, update: changed, begin: changed, finish: changed };
  const deleted = await configure({}, { removed });
  const works = async () => !world.hasSecret || store.current() === undefined || world.works(consumed());

  const effects = new Map<Step, number>();
  for (const step of world.hasSecret ? steps : (["create", "update", "delete"] as const)) {
    const configuration = step === "delete" ? deleted : configurations[step];
    const run = () =>
      step === "begin" || step === "finish"
        ? rotate(configuration, ["report"], { stage: step })
        : apply(configuration, { allowDelete: ["report"] });
    const where = `${vendor} ${step} ${index} ${kind}`;
    const active = failAt(index, kind);
    fault = active;
    world.intercept((request) => active.request(request, () => world.simulator.fetch(request.clone())));
    const failed = await run();
    fault = undefined;
    world.intercept(undefined);
    effects.set(step, active.effects());
    // Whatever happened: what consumers read works, unless the client is to be deleted.
    if (active.isReached() && step !== "delete")
      expect(await works(), `${where}: the consumers' secret works after the fault`).toBe(true);

    const again = failed.ok ? failed : await run();
    // A rotation whose journal was closed before the fault is complete: another one has to wait for its finish.
    const isComplete = again.clients.every((one) => one.status === "stopped" && one.reason === "rotation_not_finished");
    expect(again.ok || isComplete, `${where}: ${JSON.stringify(again.clients)}`).toBe(true);
    if (step === "delete") {
      expect(await world.count(), where).toBe(0);
      expect(entry(), where).toBeUndefined();
      continue;
    }
    expect(await works(), `${where}: the consumers' secret works at the end`).toBe(true);
    if (step !== "begin") expect(await world.count(), `${where}: one client`).toBe(1);
    expect(entry(), where).toMatchObject({ intents: [] });
    if (active.isReached()) expect((await plan(configuration)).actions, where).toMatchObject([{ action: "none" }]);
  }
  return effects;
}

/** The tests of one vendor. Each vendor has a file of its own, so that workers share them. */
export function testFaults(vendor: World["vendor"]) {
  describe(`a fault at any effect at ${vendor}`, () => {
    test.each(kinds)("%s: the second run converges to one client with a secret that works", async (kind) => {
      const effects = await live(vendor, Number.POSITIVE_INFINITY, kind);
      expect([...effects.keys()]).toEqual(vendor === "tfe" ? ["create", "update", "delete"] : steps);
      expect(Math.min(...effects.values())).toBeGreaterThanOrEqual(kind === "server_error" ? 1 : 2);
      for (let index = 0; index < Math.max(...effects.values()); index++) await live(vendor, index, kind);
    });
  });
}
