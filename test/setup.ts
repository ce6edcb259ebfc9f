import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
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
afterAll(() => network.close());
