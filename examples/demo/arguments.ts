import { Complaint } from "./failure.js";

/** What the command line asks for. */
export interface Wanted {
  readonly help: boolean;
  /** The vendors to show, in order. */
  readonly vendors: readonly string[];
  /** A file of clients to use instead of the vendor's own. */
  readonly file?: string;
}

/**
 * Reads the command line.
 * @throws {Complaint} something in it is not known
 */
export function readArguments(words: readonly string[], known: readonly string[]): Wanted {
  const vendors: string[] = [];
  let file: string | undefined;
  let help = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--help" || word === "-h") help = true;
    else if (word === "--file") file = words[++index] ?? "";
    else if (word.startsWith("--file=")) file = word.slice("--file=".length);
    else if (known.includes(word)) vendors.push(word);
    else throw new Complaint(`unknown argument "${word}": give ${known.join(", ")}, --file <path> or --help`);
  }
  if (file === "") throw new Complaint("--file needs a path");
  const chosen = vendors.length === 0 ? known : [...new Set(vendors)];
  if (file !== undefined && chosen.length > 1) throw new Complaint("--file needs the one vendor that the clients are for");
  return { help, vendors: chosen, ...(file === undefined ? {} : { file }) };
}
