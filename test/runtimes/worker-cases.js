// Cases over several requests of one worker, whose source and manager are at module scope. A runtime of this kind stops what a request
// has started when the request ends, without an error and without its timers.
import { equal, playAll } from "./check.js";
import { clientSecretBasic, createOryManager, createTokenSource } from "./entries.js";

const timeoutMs = 300;
// An in-flight request and a permit are lost one second after their deadline.
const lostAfterMs = timeoutMs + 1_200;

/** The worker's `fetch` handler and the cases that call it. */
export function requestCases() {
  const sources = new Map();
  const managers = new Map();
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  function sourceOf(path, origin, options) {
    const request = {
      tokenEndpoint: `${origin}${path}`,
      clientId: "client-1",
      clientAuthentication: clientSecretBasic("a-secret"),
    };
    const source = sources.get(path) ?? createTokenSource(request, { timeoutMs, retry: { maxRetries: 0 }, ...options });
    sources.set(path, source);
    return source;
  }

  function managerOf(path, origin) {
    const manager =
      managers.get(path) ?? createOryManager({ adminUrl: `${origin}${path}`, timeoutMs, retry: { maxRetries: 0 } });
    managers.set(path, manager);
    return manager;
  }

  const steps = {
    /** Starts a token request that gets no response, and ends. */
    leaveToken: async (path, origin) => {
      void sourceOf(path, origin)
        .get()
        .catch(() => undefined);
      await sleep(20);
    },
    token: async (path, origin) => (await sourceOf(path, origin).get()).value,
    /** Starts as many calls as the manager has permits, which get no response, and ends. */
    leaveCalls: async (path, origin) => {
      for (let call = 0; call < 8; call++)
        void managerOf(path, origin)
          .get(`slow-${call}`)
          .catch(() => undefined);
      await sleep(20);
    },
    call: async (path, origin) => (await managerOf(path, origin).get("client-1")).id,
    tokenWithWaitUntil: async (path, origin, context) => {
      const source = sourceOf(path, origin, { waitUntil: (work) => context.waitUntil(work) });
      void source.get().catch(() => undefined);
    },
  };

  async function handle(name, origin, context) {
    const [step, ...path] = name.split("/");
    try {
      return new Response((await steps[step](`/${path.join("/")}`, origin, context)) ?? "");
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  }

  async function play(send) {
    const read = async (name) => {
      const response = await send(name);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${name}: ${text}`);
      return text;
    };
    const cases = {
      "gets a token after the request that started the token request has ended": async (path) => {
        await read(`leaveToken${path}/slow`);
        await sleep(lostAfterMs);
        equal((await read(`token${path}/slow`)).startsWith("token-"), true);
      },
      "serves a token to the next request that a request requested with waitUntil": async (path) => {
        await read(`tokenWithWaitUntil${path}`);
        await sleep(100);
        equal(await read(`token${path}`), "token-1");
      },
      "calls a manager after requests that have ended hold all of its permits": async (path) => {
        await read(`leaveCalls${path}`);
        await sleep(lostAfterMs);
        equal(await read(`call${path}`), "client-1");
      },
    };
    return playAll(cases, "/requests");
  }

  return { handle, play };
}
