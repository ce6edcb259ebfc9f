// Shows the plan, applies it, and shows the next plan, which is empty.
//
//   ORY_ADMIN_URL=... ORY_PUBLIC_URL=... npx tsx examples/provision/run.ts ./secrets
//
// The directory must exist. `destroy` as the second argument deletes the clients and their secrets.
import { apply, destroy, loadConfig, type PlannedAction, plan } from "oauth-clients/provision";
import { clientsOf } from "./clients.js";

const [directory = "secrets", command] = process.argv.slice(2);
const account = process.env.ORY_PROJECT_SLUG ?? process.env.ORY_ADMIN_URL ?? "";
const configuration = await loadConfig(clientsOf(account, directory), "staging", process.env);

const show = ({ key, action }: PlannedAction) => console.log(`plan   ${key}: ${action}`);
if (command === "destroy") {
  report(await destroy(configuration, { confirm: "acme-platform" }));
} else {
  const planned = await plan(configuration);
  planned.actions.forEach(show);
  report(await apply(configuration, { plan: planned }));
  (await plan(configuration)).actions.forEach(show);
}

function report({ ok, clients }: Awaited<ReturnType<typeof apply>>): void {
  for (const client of clients) console.log(`result ${client.key}: ${client.status}`);
  for (const client of clients) if ("message" in client) console.error(client.message);
  process.exitCode = ok ? 0 : 1;
}
