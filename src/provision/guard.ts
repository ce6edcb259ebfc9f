import { AsyncLocalStorage } from "node:async_hooks";

/** What a guard is told about a request before it is sent. */
export interface GuardedRequest {
  readonly method: string;
  readonly url: string;
}

/** Decides about each request of the calls in its context. Throws where the request must not be sent. */
export type RequestGuard = (request: GuardedRequest) => void | Promise<void>;

// Shared by all copies of the package: the command contains one, and a configuration in TypeScript imports another.
const key = Symbol.for("oauth-clients.request-guard");
const shared = globalThis as { [key]?: AsyncLocalStorage<RequestGuard> };
const guards = shared[key] ?? new AsyncLocalStorage<RequestGuard>();
shared[key] = guards;

/** Runs calls whose requests pass a guard first. The guard of an outer context is replaced. */
export function withGuard<T>(guard: RequestGuard, work: () => Promise<T>): Promise<T> {
  return guards.run(guard, work);
}

/** A `fetch` for managers: it asks the guard of the call's context before each request, repeats included. */
export function guardedFetch(own: typeof fetch | undefined): typeof fetch {
  return async (input, init) => {
    const guard = guards.getStore();
    if (guard !== undefined) {
      const isRequest = input instanceof Request;
      const method = init?.method ?? (isRequest ? input.method : "GET");
      await guard({ method: method.toUpperCase(), url: isRequest ? input.url : String(input) });
    }
    return (own ?? globalThis.fetch)(input, init);
  };
}

/** A request that a plan must not send. */
export class ReadOnlyError extends Error {
  override get name(): string {
    return "ReadOnlyError";
  }
}

/** Permits GET, and POST to token endpoints. */
export function readOnly({ method, url }: GuardedRequest): void {
  const { pathname } = new URL(url);
  if (method === "GET" || method === "HEAD") return;
  if (method === "POST" && /\/(oauth2?\/)?token$/.test(pathname)) return;
  throw new ReadOnlyError(`${method} ${pathname} is not permitted while a plan is made`);
}
