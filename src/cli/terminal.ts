import { blue, bold, dim, green, red, yellow } from "yoctocolors";

/** How text is written to one stream. */
export interface Style {
  /** Columns of the terminal, or 80 where the stream is none. */
  readonly width: number;
  /** Whether the stream is a terminal on which lines can be rewritten. */
  readonly isTerminal: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
}

/** The style of a stream. Colours only on a terminal and without `NO_COLOR` (https://no-color.org). */
export function styleOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const isTerminal = stream.isTTY === true && env.CI === undefined && env.TERM !== "dumb";
  const plain = (text: string) => text;
  const colours = isTerminal && (env.NO_COLOR ?? "") === "" ? { bold, dim, red, green, yellow, blue } : allPlain(plain);
  return { width: stream.columns ?? 80, isTerminal, ...colours };
}

function allPlain(plain: (text: string) => string) {
  return { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, blue: plain };
}
