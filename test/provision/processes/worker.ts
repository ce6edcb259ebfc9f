// A process that applies or rotates, and stops each client at one moment. The environment variable TASK has what to do, as JSON.
import { AsyncLocalStorage } from "node:async_hooks";
import {
  apply,
  type DocumentStore,
  type RunResult,
  rotate,
  type SecretStore,
  type VersionedDocument,
} from "oauth-clients/provision";
import { configure, type Project } from "./project.js";

/** What a worker does. A moment is the time before or after one effect: a write of a store, or a request that changes something. */
export interface Task {
  readonly project: Project;
  readonly step: "apply" | "begin" | "finish";
  /**
   * `freeze`: the client does nothing more; the parent kills the process when all clients have stopped. `suspend`: the process stops
   * itself until it gets SIGCONT.
   */
  readonly how: "freeze" | "suspend";
  /** The moment of each client, by its key. Absent: none. */
  readonly moments: Readonly<Record<string, number>>;
  /** How far the clock of this process is off, in milliseconds. */
  readonly clockOffsetMs?: number;
}

/** What a worker reports: that it begins, that it suspends itself, and that all clients have stopped or ended. */
export type Report =
  | { readonly type: "started" }
  | { readonly type: "suspended" }
  | { readonly type: "ended"; readonly frozen: readonly string[]; readonly results: readonly RunResult[] };

const task = JSON.parse(process.env.TASK ?? "") as Task;
const { project, step, how, moments, clockOffsetMs = 0 } = task;

const RealDate = Date;
class ShiftedDate extends RealDate {
  constructor(...values: [] | [number | string]) {
    super(values[0] ?? RealDate.now() + clockOffsetMs);
  }
  static override now = () => RealDate.now() + clockOffsetMs;
}
if (clockOffsetMs !== 0) globalThis.Date = ShiftedDate as DateConstructor;

const current = new AsyncLocalStorage<{ readonly key: string; count: number }>();
const frozen: string[] = [];
const results: RunResult[] = [];
const send = (report: Report) => new Promise<void>((resolve) => process.send?.(report, () => resolve()));

function reportEnd(): void {
  if (frozen.length + results.length === project.keys.length) void send({ type: "ended", frozen, results });
}

async function moment(): Promise<void> {
  const client = current.getStore();
  if (client === undefined || client.count++ !== moments[client.key]) return;
  if (how === "suspend") {
    await send({ type: "suspended" });
    process.kill(process.pid, "SIGSTOP");
    return;
  }
  frozen.push(client.key);
  reportEnd();
  await new Promise(() => {});
}

function interrupted<Call extends (...values: never[]) => Promise<unknown>>(call: Call): Call {
  const wrapped = async (...values: Parameters<Call>) => {
    await moment();
    const value = await call(...values);
    await moment();
    return value;
  };
  return wrapped as Call;
}

const document = (own: VersionedDocument): VersionedDocument => ({
  ...own,
  write: interrupted(own.write),
  remove: interrupted(own.remove),
});

const configuration = await configure(project, {
  store: (store: SecretStore) => ({
    ...store,
    journal: document(store.journal),
    stage: interrupted(store.stage),
    promote: interrupted(store.promote),
    unstage: interrupted(store.unstage),
    remove: interrupted(store.remove),
  }),
  documents: (documents: DocumentStore) => ({ ...documents, document: (key) => document(documents.document(key)) }),
  fetch: async (input, init) => {
    const request = new Request(input, init);
    const changes = request.method !== "GET" && !/token$/.test(new URL(request.url).pathname);
    return changes ? interrupted(fetch)(request) : fetch(request);
  },
});

process.on("disconnect", () => process.exit());
await send({ type: "started" });
await Promise.all(
  project.keys.map((key) =>
    current.run({ key, count: 0 }, async () => {
      results.push(
        await (step === "apply"
          ? apply(configuration, { only: [key], allowDelete: [key] })
          : rotate(configuration, [key], { stage: step })),
      );
      reportEnd();
    }),
  ),
);
