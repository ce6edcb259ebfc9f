import { isAbsolute, relative } from "node:path";
import type { Colour, Style } from "./context.js";

/** One row of a table of clients: a symbol, columns, and details that wrap with a hanging indent. */
export interface Row {
  readonly symbol: string;
  readonly columns: readonly string[];
  /** Each starts on a line of its own. */
  readonly details: readonly string[];
}

const colours: Readonly<Record<string, Colour>> = {
  "+": "green",
  "~": "yellow",
  ">": "green",
  "*": "yellow",
  "-": "red",
  "<": "yellow",
  x: "red",
  "!": "yellow",
  "?": "yellow",
  "=": "dim",
};

// Below this width the details go below the columns.
const narrowestDetails = 30;

/** Aligns rows to the width of the terminal. Words that are longer than a line stay whole, so that ids can be copied. */
export function renderTable(rows: readonly Row[], style: Style): string[] {
  const count = Math.max(0, ...rows.map(({ columns }) => columns.length));
  const widths = Array.from({ length: count }, (_, index) =>
    Math.max(...rows.map(({ columns }) => columns[index]?.length ?? 0)),
  );
  return rows.flatMap(({ symbol, columns, details }) => {
    const start = `  ${symbol} ${columns.map((text, index) => text.padEnd(widths[index] ?? 0)).join("  ")}`;
    const head = style.paint(colours[symbol] ?? "bold", start.trimEnd());
    const isNarrow = style.width - start.length - 2 < narrowestDetails;
    const indent = isNarrow ? 6 : start.length + 2;
    const lines = details.flatMap((text) => wrap(text, style.width - indent));
    if (lines.length === 0) return [head];
    const [first = "", ...more] = isNarrow ? [undefined, ...lines] : lines;
    const gap = " ".repeat(indent - start.trimEnd().length > 0 ? indent - start.trimEnd().length : 0);
    return [isNarrow ? head : `${head}${gap}${first}`, ...more.map((line) => `${" ".repeat(indent)}${line}`)];
  });
}

/** Whether a text is a command line, which stays whole so that it can be copied. */
export function isCommand(text: string): boolean {
  return text.startsWith("oauth-clients ");
}

/** Breaks text at spaces. */
export function wrap(text: string, width: number): string[] {
  if (isCommand(text)) return [text];
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

/** The location of a store. A file below the working directory is named from there. */
export function shortLocation(location: string): string {
  const [, path] = /^file (.+)$/.exec(location) ?? [];
  if (path === undefined || !isAbsolute(path)) return location;
  const short = relative("", path);
  return short.startsWith("..") ? location : `file ${short}`;
}
