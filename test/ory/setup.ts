import { createOryManager } from "../../src/ory/manager.js";
import type { OryHydraOptions, OryNetworkOptions } from "../../src/ory/options.js";
import type { OryManager } from "../../src/ory/types.js";
import { simulateOry } from "../../src/simulators/ory/simulator.js";

type SimulatorOptions = NonNullable<Parameters<typeof simulateOry>[0]>;

/** A request as the manager sent it. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Changes the response of the simulator, or replaces it. */
export type Intercept = (request: Request, forward: () => Promise<Response>) => Response | Promise<Response>;

/** A manager and the simulator that it uses. */
export interface Setup {
  readonly manager: OryManager;
  readonly simulator: ReturnType<typeof simulateOry>;
  /** All requests in order, with their secrets. */
  readonly sent: readonly Sent[];
  /** `METHOD /path` of every request. */
  readonly calls: () => string[];
  /** Whether the simulator received a request of this operation. */
  readonly hasReceived: (operationId: string) => boolean;
  /** Passes all further requests to a function. */
  readonly intercept: (how: Intercept | undefined) => void;
  /** Sends a request to the simulator without the manager. */
  readonly raw: (method: string, path: string, body?: unknown) => Promise<Response>;
}

/** Sets up a self-hosted server and a manager for it, with short retry delays. */
export function setup(world: SimulatorOptions = {}, options: Partial<Omit<OryHydraOptions, "project">> = {}): Setup {
  return build(world, (simulator) => ({ adminUrl: simulator.urls.admin, publicUrl: simulator.urls.public, ...options }));
}

/** Sets up a manager without a public API. */
export function setupWithoutPublic(options: Partial<Omit<OryHydraOptions, "project" | "publicUrl">> = {}): Setup {
  return build({}, (simulator) => ({ adminUrl: simulator.urls.admin, ...options }));
}

export const project = "vibrant-moore-abc123";
export const apiKey = "ory_pat_0123456789abcdefghij";

/** Sets up a project of Ory Network and a manager for it. */
export function setupNetwork(
  network: Partial<NonNullable<SimulatorOptions["network"]>> = {},
  options: Partial<OryNetworkOptions> = {},
): Setup {
  return build({ network: { project, apiKey, ...network } }, () => ({ project, apiKey, ...options }));
}

function build(
  world: SimulatorOptions,
  optionsFor: (simulator: ReturnType<typeof simulateOry>) => OryHydraOptions | OryNetworkOptions,
): Setup {
  const simulator = simulateOry(world);
  const sent: Sent[] = [];
  let intercept: Intercept | undefined;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { method, url, headers } = request;
    const body = await request.clone().text();
    sent.push({ method, url, path: new URL(url).pathname, headers, body });
    const forward = () => simulator.fetch(request);
    return intercept ? intercept(request, forward) : forward();
  };
  return {
    manager: createOryManager({ fetch, retry: { initialDelayMs: 1, maxRetries: 2 }, ...optionsFor(simulator) }),
    simulator,
    sent,
    calls: () => sent.map(({ method, path }) => `${method} ${path}`),
    hasReceived: (operationId) => simulator.requests.some((request) => request.operationId === operationId),
    intercept: (how) => {
      intercept = how;
    },
    raw: (method, path, body) =>
      simulator.fetch(`${simulator.urls.admin}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** A JSON response. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });
}

/** Breaks the connection as Node's `fetch` reports it. */
export function breakConnection(): never {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }) });
}

/** A manager whose requests get the responses of a function. */
export function managerWithResponses(
  response: (request: Request, count: number) => Response | Promise<Response>,
  options: Partial<Omit<OryHydraOptions, "project">> = {},
): { readonly manager: OryManager; readonly sent: readonly Sent[] } {
  const sent: Sent[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { method, url, headers } = request;
    sent.push({ method, url, path: new URL(url).pathname, headers, body: await request.clone().text() });
    return response(request, sent.length);
  };
  const manager = createOryManager({
    adminUrl: "http://127.0.0.1:4445",
    publicUrl: "http://127.0.0.1:4444",
    fetch,
    retry: { initialDelayMs: 1, maxRetries: 2 },
    ...options,
  });
  return { manager, sent };
}

/** The reason with which a promise rejects. Fails when it resolves. */
export async function rejection<E = Error>(work: Promise<unknown>): Promise<E> {
  try {
    await work;
  } catch (error) {
    return error as E;
  }
  throw new Error("expected a rejection, and the promise was fulfilled");
}

/** A public key as a client would register it. */
export const publicKey = {
  kty: "RSA",
  use: "sig",
  kid: "key-1",
  alg: "RS256",
  n: "sXchDaQebHnPiGvyDOAT4saGEUetSyo9",
  e: "AQAB",
};

/** The limit in the message of a timeout, in milliseconds: the remaining time of the deadline for the last request. */
export function limitIn(error: Error): number {
  return Number(/within (\d+) ms/.exec(error.message)?.[1]);
}
