import { StoreError } from "./errors.js";

const advices: Readonly<Record<string, string>> = {
  ENOENT: "Create the directory (mode 0700).",
  ENOTDIR: "Use a path whose parent is a directory.",
  EISDIR: "Use the path of a file.",
  EACCES: "Give this user write permission on the directory.",
  EPERM: "Give this user write permission on the directory.",
  EROFS: "Use a directory on a file system that can be written to.",
  ENOSPC: "Free space on the disk.",
  EDQUOT: "Free space in the quota of this user.",
  ENAMETOOLONG: "Use a shorter path.",
};

/**
 * Translates an error of the file system. Its message names a code and paths, never the content. A file is replaced by a rename, so
 * an operation that failed has written nothing.
 *
 * @throws {StoreError} for an error of the file system; any other error as it is
 */
export function fileError(operation: string, error: unknown): never {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (!(error instanceof Error) || typeof code !== "string" || !/^E[A-Z0-9]+$/.test(code)) throw error;
  const advice = advices[code] ?? "Check the path and the disk.";
  throw new StoreError({ store: "file", operation, problem: String(message), outcome: "not_applied", advice });
}
