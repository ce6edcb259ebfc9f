import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CallOptions,
  canImport,
  canRequestTokens,
  canRotateSecret,
  NotFoundError,
  type OAuthClient,
  ValidationError,
} from "oauth-clients";
import { Complaint, explain } from "./failure.js";
import { readClients } from "./file.js";
import { readUntil } from "./patience.js";
import { count } from "./report.js";
import type { Demonstration, Stage } from "./stage.js";
import { listOwn } from "./steps.js";
import type { Run, Vendor } from "./vendor.js";

/** Where a demonstration takes place. */
export interface Place {
  readonly description: readonly string[];
  readonly close: () => Promise<void>;
}

/** One vendor's demonstration. */
export interface Script<Client extends OAuthClient, Input, Server extends Place, Actor extends Vendor<Client, Input>> {
  readonly title: string;
  /** The file of clients that is used when no other is given. */
  readonly clients: URL;
  /** Creates a client on a simulator in memory, so that a mistake in the file is found before anything is sent. */
  readonly rehearse: (clients: readonly unknown[]) => (input: Input) => Promise<unknown>;
  /** What the clients lack for the demonstration, if anything. */
  readonly demand?: (inputs: readonly Input[]) => string | undefined;
  /** The server that the environment names. When it names none: a simulator on free loopback ports. */
  readonly open: (environment: Stage["environment"], inputs: readonly Input[]) => Promise<Server>;
  readonly connect: (server: Server, mark: string) => Actor;
  readonly perform: (run: Run<Client, Input, Actor>, scene: Scene<Input, Server>) => Promise<void>;
}

/** What is there when the curtain rises. */
export interface Scene<Input, Server extends Place> {
  readonly server: Server;
  readonly inputs: readonly Input[];
  /** Where the clients come from. */
  readonly path: string;
}

/** Makes a demonstration of a script. Whatever happens, what it has made is deleted, and nothing else. */
export function stage<Client extends OAuthClient, Input, Server extends Place, Actor extends Vendor<Client, Input>>(
  script: Script<Client, Input, Server, Actor>,
): Demonstration {
  return async ({ report, file, environment, signal }) => {
    const path = file ?? relative(process.cwd(), fileURLToPath(script.clients)).replaceAll("\\", "/");
    const inputs = await rehearse(path, await readClients(path), script);
    const server = await script.open(environment, inputs);
    const mark = `demo-run-${crypto.randomUUID().slice(-12)}`;
    const run: Run<Client, Input, Actor> = {
      vendor: script.connect(server, mark),
      ...{ report, signal, ids: new Set<string>(), others: new Map(), besides: new Map(), uncertain: false },
      counts: { created: 0, deleted: 0, tokens: 0, rotated: 0, imported: 0 },
    };
    const perform = async () => {
      report.open(script.title, server.description);
      try {
        await script.perform(run, { server, inputs, path });
      } catch (error) {
        const left = await cleanUp(run, mark);
        throw left === undefined ? error : new Complaint(`${explain(error)}; ${left}`);
      }
      const { vendor, counts } = run;
      const besides = [...run.besides].map(([noun, number]) => count(number, noun)).join(", ");
      const { created, deleted } = counts;
      const tale = `${count(created, "client")} created, ${deleted} deleted, nothing left behind.`;
      return {
        title: script.title,
        counts: {
          ...{ created, deleted },
          tokens: canRequestTokens(vendor.manager) ? counts.tokens : undefined,
          rotated: canRotateSecret(vendor.manager) ? counts.rotated : undefined,
          imported: canImport(vendor.manager) ? counts.imported : undefined,
        },
        besides,
        checks: report.close(tale),
      };
    };
    return { perform, close: server.close };
  };
}

/** @throws {Complaint} names the place in the file and what is wrong there */
async function rehearse<Input>(
  path: string,
  clients: readonly unknown[],
  script: Pick<Script<never, Input, never, never>, "rehearse" | "demand">,
): Promise<readonly Input[]> {
  const inputs = clients as readonly Input[];
  const create = script.rehearse(clients);
  for (const [index, client] of inputs.entries()) {
    // Any other refusal is left to the real server, whose rules may differ.
    const refusal = await create(client).catch((error: unknown) => error);
    if (refusal instanceof ValidationError) throw new Complaint(`${path}[${index}]: ${refusal.message}`);
  }
  const lack = script.demand?.(inputs);
  if (lack !== undefined) throw new Complaint(`${path}: ${lack}`);
  return inputs;
}

/** Deletes what this run has made and nothing else. Tells what could not be deleted. */
async function cleanUp<Client extends OAuthClient, Input>(run: Run<Client, Input>, mark: string): Promise<string | undefined> {
  const { vendor, ids, others, uncertain } = run;
  const options: CallOptions = { timeoutMs: 10_000 };
  const kept: string[] = [];
  const tryTo = async (name: string, remove: (options: CallOptions) => Promise<unknown>) => {
    const error = await remove(options).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (error !== undefined && !(error instanceof NotFoundError)) kept.push(name);
  };
  for (const [name, remove] of others) await tryTo(name, remove);
  if (uncertain)
    await tryTo(`a client marked ${mark}`, async (options) => {
      // The signal of the run may have fired, which is why this is done.
      const signal = AbortSignal.timeout(20_000);
      const isNew = (client: Client) => vendor.isGone?.(client) !== true && !ids.has(client.id);
      const search = async () => (await listOwn({ vendor, signal }, options)).filter(isNew);
      for (const { id } of await readUntil(search, (found) => found.length > 0, signal)) ids.add(id);
    });
  for (const id of ids) await tryTo(id, (options) => vendor.manager.delete(id, options));
  return kept.length === 0 ? undefined : `may be left on the server: ${kept.join(", ")}`;
}
