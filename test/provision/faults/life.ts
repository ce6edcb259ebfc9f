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

type Effect = "request" | "write";

/** A run that fails at one effect: the requests that change something, and the writes of stores, in order. */
function failAt(index: number, kind: Kind) {
  const effects: Effect[] = [];
  let killed = false;
  let strikes = false;
  // A store has no response that could be a server error.
  const isNext = (effect: Effect) => effects.push(effect) === index + 1 && !(kind === "server_error" && effect === "write");
  return {
    effects,
    store: (_: string, moment: "before" | "after") => {
      if (killed) throw new Killed("killed");
      if (moment === "before") strikes = isNext("write");
      if (!strikes || moment !== (kind === "refused" ? "before" : "after")) return;
      killed = kind === "killed";
      throw new Error(`the store failed ${moment} the write`);
    },
    request: async (request: Request, send: () => Promise<Response>): Promise<Response | undefined> => {
      if (killed) throw failedFetch("ECONNREFUSED");
      if (request.method === "GET" || /token$/.test(new URL(request.url).pathname) || !isNext("request")) return undefined;
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
/** The effects of each step, in order. */
type Effects = ReadonlyMap<Step, readonly Effect[]>;

/** Takes one client from its create to its delete. Each step fails at one effect, where it has so many, and runs again. */
async function live(vendor: World["vendor"], index: number, kind: Kind, known?: Effects): Promise<Effects> {
  let fault: ReturnType<typeof failAt> | undefined;
  const { world, store, report, consumed, configure, entry } = await setup(vendor, (operation, moment) =>
    fault?.store(operation, moment),
  );
  const policy = world.hasSecret ? { rotation: { overlap: "0s" } } : {};
  const removed = { report: { action: "delete", ...(world.hasSecret ? { secretStore: store } : {}) } } as const;
  let configuration = await report({}, policy);
  const works = async () => !world.hasSecret || store.current() === undefined || world.works(consumed());

  const effects = new Map<Step, readonly Effect[]>();
  for (const step of world.hasSecret ? steps : (["create", "update", "delete"] as const)) {
    const isFaulty = (known?.get(step)?.length ?? 0) > index;
    // No other step depends on it.
    if (step === "update" && known !== undefined && !isFaulty) continue;
    if (step === "update") configuration = await report(changedFields[vendor], policy);
    if (step === "delete") configuration = await configure({}, { removed });
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
    expect(active.effects.length > index, `${where}: the fault was reached`).toBe(isFaulty);
    effects.set(step, active.effects);
    // Whatever happened: what consumers read works, unless the client is to be deleted.
    if (isFaulty && step !== "delete")
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
    expect(entry(), where).toMatchObject({ intents: [] });
    if (!isFaulty && step !== "finish") continue;
    expect(await works(), `${where}: the consumers' secret works at the end`).toBe(true);
    // During the overlap of a rotation the vendor may have two.
    if (step !== "begin") expect(await world.count(), `${where}: one client`).toBe(1);
    expect((await plan(configuration)).actions, where).toMatchObject([{ action: "none" }]);
  }
  return effects;
}

/** The tests of one vendor. Each vendor has a file of its own, so that workers share them. */
export function testFaults(vendor: World["vendor"]) {
  describe(`a fault at any effect at ${vendor}`, () => {
    let effects: Effects = new Map();

    test("each step of a client's life has effects", async () => {
      effects = await live(vendor, Number.POSITIVE_INFINITY, "refused");
      expect([...effects.keys()]).toEqual(vendor === "tfe" ? ["create", "update", "delete"] : steps);
      for (const [step, list] of effects)
        expect(list, step).toEqual(expect.arrayContaining(step === "update" ? ["request"] : ["request", "write"]));
    });

    test.each(kinds)("%s: the second run converges to one client with a secret that works", async (kind) => {
      const lists = [...effects.values()];
      const most = Math.max(...lists.map(({ length }) => length));
      for (let index = 0; index < most; index++)
        if (kind !== "server_error" || lists.some((list) => list[index] === "request"))
          await live(vendor, index, kind, effects);
    });
  });
}
