import { isDeepStrictEqual } from "node:util";
import { PermissionDeniedError } from "oauth-clients";
import { createOvhManager, type OvhOptions } from "oauth-clients/ovh";
import { createTokenSource } from "oauth-clients/token";
import { readUntil } from "../demo/patience.js";
import { create } from "../demo/steps.js";
import { type ApiResponse, assignRights, call, missingActions, serviceAccount } from "./guide.js";
import type { Server } from "./server.js";
import type { OvhRun } from "./vendor.js";

const otherPath = "/v1/me/api/oauth2/client";
const otherAction = "account:apiovh:me/api/oauth2/client/get";

/** Follows OVHcloud's guide for service accounts, and checks what it promises. */
export async function performGuide(run: OvhRun, { region, apiUrl, options, webHosting = "" }: Server): Promise<void> {
  const { report, vendor, signal, ids, others, counts, besides } = run;
  const { manager } = vendor;

  report.step("The guide: create a service account");
  const { client, credentials } = await create(run, vendor.mark(serviceAccount));
  report.check(client.identity !== undefined && credentials !== undefined, "it has an identity and a secret");
  if (credentials === undefined || client.identity === undefined) return;
  const tokens = createTokenSource(manager.tokenRequest(credentials));

  report.step("The guide: assign it rights on one web hosting plan");
  others.set(`policies of ${client.id}`, async (options) => {
    const { identity = "" } = client;
    for await (const { id } of manager.listPolicies({ identities: [identity], ...options }))
      await manager.deletePolicy(id, options);
  });
  const policy = await assignRights(manager, client, webHosting, region);
  besides.set("policy", (besides.get("policy") ?? 0) + 1);
  report.check(isDeepStrictEqual(policy.allow, ["webHosting:*"]), `the policy allows webHosting:* on ${webHosting}`);

  report.step("The guide: retrieve an API token");
  const token = await tokens.get({ signal });
  counts.tokens++;
  report.check(token.tokenType === "Bearer", "the token endpoint gives a bearer token", token.tokenType);
  report.check(token.scopes.includes("all"), "its scope is all", token.scopes.join(" "));

  report.step("The guide: call the API with it");
  const path = `/v1/hosting/web/${encodeURIComponent(webHosting)}`;
  const granted = await readUntil(
    () => call(apiUrl, path, tokens, signal),
    ({ status }) => status === 200,
    signal,
  );
  report.check(granted.status === 200, "GET /v1/hosting/web/{serviceName} is allowed", String(granted.status));
  report.check(textOf(granted, "serviceName") === webHosting, "it is about that plan", textOf(granted, "serviceName"));

  report.step("The guide: call another API with it");
  const refused = await call(apiUrl, otherPath, tokens, signal);
  report.check(refused.status === 403, `GET ${otherPath} is refused with 403`, String(refused.status));
  report.check(textOf(refused, "class") === "Client::Forbidden", "its class is Client::Forbidden", textOf(refused, "class"));
  const missing = missingActions(refused);
  report.check(isDeepStrictEqual(missing, [otherAction]), "the response names the missing IAM action", missing.join(", "));
  report.note(missing.join(", "));
  const error = await askAs(options, credentials, client.id, signal);
  const names = error instanceof PermissionDeniedError && error.message.includes(`missing IAM action ${otherAction}`);
  report.check(names, "a manager with its credentials says so in a PermissionDeniedError");

  report.step("The guide: take everything away again");
  await manager.deletePolicy(policy.id, { signal });
  const after = await readUntil(
    () => call(apiUrl, path, tokens, signal),
    ({ status }) => status === 403,
    signal,
  );
  report.check(after.status === 403, "without the policy the web hosting plan is refused too", String(after.status));
  await manager.delete(client.id, { signal });
  others.clear();
  ids.delete(client.id);
  counts.deleted++;
}

/** What a manager says that uses the service account's credentials for what they are not good for. */
async function askAs(
  options: OvhOptions,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  id: string,
  signal: AbortSignal,
): Promise<unknown> {
  const { region, apiUrl, tokenEndpoint } = options;
  const place =
    apiUrl === undefined ? { ...(region ? { region } : {}) } : { apiUrl, ...(tokenEndpoint ? { tokenEndpoint } : {}) };
  return createOvhManager({ ...place, clientId, clientSecret })
    .get(id, { signal })
    .catch((error: unknown) => error);
}

function textOf({ body }: ApiResponse, field: string): string {
  return String((body as Readonly<Record<string, unknown>> | undefined)?.[field]);
}
