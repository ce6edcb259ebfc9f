// A process that creates a client or rotates its secret, and kills itself at one point. Arguments: one JSON object.
import { createRequire, syncBuiltinESMExports } from "node:module";
import { secretFile } from "../../src/node/secret-file.js";
import { createOryManager } from "../../src/ory/manager.js";

/** The operation of the process and the point at which it is killed: `request 2`, `response 2`, or `rename 2`. */
export interface KilledRun {
  readonly operation: "create" | "rotate";
  readonly adminUrl: string;
  readonly directory: string;
  readonly id: string;
  readonly killAt: string;
}

const { operation, adminUrl, directory, id, killAt }: KilledRun = JSON.parse(process.argv[2] ?? "");

const counts = new Map<string, number>();
function killIfReached(event: string): void {
  const count = (counts.get(event) ?? 0) + 1;
  counts.set(event, count);
  if (`${event} ${count}` === killAt) process.kill(process.pid, "SIGKILL");
}

const files = createRequire(import.meta.url)("node:fs/promises");
const { rename } = files;
files.rename = (...paths: [string, string]) => {
  killIfReached("rename");
  return rename(...paths);
};
syncBuiltinESMExports();

const ory = createOryManager({
  adminUrl,
  retry: { maxRetries: 0 },
  fetch: async (...request) => {
    killIfReached("request");
    const response = await fetch(...request);
    killIfReached("response");
    return response;
  },
});
const secretSink = secretFile(directory);
if (operation === "create") await ory.create({ name: "worker", clientId: id }, { secretSink });
else await ory.rotateSecret(id, { secretSink });
