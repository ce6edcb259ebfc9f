import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";

// Nothing may leave the machine: a request to anything but a loopback address fails the test that made it.
const network = setupServer();
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

beforeAll(() =>
  network.listen({
    onUnhandledRequest(request, print) {
      if (!loopback.test(new URL(request.url).hostname)) print.error();
    },
  }),
);
afterEach(() => network.resetHandlers());
afterAll(() => network.close());
