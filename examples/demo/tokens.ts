import {
  type ClientCredentials,
  type OAuthClient,
  type PreviousSecret,
  type SecretRotation,
  TokenEndpointError,
  type TokenRequest,
} from "oauth-clients";
import { type AccessToken, requestToken } from "oauth-clients/token";
import { count, mask } from "./report.js";
import type { Made, Run } from "./vendor.js";

/** Says how to ask for a token with credentials. */
export type Ask = (credentials: ClientCredentials) => TokenRequest;

/** Gets a token, which resolves to it. */
export async function useToken<Client extends OAuthClient, Input>(
  run: Run<Client, Input>,
  { asked }: Made<Client, Input>,
  credentials: ClientCredentials,
  ask: Ask,
): Promise<AccessToken> {
  const { report, vendor } = run;
  report.step(`Get a token with ${vendor.label(asked)}`);
  const token = await tryToken(run, ask(credentials));
  report.check(typeof token !== "string", "the token endpoint gives one for the credentials of step 2", describeTry(token));
  if (typeof token === "string") throw new TypeError("a check that did not hold has not thrown");
  report.note(`${token.tokenType} ${mask(token.value)}, ${describeLifetime(token.lifetimeMs)}`);
  return token;
}

/** Replaces the secret, and shows what the new one and the old one are good for. */
export async function rotate<Client extends OAuthClient, Input>(
  run: Run<Client, Input>,
  { asked, client }: Made<Client, Input>,
  old: ClientCredentials,
  ask: Ask,
  rotateSecret: SecretRotation["rotateSecret"],
): Promise<{ credentials: ClientCredentials; previousSecret: PreviousSecret }> {
  const { report, vendor, signal, counts } = run;
  report.step(`Rotate the secret of ${vendor.label(asked)}`);
  const { credentials, previousSecret } = await rotateSecret(client.id, { signal });
  counts.rotated++;
  report.check(credentials.clientSecret !== old.clientSecret, "the secret is another one");
  report.note(`previousSecret: ${previousSecret}`);
  const byNew = await tryToken(run, ask(credentials));
  report.check(typeof byNew !== "string", "the new secret gets a token", describeTry(byNew));
  if (previousSecret === "revoked") await checkRefused(run, old, ask, "the old secret is refused from now on");
  else {
    const byOld = await tryToken(run, ask(old));
    report.check(typeof byOld !== "string", "the old secret gets one too, until it is forgotten", describeTry(byOld));
  }
  return { credentials, previousSecret };
}

/** Shows that credentials are worth nothing. */
export async function checkRefused<Client extends OAuthClient, Input>(
  run: Run<Client, Input>,
  credentials: ClientCredentials,
  ask: Ask,
  claim: string,
): Promise<void> {
  const result = await tryToken(run, ask(credentials));
  run.report.check(result === "invalid_client", claim, describeTry(result));
}

/** A token, or the token endpoint's word for why not. */
async function tryToken<Client extends OAuthClient, Input>(
  { signal, counts }: Run<Client, Input>,
  request: TokenRequest,
): Promise<AccessToken | string> {
  try {
    const token = await requestToken(request, { signal });
    counts.tokens++;
    return token;
  } catch (error) {
    if (error instanceof TokenEndpointError) return error.error;
    throw error;
  }
}

function describeTry(result: AccessToken | string): string {
  return typeof result === "string" ? result : "a token";
}

function describeLifetime(ms: number | undefined): string {
  return ms === undefined ? "of unknown lifetime" : `valid for ${count(Math.round(ms / 60_000), "minute")}`;
}
