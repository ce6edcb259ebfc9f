import { isDeepStrictEqual } from "node:util";
import { type ClientCredentials, ValidationError } from "oauth-clients";
import { count } from "../demo/report.js";
import { rotate } from "../demo/tokens.js";
import type { SecretDirectory } from "./directory.js";
import type { GenesysMade, GenesysRun } from "./vendor.js";

/** Shows that the secrets were written. */
export async function readSecrets(
  { report }: GenesysRun,
  made: readonly GenesysMade[],
  secrets: SecretDirectory,
): Promise<void> {
  report.step("Read the secrets from the sink");
  report.note(`a directory of this run: ${secrets.path}`);
  for (const { asked, credentials } of made) {
    if (credentials === undefined) continue;
    const kept = await secrets.read(credentials.clientId);
    report.check(isDeepStrictEqual(kept.credentials, credentials), `the file of ${asked.name} has its credentials`);
    report.check(kept.isPrivate, "only its owner can read it");
  }
}

/** Shows that roles were found by their names, and that what cannot be given is refused before anything is sent. */
export async function lookAtRoles({ report, vendor, signal }: GenesysRun, { asked, client }: GenesysMade): Promise<void> {
  const roles = asked.grantType === "client_credentials" ? asked.roles : [];
  report.step(`Look at the roles of ${asked.name}`);
  report.check(
    client.roles.length === roles.length,
    `it has ${count(roles.length, "role")}`,
    count(client.roles.length, "role"),
  );
  const complete = client.roles.every(({ roleId, divisionId }) => roleId !== "" && divisionId !== "");
  report.check(complete, "each was found by its name, in the home division unless another was named");
  const unknown = `no such role ${crypto.randomUUID().slice(0, 8)}`;
  const refusal = await vendor.manager.update(client.id, { roles: [{ roleName: unknown }] }, { signal }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refusal !== undefined && !(refusal instanceof ValidationError)) throw refusal;
  report.check(refusal !== undefined, "a role that does not exist is refused");
  report.note(refusal?.message ?? "");
  const after = await vendor.manager.get(client.id, { signal });
  report.check(isDeepStrictEqual(after.roles, client.roles), "and its roles are still the same");
}

/** Puts the credentials where integrations find them. Resolves to the id of that place. */
export async function integrate(run: GenesysRun, { asked }: GenesysMade, credentials: ClientCredentials): Promise<string> {
  const { report, vendor, signal, others, besides } = run;
  report.step(`Give ${asked.name} to integrations`);
  const { id, name } = await vendor.manager.createIntegrationCredential(asked.name, credentials, { signal });
  others.set(`integration credential ${id}`, (options) => vendor.manager.deleteIntegrationCredential(id, options));
  besides.set("integration", 1);
  report.check(name === undefined || name === asked.name, "an integration credential has its id and secret", name);
  return id;
}

/** Rotates the secret, which goes to the directory and to integrations in the same call. Resolves to the new credentials. */
export async function rotateEverywhere(
  run: GenesysRun,
  machine: GenesysMade,
  { old, secrets, integrationId }: { old: ClientCredentials; secrets: SecretDirectory; integrationId: string },
): Promise<ClientCredentials> {
  const { report, vendor, signal } = run;
  let integrated: string | undefined;
  const { credentials } = await rotate(run, machine, old, vendor.manager.tokenRequest, async (id) => {
    const options = { signal, secretSink: secrets, integrationCredential: { id: integrationId } };
    const rotated = await vendor.manager.rotateSecret(id, options);
    integrated = rotated.integrationCredentialId;
    return rotated;
  });
  const kept = await secrets.read(credentials.clientId);
  report.check(isDeepStrictEqual(kept.credentials, credentials), "the file in the directory has the new secret");
  report.check(integrated === integrationId, "and so has the integration credential");
  return credentials;
}

/** Takes the integration credential away again. */
export async function separate({ report, vendor, signal, others }: GenesysRun, id: string): Promise<void> {
  report.step("Delete the integration credential");
  await vendor.manager.deleteIntegrationCredential(id, { signal });
  others.delete(`integration credential ${id}`);
  const again = await vendor.manager.deleteIntegrationCredential(id, { signal }).then(
    () => "deleted twice",
    (error: unknown) => (error instanceof Error ? error.name : "an error"),
  );
  report.check(again === "NotFoundError", "it is gone", again);
}

/** Deletes a client that is too old to go at once. */
export async function deleteOldClient({ report, vendor, signal }: GenesysRun, makeOldClient: () => string): Promise<void> {
  const { manager } = vendor;
  report.step("Delete a client that is older than 30 days");
  const id = makeOldClient();
  const { scheduledFor } = await manager.delete(id, { signal });
  const days = Math.round(((scheduledFor?.getTime() ?? 0) - Date.now()) / 86_400_000);
  report.check(scheduledFor !== undefined, "its deletion is scheduled, and the call says for when");
  report.check(days === 7, "that is in 7 days", count(days, "day"));
  const { state, deletesAt } = await manager.get(id, { signal });
  report.check(state !== "active", "until then it can be read, and gets no tokens", state);
  report.check(deletesAt?.getTime() === scheduledFor?.getTime(), "read, it says the same instant");
}
