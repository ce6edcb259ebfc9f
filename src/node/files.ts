import { loadBuiltin } from "./platform.js";

/** Readable and writable by the owner only. Windows has no modes. */
const ownerOnly = 0o600;

/** A temporary file is stale when it is older, in milliseconds. A write takes a few milliseconds. */
const staleAfterMs = 60_000;

const temporaryName = /^\.[0-9a-f-]{36}\.tmp$/;

/**
 * Replaces a file, whole or not at all: temporary file in the same directory, fsync, rename. A symbolic link at the path is replaced
 * and never followed. Resolves when the content and the name are on the disk.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const files = loadBuiltin("node:fs/promises");
  const { dirname } = loadBuiltin("node:path");
  await withTemporaryFile(dirname(path), text, (temporary) => files.rename(temporary, path));
  await syncDirectory(dirname(path));
}

/**
 * Creates a file, whole or not at all, without a wait for the disk.
 * @returns `false`: the path exists already
 */
export async function createFileAtomically(path: string, text: string): Promise<boolean> {
  const files = loadBuiltin("node:fs/promises");
  const { dirname } = loadBuiltin("node:path");
  const publish = async (temporary: string) => {
    await files.link(temporary, path);
    await files.unlink(temporary);
  };
  try {
    await withTemporaryFile(dirname(path), text, publish, false);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/**
 * Proves that `writeFileAtomically` can store a number of bytes: the directory exists, the name is legal and not a directory, and the
 * disk has room. Leaves no file.
 *
 * @param path - the file. Absent: only the directory is known
 * @throws the error of the file system
 */
export async function checkWritable(directory: string, bytes: number, path?: string): Promise<void> {
  const { rm, lstat } = loadBuiltin("node:fs/promises");
  if (path !== undefined) {
    const found = await lstat(path).catch(ignoreMissing);
    if (found?.isDirectory()) throw Object.assign(new Error(`EISDIR: ${path} is a directory`), { code: "EISDIR" });
  }
  await withTemporaryFile(directory, " ".repeat(bytes), (temporary) => rm(temporary));
}

/** Temporary files that an interrupted write left in a directory. They can hold secrets. Paths, sorted. */
export async function findStaleFiles(directory: string): Promise<readonly string[]> {
  const { stat } = loadBuiltin("node:fs/promises");
  const paths = await findFiles(directory, (name) => temporaryName.test(name));
  const stale = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(ignoreMissing);
      return found !== undefined && Date.now() - found.mtimeMs > staleAfterMs;
    }),
  );
  return paths.filter((_, index) => stale[index]);
}

/** The files of a directory whose names match. Paths, sorted. */
export async function findFiles(directory: string, matches: (name: string) => boolean): Promise<readonly string[]> {
  const { readdir } = loadBuiltin("node:fs/promises");
  const { join } = loadBuiltin("node:path");
  return (await readdir(directory))
    .filter(matches)
    .map((name) => join(directory, name))
    .sort();
}

/** Removes bytes from the end of a file. */
export async function truncateFile(path: string, bytes: number): Promise<void> {
  const { stat, truncate } = loadBuiltin("node:fs/promises");
  await truncate(path, (await stat(path)).size - bytes);
}

/**
 * Reads a small text file. `undefined` only when the path does not exist. The read is synchronous: it takes microseconds, and a read in a
 * thread takes ten times as long and waits behind every fsync of the process.
 */
export async function readFileIfExists(path: string): Promise<string | undefined> {
  try {
    return loadBuiltin("node:fs").readFileSync(path, "utf8");
  } catch (error) {
    return ignoreMissing(error);
  }
}

/** Removes a file and makes the removal durable. A file that does not exist is not an error. */
export async function removeFile(path: string): Promise<void> {
  const { dirname } = loadBuiltin("node:path");
  await loadBuiltin("node:fs/promises").rm(path, { force: true });
  await syncDirectory(dirname(path));
}

async function withTemporaryFile(
  directory: string,
  text: string,
  publish: (temporary: string) => Promise<unknown>,
  durable = true,
): Promise<void> {
  const files = loadBuiltin("node:fs/promises");
  const { join } = loadBuiltin("node:path");
  const temporary = join(directory, `.${crypto.randomUUID()}.tmp`);
  // Exclusive: an existing file, or a symbolic link, is never written to, and is not removed below.
  const file = await files.open(temporary, "wx", ownerOnly).catch((error) => {
    throw hasCode(error, "ENOENT")
      ? Object.assign(new Error(`ENOENT: the directory ${directory} does not exist`), { code: "ENOENT" })
      : error;
  });
  try {
    try {
      await file.writeFile(text);
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await publish(temporary);
  } catch (error) {
    // The temporary file can hold a part of a secret.
    await files.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

interface DirectorySync {
  readonly done: Promise<void>;
  begun: boolean;
}

/** The latest sync of each directory that has one in progress. */
const directorySyncs = new Map<string, DirectorySync>();

// The name of a file is durable only with its directory. A sync that has not begun serves every name that is in the directory by then.
function syncDirectory(directory: string): Promise<void> {
  const latest = directorySyncs.get(directory);
  if (latest?.begun === false) return latest.done;
  const start = async () => {
    await latest?.done;
    sync.begun = true;
    await flushDirectory(directory);
    if (directorySyncs.get(directory) === sync) directorySyncs.delete(directory);
  };
  const sync: DirectorySync = { begun: false, done: Promise.resolve().then(start) };
  directorySyncs.set(directory, sync);
  return sync.done;
}

// Some platforms, such as Windows, cannot sync a directory.
async function flushDirectory(directory: string): Promise<void> {
  try {
    const opened = await loadBuiltin("node:fs/promises").open(directory, "r");
    await opened.sync().finally(() => opened.close());
  } catch {}
}

/** Whether an error of the platform has a code. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && (error as { code?: unknown }).code === code;
}

function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, "ENOENT")) throw error;
}
