const unitsMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

const group = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const duration = new RegExp(`^(?:${group.source})+$`);

/** The longest duration of the server (64 bits of nanoseconds), in milliseconds. */
export const longestDurationMs = 9_223_372_036_854;

/** Parses a Go duration such as `1h30m` or `720h0m0s` to milliseconds. `undefined`: it is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!duration.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(group)) total += Number(amount) * unitsMs[unit as keyof typeof unitsMs];
  // Rounds to nanoseconds, the smallest unit: smaller parts are rounding errors of binary fractions. Whole milliseconds are left out,
  // because a few months in nanoseconds exceed the precision of a double.
  const whole = Math.trunc(total);
  return whole + Math.round((total - whole) * 1e6) / 1e6;
}

/**
 * Formats whole milliseconds like the server: `5400000` as `1h30m0s`.
 * @param ms - whole, from 0 to `longestDurationMs`
 */
export function writeDuration(ms: number): string {
  if (ms > 0 && ms < unitsMs.s) return `${ms}ms`;
  const hours = Math.floor(ms / unitsMs.h);
  const minutes = Math.floor((ms % unitsMs.h) / unitsMs.m);
  const seconds = (ms % unitsMs.m) / unitsMs.s;
  return `${hours > 0 ? `${hours}h` : ""}${hours + minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}
