const msw = require("msw");
const { setupServer } = require("msw/node");
const { createOryManager, oryOptionsFromEnv } = require("oauth-clients/ory");
const { simulateOry } = require("oauth-clients/testing");

const simulator = simulateOry();
const server = setupServer(...simulator.handlers(msw));
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

test("a manager sends its requests to the handlers, which take the msw of the caller", async () => {
  const { client } = await createOryManager(oryOptionsFromEnv(simulator.env())).create({ name: "Report" });
  expect(simulator.clients.map(({ client_id }) => client_id)).toEqual([client.id]);
});
