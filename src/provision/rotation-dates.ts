import type { Duration, JournalEntry, RotationPolicy } from "./types.js";

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration in milliseconds. `undefined`: it is not a duration. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * unitMs[unit as keyof typeof unitMs];
}

/** A valid duration in milliseconds, or the default. */
function durationMs(text: Duration | undefined, defaultMs: number): number {
  return text === undefined ? defaultMs : (parseDuration(text) ?? defaultMs);
}

const defaultOverlapMs = unitMs.d;

/** When the rotation of a secret is due. `undefined`: never, or not known. */
export function rotationDueAt(policy: RotationPolicy | undefined, { issuedAt }: JournalEntry): Date | undefined {
  const everyMs = policy?.every === undefined ? undefined : parseDuration(policy.every);
  if (everyMs === undefined || issuedAt === undefined) return undefined;
  return new Date(Date.parse(issuedAt) + everyMs);
}

/** Whether consumers may still use the secret that was replaced. */
export function isOverlapping(policy: RotationPolicy | undefined, { previous }: JournalEntry): boolean {
  if (previous === undefined) return false;
  return Date.now() < Date.parse(previous.replacedAt) + durationMs(policy?.overlap, defaultOverlapMs);
}
