import { isDeepStrictEqual } from "node:util";
import { type ClientCredentials, collect } from "oauth-clients";
import { readUntil } from "../demo/patience.js";
import { count } from "../demo/report.js";
import type { Server } from "./server.js";
import type { OvhMade, OvhRun } from "./vendor.js";

/** Makes a policy that lets a service account act, changes it, and takes it away. */
export async function usePolicies(run: OvhRun, { asked, client }: OvhMade, { region }: Server): Promise<void> {
  const { report, vendor, signal, others, besides } = run;
  const { manager } = vendor;
  const { identity } = client;
  report.step(`Let ${asked.name} act, by a policy`);
  report.check(identity !== undefined, "policies can name it: it has an identity");
  if (identity === undefined) return;
  const naming = () => collect(manager.listPolicies({ identities: [identity], signal: AbortSignal.timeout(10_000) }));
  others.set(`policies of ${client.id}`, async (options) => {
    for (const { id } of await naming()) await manager.deletePolicy(id, options);
  });
  const wanted = { resources: [`urn:v1:${region}:resource:webHosting:*`], actions: ["webHosting:apiovh:get"] };
  const policy = await manager.grantAccess(client, wanted, { signal });
  besides.set("policy", (besides.get("policy") ?? 0) + 1);
  report.note(`${wanted.actions.join(", ")} on ${wanted.resources.join(", ")}`);
  const asWanted = isDeepStrictEqual(
    [policy.identities, policy.resources, policy.allow],
    [[identity], wanted.resources, wanted.actions],
  );
  report.check(asWanted, "the policy names its identity, the resources and the action, and nothing else");
  const found = await readUntil(naming, (policies) => policies.length === 1, signal);
  report.check(
    found.length === 1 && found[0]?.id === policy.id,
    "it is the only one for this identity",
    count(found.length, "policy"),
  );

  const changed = await manager.updatePolicy(policy.id, { allow: ["webHosting:*"] }, { signal });
  const expected = [policy.name, policy.identities, policy.resources, ["webHosting:*"]];
  const isChanged = isDeepStrictEqual([changed.name, changed.identities, changed.resources, changed.allow], expected);
  report.check(isChanged, "updated, it allows webHosting:*, and the rest is as it was");

  await manager.deletePolicy(policy.id, { signal });
  const left = await readUntil(naming, (policies) => policies.length === 0, signal);
  report.check(left.length === 0, "deleted, there is none for this identity", count(left.length, "policy"));
  others.delete(`policies of ${client.id}`);
}

/** Imports as Terraform does, by id and secret with a pipe between them. */
export async function importByText(run: OvhRun, { client }: OvhMade, { clientSecret }: ClientCredentials): Promise<void> {
  const { report, vendor, signal, counts } = run;
  report.step("Import it by client_id|client_secret, as Terraform does");
  const { client: found, credentials } = await vendor.manager.import(`${client.id}|${clientSecret}`, { signal });
  report.check(found.id === client.id, "the client is found");
  report.check(credentials?.clientSecret === clientSecret, "and joined with the secret");
  counts.imported++;
}
