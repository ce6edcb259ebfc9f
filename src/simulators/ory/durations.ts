const nanoseconds = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const group = /(?=\.?\d)(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
const maximum = 2n ** 63n - 1n;

/** Parses a duration as Go does, in nanoseconds. Undefined for other text, also for days. */
export function parseDuration(text: string): bigint | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  if (text === `${sign}0`) return 0n;
  let total = 0n;
  let end = sign.length;
  while (end < text.length) {
    group.lastIndex = end;
    const [whole, integer = "", fraction = "", unit = "ns"] = group.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const size = nanoseconds[unit as keyof typeof nanoseconds];
    total += BigInt(`0${integer}`) * size + (BigInt(`0${fraction}`) * size) / 10n ** BigInt(fraction.length);
    end += whole.length;
  }
  if (text === sign || total > maximum) return undefined;
  return sign === "-" ? -total : total;
}

/** Formats a duration as Go does: `720h0m0s`, `1m30s`, `1.5s`, `250ms`. */
export function formatDuration(duration: bigint): string {
  if (duration === 0n) return "0s";
  if (duration < 0n) return `-${formatDuration(-duration)}`;
  if (duration < nanoseconds.us) return `${duration}ns`;
  if (duration < nanoseconds.ms) return `${decimal(duration, nanoseconds.us)}µs`;
  if (duration < nanoseconds.s) return `${decimal(duration, nanoseconds.ms)}ms`;
  const hours = duration / nanoseconds.h;
  const minutes = (duration % nanoseconds.h) / nanoseconds.m;
  const seconds = `${decimal(duration % nanoseconds.m, nanoseconds.s)}s`;
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${minutes}m${seconds}` : seconds;
}

/** The milliseconds of a valid duration, rounded down. */
export function durationMs(text: string): number {
  return Number((parseDuration(text) ?? 0n) / nanoseconds.ms);
}

function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return fraction === "" ? String(value / unit) : `${value / unit}.${fraction}`;
}
