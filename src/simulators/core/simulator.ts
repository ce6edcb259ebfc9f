import type { HttpHandler } from "msw";
import { createClock, type SimulatorClock } from "./clock.js";
import { ConnectionDropped, createFaults, type Faults, truncate } from "./faults.js";
import { createFetch } from "./fetch.js";
import { createHandlers } from "./handlers.js";
import { type Call, createRouter, type Match, type Operation } from "./operations.js";
import { createRecorder, type RecordedRequest, type SecretNames } from "./requests.js";
import { type LoopbackServer, serve } from "./server.js";

/** A simulated API: what it serves, where, and what it answers to the rest. */
export interface SimulatorDefinition<Id extends string, Origin extends string> {
  /** For messages to the person who writes a test. */
  readonly name: string;
  /** Where the API is found. Two origins may share an address. A path is a prefix of every operation's path. */
  readonly sites: Readonly<Record<Origin, string>>;
  readonly operations: Readonly<Record<Id, Operation<Origin>>>;
  /** Answers a request that no operation fits. `allowed` has the methods that the path knows. */
  readonly unmatched: (call: Call<Origin>, allowed: readonly string[]) => Response;
  /** Stands before every operation: a gateway that authenticates or counts. Faults strike before it. */
  readonly around?: (
    call: Call<Origin>,
    operationId: Id | undefined,
    next: () => Response | Promise<Response>,
  ) => Response | Promise<Response>;
  readonly secretNames?: SecretNames;
  readonly clock?: SimulatorClock;
}

/** How to put a simulator on the loopback. */
export interface ListenOptions<Origin extends string> {
  /**
   * Port of the first address. Further addresses take any free port.
   * @default 0, any free port
   */
  readonly port?: number;
  /** Ports by origin, before `port`. */
  readonly ports?: Partial<Readonly<Record<Origin, number>>>;
}

/** A simulator on the loopback. */
export interface SimulatorServer<Origin extends string> {
  /** The first address. */
  readonly url: string;
  /** Every address, by origin. */
  readonly urls: Readonly<Record<Origin, string>>;
  /** Cuts every open connection and frees the ports. */
  readonly close: () => Promise<void>;
}

/** What every simulator offers, whatever it simulates. */
export interface Simulator<Id extends string, Origin extends string> extends Faults<Id> {
  /** Reaches the simulator and nothing else. Inject it wherever a `fetch` is taken. */
  readonly fetch: typeof globalThis.fetch;
  /** For `setupServer(...handlers)` of `msw/node`. @throws {Error} msw is not installed */
  readonly handlers: readonly HttpHandler[];
  /** Puts the simulator on 127.0.0.1, for other processes and languages. */
  readonly listen: (options?: ListenOptions<Origin>) => Promise<SimulatorServer<Origin>>;
  /** What has arrived so far, oldest first, secrets struck out. */
  readonly requests: readonly RecordedRequest<Id>[];
  /** The time that the simulator lives in: move it forward to let tokens expire. */
  readonly clock: SimulatorClock;
}

/** Makes a simulator. Its heart takes a `Request` and gives a `Response`; `fetch`, `handlers` and `listen` are coats on it. */
export function createSimulator<Id extends string, Origin extends string>(
  definition: SimulatorDefinition<Id, Origin>,
): Simulator<Id, Origin> {
  const { name, operations, unmatched, around = (_call, _id, next) => next(), clock = createClock() } = definition;
  const origins = Object.keys(definition.sites) as Origin[];
  const { take, ...faults } = createFaults(name, Object.keys(operations) as Id[]);
  const route = createRouter(operations);
  const recorder = createRecorder<Id>(definition.secretNames);
  const requests: RecordedRequest<Id>[] = [];

  const respond = async (request: Request, sites: Readonly<Record<Origin, string>>): Promise<Response> => {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const { call, match } = toCall(request, bytes, sites);
    const { operationId, allowed } = match;
    const entry = recorder.record(call, operationId, clock.now());
    requests.push(entry);

    const act = () =>
      around(call, operationId, () => (operationId ? operations[operationId].answer(call) : unmatched(call, allowed)));
    const { fault, delayMs } = operationId ? take(operationId) : { fault: undefined, delayMs: 0 };
    const ownAnswer = !fault || fault.when === "after" ? await act() : undefined;
    if (delayMs > 0) await sleep(delayMs, request.signal);
    if (fault?.drop) throw new ConnectionDropped("the connection was cut");
    const answered = fault?.instead?.() ?? ownAnswer ?? new Response(null, { status: 500 });
    const response = fault?.truncate ? await truncate(answered) : answered;
    entry.status = response.status;
    return response;
  };

  const toCall = (request: Request, bytes: Uint8Array, sites: Readonly<Record<Origin, string>>) => {
    const url = new URL(request.url);
    const found = originsAt(url, sites);
    const prefix = prefixOf(found[0] === undefined ? url : new URL(sites[found[0]]));
    if (found.length > 0) url.pathname = url.pathname.slice(prefix.length) || "/";
    const match: Match<Id> = route(request.method, url.pathname, found);
    const call: Call<Origin> = {
      method: request.method,
      url,
      parameters: match.parameters,
      headers: request.headers,
      bytes,
      text: new TextDecoder().decode(bytes),
      sites,
      origins: found,
    };
    return { call, match };
  };

  const serves = (url: URL) => originsAt(url, definition.sites).length > 0;
  const fromAnywhere = (request: Request) => respond(request, definition.sites);
  let handlers: readonly HttpHandler[] | undefined;

  const listen = async (options: ListenOptions<Origin> = {}): Promise<SimulatorServer<Origin>> => {
    const addresses = [...new Set(origins.map((origin) => definition.sites[origin]))];
    const servers: LoopbackServer[] = [];
    const urls = {} as Record<Origin, string>;
    try {
      for (const [index, address] of addresses.entries()) {
        const here = origins.filter((origin) => definition.sites[origin] === address);
        const wanted = here.map((origin) => options.ports?.[origin]).find((port) => port !== undefined);
        const server = await serve(
          (request) => respond(request, urls),
          wanted ?? (index === 0 ? options.port : undefined) ?? 0,
        );
        servers.push(server);
        for (const origin of here) urls[origin] = server.url + prefixOf(new URL(address));
      }
    } catch (error) {
      await Promise.all(servers.map((server) => server.close()));
      throw error;
    }
    return {
      url: urls[origins[0] as Origin],
      urls,
      close: async () => {
        await Promise.all(servers.map((server) => server.close()));
      },
    };
  };

  return {
    ...faults,
    fetch: createFetch(serves, fromAnywhere),
    get handlers() {
      handlers ??= createHandlers(serves, fromAnywhere);
      return handlers;
    },
    listen,
    requests,
    clock,
  };
}

/** Adds a vendor's own members to a simulator. Getters stay getters: spreading would read `handlers`, which may throw. */
export function extendSimulator<Plain extends object, Additions extends object>(
  plain: Plain,
  additions: Additions,
): Plain & Additions {
  return Object.defineProperties(plain, Object.getOwnPropertyDescriptors(additions)) as Plain & Additions;
}

/** The origins whose address this one lies under; of several addresses on one host, the longest path wins. */
function originsAt<Origin extends string>(url: URL, sites: Readonly<Record<Origin, string>>): readonly Origin[] {
  const candidates = (Object.keys(sites) as Origin[]).flatMap((origin) => {
    const site = new URL(sites[origin]);
    const prefix = prefixOf(site);
    const lies = site.origin === url.origin && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`));
    return lies ? [{ origin, depth: prefix.length }] : [];
  });
  const deepest = Math.max(0, ...candidates.map(({ depth }) => depth));
  return candidates.filter(({ depth }) => depth === deepest).map(({ origin }) => origin);
}

function prefixOf(site: URL): string {
  return site.pathname.replace(/\/+$/, "");
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
