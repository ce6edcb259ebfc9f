import { isDeepStrictEqual } from "node:util";
import { type ClientCredentials, collect, isOAuthManagerError, NotFoundError, ResponseError, TokenError } from "oauth-clients";
import { createOryManager, type OryClient, type OryClientInput, type OryManager } from "oauth-clients/ory";
import { type AccessToken, requestToken } from "oauth-clients/token";
import { compare, findDifferences } from "../demo/comparison.js";
import { Complaint } from "../demo/failure.js";
import { count, mask, type Report } from "../demo/report.js";
import type { Server } from "./server.js";

/** A client of this run, with what is known of it alone here. */
interface Made {
  readonly asked: OryClientInput;
  readonly client: OryClient;
  readonly credentials?: ClientCredentials;
}

/** What the steps share. */
export interface Run {
  ory: OryManager;
  readonly server: Server;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** On every client of this run and on no other. */
  readonly owner: string;
  /** The ids to delete, whatever happens. */
  readonly ids: Set<string>;
  /** Whether a client may exist whose id was never heard. */
  uncertain: boolean;
}

/** All steps, in order. */
export async function perform(run: Run, path: string, inputs: readonly OryClientInput[]): Promise<void> {
  await reach(run);
  const made = await createAll(run, path, inputs);
  const machine = made.find(({ asked }) => getsTokens(asked));
  if (machine?.credentials === undefined) throw new Complaint("the machine client got no secret");
  const scopes = machine.asked.scopes?.slice(0, 1) ?? [];
  await useToken(run, machine.client, machine.credentials, scopes);
  const credentials = await rotate(run, machine.client, machine.credentials, scopes);
  await change(run, (made.find((one) => one !== machine) ?? machine).client);
  await adopt(run, machine.client, credentials);
  await list(run, made);
  await removeAll(run, made);
  run.report.close(`${count(made.length, "client")} created, ${made.length} deleted, nothing left behind.`);
}

/** Whether a client can get tokens by itself, with a secret. */
export function getsTokens({
  grantTypes = [],
  tokenEndpointAuthMethod: method = "client_secret_basic",
}: OryClientInput): boolean {
  return grantTypes.includes("client_credentials") && /^client_secret_(basic|post)$/.test(method);
}

async function reach({ ory, report, owner, signal }: Run): Promise<void> {
  report.step("Reach the server");
  // Tried for a few seconds and not for a minute: whoever has mistyped an address wants to know.
  const found = await collect(ory.list({ owner, signal, timeoutMs: 5_000 }));
  report.check(found.length === 0, "it answers, and has no client of this run yet", count(found.length, "client"));
}

async function createAll(run: Run, path: string, inputs: readonly OryClientInput[]): Promise<readonly Made[]> {
  const { report, signal } = run;
  report.step(`Create the ${count(inputs.length, "client")} of ${path}`);
  const made: Made[] = [];
  for (const asked of inputs) {
    const { client, credentials } = await create(run, asked);
    const stored = await run.ory.get(client.id, { signal });
    made.push({ asked, client: stored, ...(credentials ? { credentials } : {}) });
    // The secret is not shown again, and key sets come back with members of the server's making.
    const wrong = compare({ ...asked, owner: run.owner }, stored, ["clientSecret", "jwks"]);
    report.check(wrong.length === 0, `${asked.name} is stored as it was asked for`, `other ${wrong.join(", ")}`);
    const isPublic = asked.tokenEndpointAuthMethod === "none";
    const claim = isPublic ? "has no secret, as a public client" : "has a secret, shown this once";
    report.check(isPublic === (credentials === undefined), `${asked.name} ${claim}`);
  }
  report.table(
    [
      { title: "NAME", width: 16 },
      { title: "GRANTS", width: 18 },
      { title: "AUTHENTICATION", width: 24 },
      { title: "SCOPES", width: 14 },
    ],
    made.map(({ client, credentials }) => [
      [client.name, shorten(client.id)],
      client.grantTypes,
      [client.tokenEndpointAuthMethod ?? "", credentials ? mask(credentials.clientSecret) : "no secret"],
      [client.scopes.join(" ")],
    ]),
  );
  return made;
}

async function create(run: Run, asked: OryClientInput) {
  const input = { ...asked, owner: run.owner } as OryClientInput;
  run.uncertain = true;
  try {
    const created = await run.ory.create(input, { signal: run.signal }).catch((error: unknown) => {
      // Hydra 2.0 and 2.1 answer so, where ids are the server's to choose.
      if (!(error instanceof ResponseError && error.status === 400) || run.ids.size > 0) throw error;
      run.ory = createOryManager({ ...run.server.options, credentialsFrom: "server" });
      return run.ory.create(input, { signal: run.signal });
    });
    run.ids.add(created.client.id);
    run.uncertain = false;
    return created;
  } catch (error) {
    if (isOAuthManagerError(error) && error.outcome === "nothing_happened") run.uncertain = false;
    throw error;
  }
}

async function useToken(run: Run, client: OryClient, credentials: ClientCredentials, scopes: readonly string[]): Promise<void> {
  const { ory, report, signal } = run;
  report.step(`Get a token with ${client.name}`);
  const token = await tryToken(run, credentials, scopes);
  report.check(typeof token !== "string", "the token endpoint gives one for the credentials of step 2", describeTry(token));
  if (typeof token === "string") return;
  report.note(`${token.tokenType} ${mask(token.value)}, ${describeLifetime(token.lifetimeMs)}`);
  const granted = token.grantedScope.value;
  const hasAll = scopes.every((scope) => granted.includes(scope));
  report.check(hasAll, `it has the scope that was asked for: ${scopes.join(" ") || "none"}`, granted.join(" "));

  report.step("Introspect the token");
  const seen = await ory.introspect(token.value, { signal });
  report.check(seen.active, "the server says that it is active");
  if (!seen.active) return;
  report.check(seen.clientId === client.id, `it was given to ${client.name}`, seen.clientId);
  report.check(isDeepStrictEqual(seen.scopes, granted), "it says the same scope", seen.scopes.join(" "));
}

async function rotate(run: Run, client: OryClient, old: ClientCredentials, scopes: readonly string[]) {
  const { ory, report, signal } = run;
  report.step(`Rotate the secret of ${client.name}`);
  const { credentials, previousSecret } = await ory.rotateSecret(client.id, { signal });
  report.check(credentials.clientSecret !== old.clientSecret, "the secret is another one");
  report.note(`previousSecret: ${previousSecret}`);
  const byNew = await tryToken(run, credentials, scopes);
  report.check(typeof byNew !== "string", "the new secret gets a token", describeTry(byNew));
  const byOld = await tryToken(run, old, scopes);
  if (previousSecret === "revoked") {
    report.check(byOld === "invalid_client", "the old secret is refused: this server cannot keep two", describeTry(byOld));
    return credentials;
  }
  report.check(typeof byOld !== "string", "the old secret gets one too, until it is forgotten", describeTry(byOld));
  await ory.forgetRotatedSecrets(client.id, { signal });
  const afterwards = await tryToken(run, old, scopes);
  report.check(afterwards === "invalid_client", "forgotten, it is refused", describeTry(afterwards));
  return credentials;
}

async function change({ ory, report, signal }: Run, client: OryClient): Promise<void> {
  report.step(`Update ${client.name}`);
  const before = await ory.get(client.id, { signal });
  await ory.update(client.id, { name: `${client.name} (renamed)` }, { signal });
  const after = await ory.get(client.id, { signal });
  const differences = findDifferences(before, after, ["updatedAt"]);
  report.differences(differences);
  const changed = differences.map(({ field }) => field);
  const others = Object.keys(after).length - 2;
  report.check(isDeepStrictEqual(changed, ["name"]), `that field changed, the other ${others} did not`, changed.join(", "));
}

async function adopt({ ory, report, signal }: Run, client: OryClient, { clientSecret }: ClientCredentials): Promise<void> {
  report.step(`Import ${client.name} with the secret that was kept`);
  const stored = await ory.get(client.id, { signal });
  const imported = await ory.import({ id: client.id, clientSecret }, { verifySecret: true, signal });
  report.check(imported.secretVerified, "the server has accepted the secret");
  const wrong = compare(stored, imported.client);
  report.check(wrong.length === 0, "the client is as it was read before", `other ${wrong.join(", ")}`);
}

async function list({ ory, report, owner, signal }: Run, made: readonly Made[]): Promise<void> {
  report.step("List the clients of this run");
  const listed = await collect(ory.list({ owner, signal }));
  const same = isDeepStrictEqual(listed.map(({ id }) => id).sort(), made.map(({ client }) => client.id).sort());
  for (const { id, name } of listed) report.note(`${shorten(id)}  ${name}`);
  report.check(same, `exactly the ${count(made.length, "client")} created above`, count(listed.length, "client"));
}

async function removeAll({ ory, report, owner, signal, ids }: Run, made: readonly Made[]): Promise<void> {
  report.step("Delete them");
  for (const { asked, client } of made) {
    await ory.delete(client.id, { signal });
    const gone = await ory.get(client.id, { signal }).then(
      () => false,
      (error: unknown) => {
        if (error instanceof NotFoundError) return true;
        throw error;
      },
    );
    report.check(gone, `${asked.name} is gone`);
    ids.delete(client.id);
  }
  const left = await collect(ory.list({ owner, signal }));
  report.check(left.length === 0, "the list is empty", count(left.length, "client"));
}

/** A token, or the token endpoint's word for why not. */
async function tryToken(run: Run, credentials: ClientCredentials, scopes: readonly string[]): Promise<AccessToken | string> {
  try {
    return await requestToken(run.ory.tokenRequest(credentials, { scopes }), { signal: run.signal });
  } catch (error) {
    if (error instanceof TokenError) return error.error;
    throw error;
  }
}

function describeTry(result: AccessToken | string): string {
  return typeof result === "string" ? result : "a token";
}

function describeLifetime(ms: number | undefined): string {
  return ms === undefined ? "of unknown lifetime" : `valid for ${count(Math.round(ms / 60_000), "minute")}`;
}

function shorten(id: string): string {
  return id.length > 14 ? `${id.slice(0, 8)}…` : id;
}
