import { ConnectionDropped, createFaults, type Faults, truncate } from "./faults.js";
import { createFetch } from "./fetch.js";
import { createHandlers, type MswNamespace } from "./handlers.js";
import { createRecorder, type RecordedRequest, type SecretNames } from "./request-log.js";
import { type Call, createRouter, type Match, type Operation, type RoutingOptions } from "./router.js";
import { type LoopbackServer, serve } from "./server.js";
import { createSimulatedTime, type SimulatedTime } from "./time.js";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string>>;

/** The operations and base URLs of a simulated API. */
export interface SimulatorDefinition<Id extends string, Origin extends string> {
  /** The factory, for error messages. */
  readonly name: string;
  /** Base URLs. Two origins may have the same one. A path in the base URL is a prefix of the path of every operation. */
  readonly baseUrls: Readonly<Record<Origin, string>>;
  readonly operations: Readonly<Record<Id, Operation<Origin>>>;
  readonly routing?: RoutingOptions;
  /** Responds to a request without an operation. `allowed` has the methods that exist for the path. */
  readonly unmatched: (call: Call<Origin>, allowed: readonly string[]) => Response;
  /** Runs before every operation, for example to authenticate or to count requests. Faults take effect before it. */
  readonly middleware?: (
    call: Call<Origin>,
    operationId: Id | undefined,
    next: () => Response | Promise<Response>,
  ) => Response | Promise<Response>;
  readonly secretNames?: SecretNames;
  /** The environment variables with which a client reaches the simulator at these base URLs. */
  readonly env?: (baseUrls: Readonly<Record<Origin, string>>) => Environment;
  readonly time?: SimulatedTime;
}

/** Ports for `listen()`. */
export interface ListenOptions<Origin extends string> {
  /**
   * Port of the first base URL. Further base URLs get free ports.
   * @default 0, a free port
   */
  readonly port?: number;
  /** Ports by origin. They take precedence over `port`. */
  readonly ports?: Partial<Readonly<Record<Origin, number>>>;
}

// Projects without this part of the standard library compile as well.
type AsyncDisposeKey<Constructor> = Constructor extends { readonly asyncDispose: infer Key extends symbol } ? Key : never;
type Disposable = { readonly [Key in AsyncDisposeKey<SymbolConstructor>]: () => Promise<void> };

/** A simulator that listens on 127.0.0.1. `await using` closes it. */
export interface SimulatorServer<Origin extends string> extends Disposable {
  /** The first base URL. */
  readonly url: string;
  /** The base URLs by origin. */
  readonly urls: Readonly<Record<Origin, string>>;
  /** The environment variables for this server. See `env` of the simulator. */
  readonly env: () => Environment;
  /** Closes every open connection and the ports. */
  readonly close: () => Promise<void>;
}

/** The members that every simulator has. */
export interface Simulator<Id extends string, Origin extends string> extends Faults<Id> {
  /** Sends requests to the simulator only. It can be passed as the `fetch` option of managers and token requests. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Creates request handlers for `setupServer` of `msw/node`.
   *
   * @param msw the package msw, as `import * as msw from "msw"` gives it
   */
  readonly handlers: <RequestHandler>(msw: MswNamespace<RequestHandler>) => readonly RequestHandler[];
  /** Listens on 127.0.0.1, for other processes and languages. */
  readonly listen: (options?: ListenOptions<Origin>) => Promise<SimulatorServer<Origin>>;
  /**
   * Returns the environment variables that the vendor's `...FromEnv` function reads, with valid credentials, for use with `fetch` or
   * `handlers`. For a server from `listen()`, call `env()` of that server. Empty for a simulator without such a function.
   */
  readonly env: () => Environment;
  /** The received requests, oldest first, with redacted secrets. */
  readonly requests: readonly RecordedRequest<Id>[];
  /** The simulator's time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Moves the simulator's time forward, in milliseconds, for example to let tokens expire. @throws {RangeError} `ms` is negative or not finite */
  readonly advanceTime: (ms: number) => void;
}

/** Creates a simulator: a function from `Request` to `Response`, with the adapters `fetch`, `handlers` and `listen`. */
export function createSimulator<Id extends string, Origin extends string>(
  definition: SimulatorDefinition<Id, Origin>,
): Simulator<Id, Origin> {
  const { name, operations, unmatched, middleware = (_call, _id, next) => next(), env = () => ({}) } = definition;
  const { now, advanceTime } = definition.time ?? createSimulatedTime();
  const { take, ...faults } = createFaults(name, Object.keys(operations) as Id[]);
  const route = createRouter(operations, definition.routing);
  const recorder = createRecorder<Id>(definition.secretNames);
  const requests: RecordedRequest<Id>[] = [];

  const respond = async (request: Request, baseUrls: Readonly<Record<Origin, string>>): Promise<Response> => {
    const { call, match } = await toCall(request, baseUrls, route);
    const { operationId, allowed } = match;
    const entry = recorder.record(call, operationId, now());
    requests.push(entry);

    const run = () =>
      middleware(call, operationId, () => (operationId ? operations[operationId].respond(call) : unmatched(call, allowed)));
    const { fault, delayMs } = operationId ? take(operationId) : { fault: undefined, delayMs: 0 };
    const ownResponse = !fault || fault.when === "after" ? await run() : undefined;
    if (delayMs > 0) await sleep(delayMs, request.signal);
    if (fault?.drop) throw new ConnectionDropped("the connection was closed");
    const base = fault?.instead?.() ?? ownResponse ?? new Response(null, { status: 500 });
    const complete = request.method === "HEAD" ? withoutContent(base) : base;
    const response = fault?.truncate ? await truncate(complete) : complete;
    entry.status = response.status;
    return response;
  };

  const serves = (url: URL) => originsAt(url, definition.baseUrls).length > 0;
  const respondAtBaseUrls = (request: Request) => respond(request, definition.baseUrls);

  return {
    ...faults,
    fetch: createFetch(serves, respondAtBaseUrls),
    handlers: (msw) => createHandlers(msw, serves, respondAtBaseUrls),
    listen: (options) => listenAt(definition, respond, options),
    env: () => env(definition.baseUrls),
    requests,
    now,
    advanceTime,
  };
}

/** The request as a call, with its operation. */
async function toCall<Id extends string, Origin extends string>(
  request: Request,
  baseUrls: Readonly<Record<Origin, string>>,
  route: (method: string, path: string, origins: readonly Origin[]) => Match<Id>,
): Promise<{ readonly call: Call<Origin>; readonly match: Match<Id> }> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const url = new URL(request.url);
  const origins = originsAt(url, baseUrls);
  const prefix = prefixOf(origins[0] === undefined ? url : new URL(baseUrls[origins[0]]));
  if (origins.length > 0) url.pathname = url.pathname.slice(prefix.length) || "/";
  const match = route(request.method, url.pathname, origins);
  const { method, headers } = request;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return { call: { method, url, parameters: match.parameters, headers, bytes, text, baseUrls, origins }, match };
}

/** Starts one loopback server for each base URL. */
async function listenAt<Id extends string, Origin extends string>(
  { baseUrls, env = () => ({}) }: SimulatorDefinition<Id, Origin>,
  respond: (request: Request, baseUrls: Readonly<Record<Origin, string>>) => Promise<Response>,
  options: ListenOptions<Origin> = {},
): Promise<SimulatorServer<Origin>> {
  const origins = Object.keys(baseUrls) as Origin[];
  const addresses = [...new Set(origins.map((origin) => baseUrls[origin]))];
  const servers: LoopbackServer[] = [];
  const urls = {} as Record<Origin, string>;
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (const [index, address] of addresses.entries()) {
      const sharing = origins.filter((origin) => baseUrls[origin] === address);
      const port = sharing.map((origin) => options.ports?.[origin]).find((candidate) => candidate !== undefined);
      const server = await serve((request) => respond(request, urls), port ?? (index === 0 ? options.port : undefined) ?? 0);
      servers.push(server);
      for (const origin of sharing) urls[origin] = server.url + prefixOf(new URL(address));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url: urls[origins[0] as Origin], urls, env: () => env(urls), close, [Symbol.asyncDispose]: close };
}

function withoutContent({ status, headers }: Response): Response {
  return new Response(null, { status, headers });
}

/** Adds the members of a vendor to a simulator. Getters stay getters. */
export function extendSimulator<Plain extends object, Additions extends object>(
  plain: Plain,
  additions: Additions,
): Plain & Additions {
  return Object.defineProperties(plain, Object.getOwnPropertyDescriptors(additions)) as Plain & Additions;
}

/** The origins whose base URL contains this URL. Of several base URLs on one host, the longest path takes precedence. */
function originsAt<Origin extends string>(url: URL, baseUrls: Readonly<Record<Origin, string>>): readonly Origin[] {
  const candidates = (Object.keys(baseUrls) as Origin[]).flatMap((origin) => {
    const baseUrl = new URL(baseUrls[origin]);
    const prefix = prefixOf(baseUrl);
    const contains = baseUrl.origin === url.origin && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`));
    return contains ? [{ origin, depth: prefix.length }] : [];
  });
  const maximumDepth = Math.max(0, ...candidates.map(({ depth }) => depth));
  return candidates.filter(({ depth }) => depth === maximumDepth).map(({ origin }) => origin);
}

function prefixOf(baseUrl: URL): string {
  return baseUrl.pathname.replace(/\/+$/, "");
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
