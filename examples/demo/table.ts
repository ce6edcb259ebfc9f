import { clean } from "./failure.js";

/** One column: its title, and the most characters that a line of it may have. */
export interface Column {
  readonly title: string;
  readonly width: number;
}

/** What one cell says, a line each. Lines that are too long are wrapped. */
export type Cell = readonly string[];

/** Lays out a table. A row is as high as its highest cell; where that is more than a line, a blank one follows. */
export function layOut(columns: readonly Column[], rows: readonly (readonly Cell[])[]): { head: string[]; body: string[] } {
  const cells = rows.map((row) => columns.map(({ width }, index) => (row[index] ?? []).flatMap((line) => wrap(line, width))));
  const widths = columns.map(({ title }, index) =>
    Math.max(...[title, ...cells.flatMap((row) => row[index] ?? [])].map((line) => [...line].length)),
  );
  const print = (line: readonly string[]) =>
    widths
      .map((width, index) => (line[index] ?? "") + " ".repeat(width - [...(line[index] ?? "")].length))
      .join("  ")
      .trimEnd();
  const lines = (row: readonly (readonly string[])[]) =>
    Array.from({ length: Math.max(...row.map((cell) => cell.length)) }, (_, index) =>
      print(row.map((cell) => cell[index] ?? "")),
    );
  return {
    head: [print(columns.map(({ title }) => title)), print(widths.map((width) => "─".repeat(width)))],
    body: cells.map(lines).flatMap((row, index, rows) => [...row, ...(row.length > 1 && index < rows.length - 1 ? [""] : [])]),
  };
}

/** Breaks at spaces, and inside a word only where the word alone is too long. */
function wrap(text: string, width: number): string[] {
  const words = clean(text)
    .split(" ")
    .flatMap((word) => cut([...word], width));
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const fits = last !== undefined && [...last].length + 1 + [...word].length <= width;
    if (fits) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines;
}

function cut(letters: readonly string[], width: number): string[] {
  if (letters.length <= width) return [letters.join("")];
  return [letters.slice(0, width).join(""), ...cut(letters.slice(width), width)];
}
