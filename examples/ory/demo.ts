import { createOryManager, type OryClient, type OryClientInput } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";
import { Complaint } from "../demo/failure.js";
import { stage } from "../demo/performance.js";
import { adopt, change, createAll, list, reach, removeAll } from "../demo/steps.js";
import { openServer, type Server } from "./server.js";
import { rotateAndForget, useTokenAndIntrospect } from "./steps.js";
import { connect, getsTokens, type OryVendor } from "./vendor.js";

/** Shows what Ory's manager does: on a simulator, or on the server that the environment names. */
export const demonstrateOry = stage<OryClient, OryClientInput, Server, OryVendor>({
  title: "Ory",
  clients: new URL("clients.json", import.meta.url),
  rehearse() {
    const { urls, fetch } = simulateOry();
    return createOryManager({ adminUrl: urls.admin, fetch }).create;
  },
  demand: (inputs) => (inputs.some(getsTokens) ? undefined : "no client has the grant client_credentials and a secret"),
  open: openServer,
  connect,
  async perform(run, { inputs, path }) {
    await reach(run);
    const made = await createAll(run, path, inputs);
    const machine = made.find(({ asked }) => getsTokens(asked));
    if (machine?.credentials === undefined) throw new Complaint("the machine client got no secret");
    await useTokenAndIntrospect(run, machine, machine.credentials);
    const credentials = await rotateAndForget(run, machine, machine.credentials);
    await change(run, made.find((one) => one !== machine) ?? machine);
    await adopt(run, machine, credentials, run.vendor.manager);
    await list(run, made);
    await removeAll(run, made);
  },
});
