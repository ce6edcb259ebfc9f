import { isDeepStrictEqual } from "node:util";
import { collect } from "oauth-clients";
import { count } from "../demo/report.js";
import type { TfeMade, TfeRun } from "./vendor.js";

/** Shows the token that workspaces refer to, by its id alone. */
export async function readOAuthToken({ report, vendor, signal }: TfeRun, { asked, client }: TfeMade): Promise<void> {
  const { manager } = vendor;
  report.step(`Find the OAuth token of ${vendor.label(asked)}`);
  const tokens = await collect(manager.listOAuthTokens({ oauthClientId: client.id, signal }));
  const [token] = tokens;
  report.check(tokens.length === 1, "it has exactly one", count(tokens.length, "token"));
  if (token === undefined) return;
  report.check(token.id === client.oauthTokenId, "its id is the one that create gave, for workspaces to refer to", token.id);
  const read = await manager.getOAuthToken(token.id, { signal });
  report.check(isDeepStrictEqual(read, token), "read alone it is the same, and its text is not shown");
}

/** Keeps a client to some projects, and lets all projects use it again. */
export async function restrict(
  { report, vendor, signal }: TfeRun,
  { asked, client: { id } }: TfeMade,
  projectIds: readonly string[],
): Promise<void> {
  const { manager } = vendor;
  const [first, ...others] = projectIds;
  const attached = async () => [...(await manager.get(id, { signal })).projectIds].sort();
  const hasThese = async (wanted: readonly string[]) => isDeepStrictEqual(await attached(), [...wanted].sort());
  report.step(`Keep ${vendor.label(asked)} to some projects`);
  const { organizationScoped } = await manager.update(id, { organizationScoped: false }, { signal });
  report.check(!organizationScoped && (await hasThese([])), "it is for no project of the organization any more");
  if (first === undefined) report.note("no project is attached: those of this organization are not the demo's");
  else {
    await manager.addProjects(id, [first], { signal });
    report.check(await hasThese([first]), `attached: it is for ${first}`);
    await manager.replaceProjects(id, others, { signal });
    report.check(await hasThese(others), `replaced: it is for ${others.join(", ")}`);
    await manager.removeProjects(id, others, { signal });
    report.check(await hasThese([]), "detached: it is for none");
  }
  const restored = await manager.update(id, { organizationScoped: true }, { signal });
  report.check(restored.organizationScoped, "it is for all projects again");
}
