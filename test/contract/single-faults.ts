import {
  type CreateResult,
  canRotateSecret,
  isOAuthClientsError,
  NotFoundError,
  type OAuthClient,
  type OAuthClientManager,
  type Outcome,
} from "oauth-clients";
import { describe, expect, test } from "vitest";
import { expectConsistentOutcome } from "./outcome.js";
import type { ContractSubject } from "./subject.js";

/** One request of a call without faults. */
interface Sent {
  readonly method: string;
  readonly hasBody: boolean;
}

type Forward = () => Promise<Response>;

/** A response that replaces the vendor's. `undefined`: the fault does not exist for this request. */
type Fault = (forward: Forward, request: Sent, ids: { readonly id: string; readonly otherId: string }) => Promise<Response>;

const html = (status: number) =>
  new Response("<!doctype html><title>gateway</title>", { status, headers: { "content-type": "text/html" } });
const json = (body: unknown, status: number) => Response.json(body, { status });
const redirect = () => new Response(null, { status: 307, headers: { location: "https://login.example.com/" } });
const brokenStream = (text: string) =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    pull: (controller) => controller.error(cut()),
  });
const cut = () =>
  Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("cut"), { code: "ECONNRESET" }) });
const after = (make: () => Response) => async (forward: Forward) => {
  await forward();
  return make();
};

const faults: Readonly<Record<string, Fault>> = {
  "an HTML page with 200 instead of the request": async () => html(200),
  "an HTML page with 200 after the request": after(() => html(200)),
  "an empty JSON object with 200 instead of the request": async () => json({}, 200),
  "an empty JSON object with 200 after the request": after(() => json({}, 200)),
  // A vendor's own response without content cannot be told from this one.
  "204 instead of a request whose response has content": async (forward, { hasBody }) =>
    hasBody ? new Response(null, { status: 204 }) : forward(),
  "204 after the request": after(() => new Response(null, { status: 204 })),
  "a 404 page of a gateway instead of the request": async () => html(404),
  "a 404 page of a gateway after the request": after(() => html(404)),
  "a 404 with a foreign JSON body instead of the request": async () => json({ message: "no Route matched" }, 404),
  "a 404 with a foreign JSON body after the request": after(() => json({ message: "no Route matched" }, 404)),
  "a 405 of a gateway instead of the request": async () => html(405),
  "a 502 page instead of the request": async () => html(502),
  "a 502 page after the request": after(() => html(502)),
  "a 503 page instead of the request": async () => html(503),
  "a 503 page after the request": after(() => html(503)),
  "a redirect instead of the request": async () => redirect(),
  "a redirect after the request": after(redirect),
  "an empty body with 200 instead of a request whose response has content": async (forward, { hasBody }) =>
    hasBody ? new Response("", { status: 200 }) : forward(),
  "an empty body with 200 after the request": after(() => new Response("", { status: 200 })),
  "a JSON list with 200 after the request": after(() => json([], 200)),
  "half of the body": async (forward) => {
    const response = await forward();
    const text = await response.text();
    return new Response(text === "" ? null : text.slice(0, text.length / 2), response);
  },
  "a body that is cut": async (forward) => {
    const response = await forward();
    const text = await response.text();
    return new Response(brokenStream(text.slice(0, text.length / 2)), { status: 200, headers: response.headers });
  },
  "a lost connection before the request": async () => {
    throw cut();
  },
  "a lost connection after the request": async (forward) => {
    await forward();
    throw cut();
  },
  "the document of another client": async (forward, _, { id, otherId }) => {
    const response = await forward();
    const text = await response.text();
    return new Response(text === "" ? null : text.replaceAll(id, otherId), response);
  },
};

// Other faults end the call at once.
const isRetried = /50[23]|404|lost connection|cut/;

const operations = ["create", "get", "list", "update", "delete", "rotateSecret"] as const;

/** Every fault at every request of every shared operation: no wrong outcome, and no message that contradicts the outcome. */
export function describeSingleFaults<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<Client>,
>(vendor: string, subject: ContractSubject<Id, Client, Input, Changes, Created>): void {
  /** A simulator with two clients. */
  async function startVendor() {
    const { simulator, connect } = subject.start();
    const own = connect({ fetch: simulator.fetch });
    const { client } = await own.create(subject.input(1));
    const { client: other } = await own.create(subject.input(2));
    return { simulator, connect, own, client, otherId: other.id };
  }

  /** A vendor, and a new manager whose requests pass through `intercept`. */
  async function setup(maxRetries: number, vendorOfReads?: Awaited<ReturnType<typeof startVendor>>) {
    const { simulator, connect, own, client, otherId } = vendorOfReads ?? (await startVendor());
    let intercept = (forward: Forward, _method: string): Promise<Response> => forward();
    const manager = connect({
      fetch: (input, init) => intercept(() => simulator.fetch(input, init), init?.method ?? "GET"),
      retry: { maxRetries, initialDelayMs: 1, maxDelayMs: 1 },
    });
    return {
      simulator,
      own,
      manager,
      client,
      otherId,
      intercepted: (how: typeof intercept) => {
        intercept = how;
      },
    };
  }
  type World = Awaited<ReturnType<typeof setup>>;

  const run: Record<(typeof operations)[number], (world: World) => Promise<unknown>> = {
    create: ({ manager }) => manager.create(subject.input(3)),
    get: ({ manager, client }) => manager.get(client.id),
    list: async ({ manager }) => {
      for await (const _ of manager.list());
    },
    update: ({ manager, client }) => manager.update(client.id, subject.changes),
    delete: ({ manager, client }) => manager.delete(client.id),
    rotateSecret: async ({ manager, client }) => {
      if (canRotateSecret(manager as OAuthClientManager)) await (manager as unknown as Rotating).rotateSecret(client.id);
    },
  };

  /** Whether the operation has taken effect. `undefined`: the simulator does not show it. */
  async function isApplied(operation: (typeof operations)[number], { own, client, simulator }: World) {
    if (operation === "create") return simulator.clients.length > 2;
    if (operation === "delete") return (await read(own, client.id)) === undefined;
    if (operation !== "update") return undefined;
    const wanted: Partial<Client> = { ...subject.changed(client) };
    const found: Partial<Client> = { ...(await own.get(client.id)) };
    for (const name of subject.volatile ?? []) {
      delete wanted[name];
      delete found[name];
    }
    return JSON.stringify(sorted(found)) === JSON.stringify(sorted(wanted));
  }

  async function requestsOf(operation: (typeof operations)[number]): Promise<readonly Sent[]> {
    const world = await setup(0);
    const sent: Sent[] = [];
    world.intercepted(async (forward, method) => {
      const response = await forward();
      const text = await response.clone().text();
      sent.push({ method, hasBody: text !== "" && text !== "null" });
      return response;
    });
    await run[operation](world);
    return sent;
  }

  describe(`${vendor} contract: single faults`, () => {
    test.each(operations)(
      "%s has no wrong outcome and no contradicting message after a fault at any request",
      async (operation) => {
        const requests = await requestsOf(operation);
        // Reads change nothing, so all their faults can use one simulator.
        const vendorOfReads = operation === "get" || operation === "list" ? await startVendor() : undefined;
        const cases = Object.entries(faults).flatMap(([name, fault]) =>
          requests.flatMap((request, index) =>
            (isRetried.test(name) ? [0, 2] : [0]).map((maxRetries) => ({ name, fault, request, index, maxRetries })),
          ),
        );
        // Concurrent, because token requests wait before their retries.
        const problems = await Promise.all(
          cases.map(async ({ name, fault, request, index, maxRetries }) => {
            const world = await setup(maxRetries, vendorOfReads);
            const ids = { id: world.client.id, otherId: world.otherId };
            let count = 0;
            world.intercepted((forward) => (count++ === index ? fault(forward, request, ids) : forward()));
            const outcome = await outcomeOf(() => run[operation](world));
            const problem = judge(operation, outcome, await isApplied(operation, world));
            return problem && `${name}, request ${index + 1} (${request.method}), ${maxRetries} retries: ${problem}`;
          }),
        );
        expect(problems.filter(Boolean)).toEqual([]);
      },
    );
  });
}

interface Rotating {
  readonly rotateSecret: (id: string) => Promise<unknown>;
}

async function read(manager: OAuthClientManager, id: string): Promise<OAuthClient | undefined> {
  try {
    return await manager.get(id);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome | "resolved" | Error> {
  try {
    await call();
    return "resolved";
  } catch (error) {
    if (!isOAuthClientsError(error)) return error as Error;
    try {
      expectConsistentOutcome(error);
    } catch {
      return new Error(`the message contradicts the outcome ${error.outcome}: ${error.message}`);
    }
    return error.outcome;
  }
}

function judge(operation: string, outcome: Outcome | "resolved" | Error, applied: boolean | undefined): string | undefined {
  if (outcome instanceof Error) return outcome.message;
  if (operation === "get" || operation === "list")
    return outcome === "not_applied" || outcome === "resolved" ? undefined : `a read has the outcome ${outcome}`;
  if (applied === undefined || outcome === "unknown") return undefined;
  const claimed = outcome !== "not_applied";
  return claimed === applied
    ? undefined
    : `the call ended as ${outcome}, and the effect ${applied ? "exists" : "does not exist"}`;
}

function sorted(value: object): [string, unknown][] {
  return Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
}
