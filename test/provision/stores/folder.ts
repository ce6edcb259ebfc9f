import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory that is removed when the test ends. */
export async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), "stores-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return { path, file: (name: string) => join(path, name), names: async () => (await readdir(path)).sort() };
}

/** The error of a call that must reject. */
export async function rejection(call: Promise<unknown>): Promise<Error> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("expected a rejection with an Error");
  return error;
}
