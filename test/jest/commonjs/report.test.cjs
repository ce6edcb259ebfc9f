// report.test.cjs
const { createOryManager, oryOptionsFromEnv } = require("oauth-clients/ory");
const { simulateOry } = require("oauth-clients/testing");

test("creates a client although the response is lost", async () => {
  const simulator = simulateOry();
  const ory = createOryManager({ ...oryOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
  simulator.dropConnection("createOAuth2Client", { when: "after" });
  const { client } = await ory.create({ name: "Report" });
  expect(simulator.clients.map(({ client_id }) => client_id)).toEqual([client.id]);
});
