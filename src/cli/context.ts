import { styleText } from "node:util";

/** A stream that a command writes to. */
export interface Output {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command needs of its process. */
export interface Context {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Reads standard input to its end. */
  readonly readInput: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How text is written to one stream. */
export interface Style {
  /** Columns of the terminal, or 80 where there is none. */
  readonly width: number;
  /** Whether lines can be rewritten. */
  readonly isTerminal: boolean;
  readonly paint: (colour: Colour, text: string) => string;
}

/** The colours of the output. */
export type Colour = "bold" | "dim" | "red" | "green" | "yellow";

/** The style of a stream. Colours need a terminal, and no `NO_COLOR` (https://no-color.org). */
export function styleOf({ isTTY, columns }: Output, env: Context["env"]): Style {
  const isTerminal = isTTY === true && (env.CI ?? "") === "" && env.TERM !== "dumb";
  const isPlain = !isTerminal || (env.NO_COLOR ?? "") !== "";
  return {
    width: columns === undefined || columns < 40 ? 80 : columns,
    isTerminal,
    paint: (colour, text) => (isPlain ? text : styleText(colour, text, { validateStream: false })),
  };
}

/** Writes text and a line end to standard output. */
export function print({ stdout }: Context, text: string): void {
  stdout.write(`${text}\n`);
}

/** A value in quotes, for a shell. */
export function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** Writes text and a line end to standard error. */
export function printError({ stderr }: Context, text: string): void {
  stderr.write(`${text}\n`);
}

/** Writes a document as JSON to standard output. */
export function printJson(context: Context, document: unknown): void {
  print(context, JSON.stringify(document, undefined, 2));
}

const open = new Set<() => unknown>();

/** Registers a connection that would keep the process running. */
export function closeAtEnd(close: () => unknown): void {
  open.add(close);
}

/** Closes all registered connections. */
export async function closeConnections(): Promise<void> {
  const all = [...open];
  open.clear();
  await Promise.allSettled(all.map(async (close) => close()));
}
