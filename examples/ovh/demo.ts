import { createOvhManager, type OvhClient, type OvhClientInput } from "oauth-clients/ovh";
import { simulateOvh } from "oauth-clients/testing";
import { Complaint } from "../demo/failure.js";
import { stage } from "../demo/performance.js";
import { adopt, change, createAll, list, reach, removeAll } from "../demo/steps.js";
import { useToken } from "../demo/tokens.js";
import { performGuide } from "./finale.js";
import { connectionTo, openServer, type Server } from "./server.js";
import { importByText, usePolicies } from "./steps.js";
import { connect, type OvhVendor } from "./vendor.js";

/** Shows what OVHcloud's manager does: on a simulator, or on the account that the environment names. */
export const demonstrateOvh = stage<OvhClient, OvhClientInput, Server, OvhVendor>({
  title: "OVHcloud",
  clients: new URL("clients.json", import.meta.url),
  rehearse() {
    const { urls, fetch } = simulateOvh();
    return createOvhManager({ ...connectionTo(urls), fetch }).create;
  },
  demand: (inputs) =>
    inputs.some(({ flow }) => flow === "client_credentials") ? undefined : "no client has the flow client_credentials",
  open: openServer,
  connect,
  async perform(run, { server, inputs, path }) {
    const { manager } = run.vendor;
    await reach(run);
    const made = await createAll(run, path, inputs);
    const machine = made.find(({ asked }) => asked.flow === "client_credentials");
    if (machine?.credentials === undefined) throw new Complaint("the service account got no secret");
    await useToken(run, machine, machine.credentials, manager.tokenRequest);
    await usePolicies(run, machine, server);
    await change(run, made.find((one) => one !== machine) ?? machine);
    await adopt(run, machine, machine.credentials, manager);
    await importByText(run, machine, machine.credentials);
    await list(run, made);
    await removeAll(run, made);
    if (server.webHosting !== undefined) await performGuide(run, server);
    else run.report.note("Set OVH_WEB_HOSTING to the name of a web hosting plan of yours to see OVHcloud's guide followed.");
  },
});
