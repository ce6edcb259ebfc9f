import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { liveHosts } from "./live/hosts.js";

// Nothing may leave the machine: a request to anything but a loopback address fails the test that made it. The one exception are
// the servers that the environment names, for the tests under test/live/.
const network = setupServer();
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

beforeAll(() => {
  const isLiveTest = /[\\/]test[\\/]live[\\/]/.test(expect.getState().testPath ?? "");
  const allowed = isLiveTest ? liveHosts(process.env) : [];
  network.listen({
    onUnhandledRequest(request, print) {
      const { hostname } = new URL(request.url);
      if (!loopback.test(hostname) && !allowed.includes(hostname)) print.error();
    },
  });
});
afterEach(() => network.resetHandlers());

// The files of a worker run in one process. What a file changes there, it puts back.
const found = look();
afterAll(() => {
  network.close();
  const left = look();
  const names = [...new Set([...found.keys(), ...left.keys()])].filter((name) => found.get(name) !== left.get(name));
  // Names only: a variable may be a secret.
  if (names.length > 0) throw new Error(`this file leaves behind what others find changed: ${names.join(", ")}`);
});

function look(): ReadonlyMap<string, unknown> {
  const globals = ["fetch", "Request", "Response", "Headers", "Date", "setTimeout", "performance"] as const;
  return new Map<string, unknown>([
    ...globals.map((name) => [name, globalThis[name]] as const),
    ...Object.entries(process.env).map(([name, value]) => [`process.env.${name}`, value] as const),
    ["the working directory", process.cwd()],
    ["fake timers", vi.isFakeTimers()],
    ["listeners for unhandledRejection", process.listenerCount("unhandledRejection")],
  ]);
}
