import * as provision from "oauth-clients/provision";
import { readValidConfiguration } from "./configuration-file.js";
import { type Context, print, printJson, styleOf } from "./context.js";
import { exitCodes, UsageError } from "./exit-codes.js";
import { type CommonOptions, readOnly } from "./inspect.js";
import { type PlannedRotation, renderRotations } from "./render-list.js";
import { runAndShow } from "./run.js";

/** Options of `rotate`. */
interface RotateOptions extends CommonOptions {
  readonly finish?: boolean;
  readonly due?: boolean;
  readonly plan?: boolean;
  readonly summary?: string;
}

/** `rotate`: issues new secrets, or ends the old ones. */
export async function rotate(context: Context, keys: readonly string[], options: RotateOptions): Promise<number> {
  if (keys.length === 0 && !options.due) throw new UsageError("Name the clients to rotate, or use --due.");
  const configuration = await readValidConfiguration(context, options, keys);
  const fixed = keys.find((key) => configuration.clients[key]?.rotation === undefined);
  if (fixed !== undefined) throw new UsageError(`The client "${fixed}" has no secret that can be rotated.`);
  const stage = options.finish ? "finish" : "begin";
  if (options.plan) return showRotations(context, configuration, keys, stage, options);
  return runAndShow(context, "rotate", configuration, options, (run) =>
    provision.rotate(configuration, keys, { ...run, stage, due: options.due === true }),
  );
}

async function showRotations(
  context: Context,
  configuration: provision.Configuration,
  keys: readonly string[],
  stage: "begin" | "finish",
  { due, json }: RotateOptions,
): Promise<number> {
  const wanted =
    keys.length > 0 ? keys : Object.keys(configuration.clients).filter((key) => configuration.clients[key]?.rotation);
  const listed = await readOnly((run) => provision.list(configuration, { ...run, only: wanted }));
  const now = Date.now();
  const rotations = listed.map((client) => plannedRotation(configuration, client, stage, due === true, now));
  if (json) printJson(context, { format: "oauth-clients/rotation-plan/1", rotations });
  else print(context, renderRotations(rotations, styleOf(context.stdout, context.env)));
  return exitCodes.ok;
}

function plannedRotation(
  { clients }: provision.Configuration,
  { key, provider, id, state, rotationDueAt }: provision.ListedClient,
  stage: "begin" | "finish",
  due: boolean,
  now: number,
): PlannedRotation {
  const declared = clients[key];
  const common = { key, provider, ...(id === undefined ? {} : { id }), kind: declared?.rotation?.kind ?? "overlap" };
  const isDue = rotationDueAt !== undefined && rotationDueAt.getTime() <= now;
  const none = (reason: string): PlannedRotation => ({ ...common, action: "none", reason });
  if (state === "not_created") return none("the client is not created");
  if (state === "in_progress")
    return { ...common, action: "continue", reason: "an operation is in progress or was interrupted" };
  const isOverlapping = state === "overlapping";
  if (due) {
    if (isOverlapping && declared?.policy.rotation?.autoFinish !== true) return none("the previous rotation is not finished");
    if (!isOverlapping && !isDue) return none("no rotation is due");
    return { ...common, action: isOverlapping ? "finish" : "begin" };
  }
  if (stage === "finish") return isOverlapping ? { ...common, action: "finish" } : none("there is no old secret");
  return isOverlapping ? none("the previous rotation is not finished") : { ...common, action: "begin" };
}

/** `token`: requests a token with the stored secret of a client, and writes it to standard output. */
export async function token(
  context: Context,
  key: string,
  options: CommonOptions & { readonly scopes?: readonly string[]; readonly audience?: readonly string[] },
): Promise<number> {
  const { scopes, audience, json } = options;
  const configuration = await readValidConfiguration(context, options, [key]);
  const params = { ...(scopes === undefined ? {} : { scopes }), ...(audience === undefined ? {} : { audience }) };
  const issued = await readOnly((run) => provision.requestClientToken(configuration, key, { ...run, ...params }));
  const { value, expiresAt } = issued;
  if (json) printJson(context, { format: "oauth-clients/token/1", accessToken: value, expiresAt, scopes: issued.scopes });
  else print(context, value);
  return exitCodes.ok;
}
