import { isDeepStrictEqual } from "node:util";
import type { ClientCredentials } from "oauth-clients";
import { type Ask, checkRefused, rotate, useToken } from "../demo/tokens.js";
import type { OryMade, OryRun } from "./vendor.js";

/** Gets a token with one of the client's scopes, and asks the server about it. */
export async function useTokenAndIntrospect(run: OryRun, machine: OryMade, credentials: ClientCredentials): Promise<void> {
  const { report, signal, vendor } = run;
  const token = await useToken(run, machine, credentials, asking(run, machine));
  const scopes = scopesOf(machine);
  const granted = token.scopes;
  const hasAll = scopes.every((scope) => granted.includes(scope));
  report.check(hasAll, `it has the scope that was asked for: ${scopes.join(" ") || "none"}`, granted.join(" "));

  report.step("Introspect the token");
  const seen = await vendor.manager.introspect(token.value, { signal });
  report.check(seen.active, "the server says that it is active");
  if (!seen.active) return;
  report.check(seen.clientId === machine.client.id, `it was given to ${machine.client.name}`, seen.clientId);
  report.check(isDeepStrictEqual(seen.scopes, granted), "it says the same scope", seen.scopes.join(" "));
}

/** Rotates the secret; where the old one goes on working, it is forgotten. Resolves to the new credentials. */
export async function rotateAndForget(run: OryRun, machine: OryMade, old: ClientCredentials): Promise<ClientCredentials> {
  const { vendor, signal } = run;
  const ask = asking(run, machine);
  const { credentials, previousSecret } = await rotate(run, machine, old, ask, vendor.manager.rotateSecret);
  if (previousSecret === "still-valid") {
    await vendor.manager.deleteRotatedSecrets(machine.client.id, { signal });
    await checkRefused(run, old, ask, "forgotten, it is refused");
  }
  return credentials;
}

function asking({ vendor }: OryRun, machine: OryMade): Ask {
  return (credentials) => vendor.manager.tokenRequest(credentials, { scopes: scopesOf(machine) });
}

function scopesOf({ asked }: OryMade): readonly string[] {
  return asked.scopes?.slice(0, 1) ?? [];
}
