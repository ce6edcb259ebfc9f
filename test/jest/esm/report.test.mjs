// report.test.mjs
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";

test("creates a client although the response is lost", async () => {
  const simulator = simulateOry();
  const ory = createOryManager({ ...oryOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
  simulator.dropConnection("createOAuth2Client", { when: "after" });
  const { client } = await ory.create({ name: "Report" });
  expect(simulator.clients.map(({ client_id }) => client_id)).toEqual([client.id]);
});
