import { createGenesysManager, type GenesysClient, type GenesysClientInput } from "oauth-clients/genesys";
import { simulateGenesys } from "oauth-clients/testing";
import { Complaint } from "../demo/failure.js";
import { stage } from "../demo/performance.js";
import { adopt, change, createAll, list, reach, removeAll } from "../demo/steps.js";
import { useToken } from "../demo/tokens.js";
import { connectionTo, namedRoles, openServer, type Server } from "./server.js";
import { deleteOldClient, integrate, lookAtRoles, readSecrets, rotateEverywhere, separate } from "./steps.js";
import { connect, type GenesysVendor, getsTokens } from "./vendor.js";

/** Shows what Genesys Cloud's manager does: on a simulator, or in the organization that the environment names. */
export const demonstrateGenesys = stage<GenesysClient, GenesysClientInput, Server, GenesysVendor>({
  title: "Genesys Cloud",
  clients: new URL("clients.json", import.meta.url),
  rehearse(clients) {
    const { urls, fetch } = simulateGenesys({ roles: namedRoles(clients) });
    const manager = createGenesysManager({ ...connectionTo(urls), fetch, verifyRoles: false });
    return (input) => manager.create(input);
  },
  demand: (inputs) => (inputs.some(getsTokens) ? undefined : "no active client has the grant client_credentials"),
  open: openServer,
  connect,
  async perform(run, { server: { secrets, makeOldClient }, inputs, path }) {
    await reach(run);
    const made = await createAll(run, path, inputs);
    const machine = made.find(({ asked }) => getsTokens(asked));
    if (machine?.credentials === undefined) throw new Complaint("the machine client got no secret");
    await readSecrets(run, made, secrets);
    await lookAtRoles(run, machine);
    await useToken(run, machine, machine.credentials, run.vendor.manager.tokenRequest);
    const integrationId = await integrate(run, machine, machine.credentials);
    const old = machine.credentials;
    const credentials = await rotateEverywhere(run, machine, { old, secrets, integrationId });
    await change(run, made.find((one) => one !== machine) ?? machine);
    await adopt(run, machine, credentials, run.vendor.manager);
    await list(run, made);
    await separate(run, integrationId);
    await removeAll(run, made);
    if (makeOldClient) await deleteOldClient(run, makeOldClient);
  },
});
