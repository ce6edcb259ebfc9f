import { isDeepStrictEqual } from "node:util";
import { type ClientCredentials, type ClientImport, collect, isOAuthClientsError, type OAuthClient } from "oauth-clients";
import { compare, findDifferences } from "./comparison.js";
import { readUntil, unlessMissing } from "./patience.js";
import { count } from "./report.js";
import type { Made, Run } from "./vendor.js";

/** Checks that the server responds. */
export async function reach<Client extends OAuthClient, Input>(run: Run<Client, Input>): Promise<void> {
  run.report.step("Reach the server");
  // A few seconds only, so that a mistyped URL fails soon.
  const found = await listOwn(run, { timeoutMs: 5_000 });
  run.report.check(found.length === 0, "it responds, and has no client of this run yet", count(found.length, "client"));
}

/** Creates the clients of the file, and reads each back. */
export async function createAll<Client extends OAuthClient, Input extends object>(
  run: Run<Client, Input>,
  path: string,
  inputs: readonly Input[],
): Promise<readonly Made<Client, Input>[]> {
  const { report, vendor, signal } = run;
  report.step(`Create the ${count(inputs.length, "client")} of ${path}`);
  const made: Made<Client, Input>[] = [];
  for (const asked of inputs) {
    const label = vendor.label(asked);
    const { client, credentials } = await create(run, vendor.mark(asked));
    const read = () => unlessMissing(vendor.manager.get(client.id, { signal }));
    const stored = await readUntil(read, (found) => found !== undefined, signal);
    const wrong = compare(vendor.mark(asked), stored ?? {}, vendor.notCompared);
    report.check(wrong.length === 0, `${label} is stored as it was asked for`, `other ${wrong.join(", ")}`);
    made.push({ asked, client: stored ?? client, ...(credentials ? { credentials } : {}) });
    const hasSecret = vendor.hasSecret(asked);
    const claim = hasSecret ? "has a secret, shown this once" : "was given no secret";
    report.check(hasSecret === (credentials !== undefined), `${label} ${claim}`);
  }
  report.table(vendor.columns, made.map(vendor.row));
  return made;
}

/** Creates one client, which is deleted whatever happens. */
export async function create<Client extends OAuthClient, Input>(run: Run<Client, Input>, input: Input) {
  const { vendor, signal } = run;
  run.uncertain = true;
  try {
    const created = await (vendor.create ?? vendor.manager.create)(input, { signal });
    run.ids.add(created.client.id);
    run.counts.created++;
    run.uncertain = false;
    return created;
  } catch (error) {
    if (isOAuthClientsError(error) && error.outcome === "not_applied") run.uncertain = false;
    throw error;
  }
}

/** Gives a client another name, and shows that nothing else has changed. */
export async function change<Client extends OAuthClient, Input>(
  { report, vendor, signal }: Run<Client, Input>,
  { asked, client: { id } }: Made<Client, Input>,
): Promise<void> {
  report.step(`Update ${vendor.label(asked)}`);
  const before = await vendor.manager.get(id, { signal });
  const name = `${before.name} (renamed)`;
  await vendor.manager.update(id, { name }, { signal });
  const read = () => vendor.manager.get(id, { signal });
  const after = await readUntil(read, (client) => client.name === name, signal);
  // When and by whom a client was changed is not its own affair.
  const differences = findDifferences(before, after, ["updatedAt", "updatedBy"]);
  report.differences(differences);
  const changed = differences.map(({ field }) => field);
  const others = Object.keys(after).length - 2;
  report.check(isDeepStrictEqual(changed, ["name"]), `that field changed, the other ${others} did not`, changed.join(", "));
}

/** Imports a client that exists, with the secret that was kept. */
export async function adopt<Client extends OAuthClient, Input>(
  { report, vendor, signal, counts }: Run<Client, Input>,
  { asked, client: { id } }: Made<Client, Input>,
  { clientSecret }: ClientCredentials,
  { import: take }: ClientImport<Client>,
): Promise<void> {
  report.step(`Import ${vendor.label(asked)} with the secret that was kept`);
  const stored = await vendor.manager.get(id, { signal });
  const imported = await take({ id, clientSecret }, { verifySecret: true, signal });
  report.check(imported.secretVerified, "the server has accepted the secret");
  const wrong = compare(stored, imported.client);
  report.check(wrong.length === 0, "the client is as it was read before", `other ${wrong.join(", ")}`);
  counts.imported++;
}

/** Finds the clients of this run among all there are. */
export async function list<Client extends OAuthClient, Input>(
  run: Run<Client, Input>,
  made: readonly Made<Client, Input>[],
): Promise<void> {
  const { report, signal } = run;
  report.step("List the clients of this run");
  const wanted = made.map(({ client }) => client.id).sort();
  const areThese = (found: readonly Client[]) => isDeepStrictEqual(found.map(({ id }) => id).sort(), wanted);
  const listed = await readUntil(() => listOwn(run), areThese, signal);
  for (const { id, name } of listed) report.note(`${shorten(id)}  ${name}`);
  report.check(areThese(listed), `exactly the ${count(made.length, "client")} created above`, count(listed.length, "client"));
}

/** Deletes the clients of this run, and shows that they are gone. */
export async function removeAll<Client extends OAuthClient, Input>(
  run: Run<Client, Input>,
  made: readonly Made<Client, Input>[],
): Promise<void> {
  const { report, vendor, signal } = run;
  const isGone = (client: Client | undefined) => client === undefined || vendor.isGone?.(client) === true;
  report.step("Delete the clients of this run");
  for (const { asked, client } of made) {
    await vendor.manager.delete(client.id, { signal });
    const read = () => unlessMissing(vendor.manager.get(client.id, { signal }));
    report.check(isGone(await readUntil(read, isGone, signal)), `${vendor.label(asked)} is gone`);
    run.ids.delete(client.id);
    run.counts.deleted++;
  }
  const left = await readUntil(
    async () => (await listOwn(run)).filter((client) => !isGone(client)),
    (found) => found.length === 0,
    signal,
  );
  report.check(left.length === 0, "the list is empty", count(left.length, "client"));
}

/** The clients that have the mark of this run. Looked at here, should a server not know the filter. */
export async function listOwn<Client extends OAuthClient, Input>(
  { vendor, signal }: Pick<Run<Client, Input>, "vendor" | "signal">,
  options: { readonly timeoutMs?: number } = {},
): Promise<readonly Client[]> {
  const all = await collect((vendor.list ?? vendor.manager.list)({ signal, ...options }));
  return all.filter(vendor.isMarked);
}

/** An id for people to tell apart, not to use. */
export function shorten(id: string): string {
  return id.length > 14 ? `${id.slice(0, 8)}…` : id;
}
