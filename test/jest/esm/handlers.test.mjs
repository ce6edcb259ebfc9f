// handlers.test.mjs
import * as msw from "msw";
import { setupServer } from "msw/node";
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";

const simulator = simulateOry();
const server = setupServer(...simulator.handlers(msw));
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

test("a manager sends its requests to the handlers, which take the msw of the caller", async () => {
  const { client } = await createOryManager(oryOptionsFromEnv(simulator.env())).create({ name: "Report" });
  expect(simulator.clients.map(({ client_id }) => client_id)).toEqual([client.id]);
});
