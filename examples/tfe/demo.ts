import { simulateTfe } from "oauth-clients/testing";
import { createTfeManager, type TfeClient, type TfeClientInput } from "oauth-clients/tfe";
import { stage } from "../demo/performance.js";
import { change, createAll, list, reach, removeAll } from "../demo/steps.js";
import { openServer, type Server } from "./server.js";
import { readOAuthToken, restrict } from "./steps.js";
import { connect, type TfeVendor } from "./vendor.js";

/** Shows what Terraform Enterprise's manager does: on a simulator, or on the organization that the environment names. */
export const demonstrateTfe = stage<TfeClient, TfeClientInput, Server, TfeVendor>({
  title: "Terraform Enterprise",
  clients: new URL("clients.json", import.meta.url),
  rehearse() {
    const { fetch } = simulateTfe();
    return createTfeManager({ organization: "acme", token: "rehearsal", fetch }).create;
  },
  open: openServer,
  connect,
  async perform(run, { server, inputs, path }) {
    await reach(run);
    const made = await createAll(run, path, inputs);
    // Only these two kinds of provider can be without a token.
    const connected = made.find(({ asked }) => asked.oauthTokenString !== undefined);
    if (connected) await readOAuthToken(run, connected);
    const open = made.find(({ client }) => client.organizationScoped);
    if (open) await restrict(run, open, server.projectIds);
    for (const one of made.slice(0, 1)) await change(run, one);
    await list(run, made);
    await removeAll(run, made);
  },
});
