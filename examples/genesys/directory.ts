import { access, chmod, constants, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientCredentials, SecretSink } from "oauth-clients";

/** A directory of secrets, a file for each client, which only their owner can read. */
export interface SecretDirectory extends SecretSink {
  readonly path: string;
  /** What is kept for a client, and whether only the owner can read it. Where files have no such modes, that is taken on trust. */
  readonly read: (clientId: string) => Promise<{ credentials: ClientCredentials; isPrivate: boolean }>;
  readonly remove: () => Promise<void>;
}

/** Makes a directory for as long as a demonstration takes. */
export async function makeSecretDirectory(): Promise<SecretDirectory> {
  const path = await mkdtemp(join(tmpdir(), "oauth-clients-demo-"));
  await chmod(path, 0o700);
  // Ids are the vendor's, and not to be trusted with a path.
  const fileOf = (clientId: string) => join(path, `${encodeURIComponent(clientId)}.json`);
  return {
    path,
    check: () => access(path, constants.W_OK),
    async write(credentials) {
      const file = fileOf(credentials.clientId);
      // Written to another file and renamed: a concurrent reader gets the old secret or the new one.
      await writeFile(`${file}.new`, JSON.stringify(credentials), { mode: 0o600, flag: "wx" });
      await rename(`${file}.new`, file);
    },
    async read(clientId) {
      const { mode } = await stat(fileOf(clientId));
      const credentials = JSON.parse(await readFile(fileOf(clientId), "utf8")) as ClientCredentials;
      return { credentials, isPrivate: process.platform === "win32" || (mode & 0o077) === 0 };
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
