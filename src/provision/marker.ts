import { createHash, randomBytes } from "node:crypto";
import type { Marker } from "./types.js";

/** The longest marker, so that descriptions stay within the limits of vendors. */
const longestName = { project: 24, environment: 16, key: 40 } as const;
const name = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const suffix = /(?:^| )\[([A-Za-z0-9._-]+)\/([A-Za-z0-9._-]+)\/([A-Za-z0-9._-]+) ([0-9a-f]{12})\]$/;

/** What is wrong with a part of a marker, or `undefined`. */
export function nameProblem(part: keyof typeof longestName, value: string): string | undefined {
  if (name.test(value) && value.length <= longestName[part]) return undefined;
  return `expected a letter or digit, then letters, digits, ".", "_" or "-", at most ${longestName[part]} characters`;
}

/** A new attempt id: 48 random bits in hexadecimal digits. */
export function createAttemptId(): string {
  return randomBytes(6).toString("hex");
}

/** Writes a marker behind a text: `deploys [acme-platform/prod/dns-deploy 7f3a9c41d0e2]`. `undefined` removes the marker. */
export function writeTextMarker(text: string, marker: Marker | undefined): string {
  const bare = text.replace(suffix, "");
  if (marker === undefined) return bare;
  const { project, environment, key, attemptId } = marker;
  return `${bare}${bare === "" ? "" : " "}[${project}/${environment}/${key} ${attemptId}]`;
}

/** Reads a text and the marker behind it. */
export function readTextMarker(text: string | undefined): { readonly text: string; readonly marker?: Marker } {
  const [, project, environment, key, attemptId] = suffix.exec(text ?? "") ?? [];
  if (project === undefined || environment === undefined || key === undefined || attemptId === undefined)
    return { text: text ?? "" };
  return { text: writeTextMarker(text ?? "", undefined), marker: { project, environment, key, attemptId } };
}

/** The client id of a marker, for vendors where the caller chooses it: a UUID of version 8 (RFC 9562) from SHA-256. */
export function deriveClientId({ project, environment, key }: Omit<Marker, "attemptId">): string {
  const bytes = createHash("sha256").update(["oauth-clients", project, environment, key].join("\0")).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Reads a marker from a member of a JSON object. */
export function readObjectMarker(value: unknown): Marker | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { project, environment, key, attemptId } = value as Partial<Record<keyof Marker, unknown>>;
  const texts = [project, environment, key, attemptId].every((part) => typeof part === "string");
  return texts ? ({ project, environment, key, attemptId } as Marker) : undefined;
}
