import { writeFileSync } from "node:fs";

/** Writes text and a line end to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes text and a line end to standard error. */
export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Writes a document as JSON to standard output. */
export function printJson(document: unknown): void {
  print(JSON.stringify(document, undefined, 2));
}

/** Writes a file that the command line names. `-` is standard output. */
export function writeOutput(file: string, text: string): void {
  if (file === "-") print(text);
  else writeFileSync(file, text.endsWith("\n") ? text : `${text}\n`);
}
