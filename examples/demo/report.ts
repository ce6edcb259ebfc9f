import { CheckFailed, clean } from "./failure.js";
import { type Cell, type Column, layOut } from "./table.js";

/** One field of something, before and after. */
export interface Difference {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Prints what a demonstration does, step by step, and counts what was checked. */
export interface Report {
  /** Says whose demonstration begins, and where it runs. */
  readonly open: (title: string, lines: readonly string[]) => void;
  /** Begins a step. */
  readonly step: (title: string) => void;
  /**
   * Prints the claim when it holds.
   * @param found - what was found instead, for the message when it does not hold
   * @throws {CheckFailed} it does not hold
   */
  readonly check: (holds: boolean, claim: string, found?: string) => void;
  readonly note: (text: string) => void;
  readonly table: (columns: readonly Column[], rows: readonly (readonly Cell[])[]) => void;
  readonly differences: (differences: readonly Difference[]) => void;
  /** Ends the demonstration: everything that was claimed did hold. Returns how much that was. */
  readonly close: (text: string) => number;
  /** Begins a part that belongs to no demonstration. */
  readonly heading: (text: string) => void;
}

/** Makes a report. Without colours it is plain text, as a log wants it. */
export function createReport(write: (text: string) => void, colours: boolean): Report {
  const paint = (code: number) => (text: string) => (colours && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [bold, dim, red, green, cyan] = [paint(1), paint(2), paint(31), paint(32), paint(36)];
  const print = (text = "") => write(`${text}\n`);
  let title = "";
  let steps = 0;
  let checks = 0;

  return {
    open(name, lines) {
      steps = 0;
      checks = 0;
      print();
      print(bold(name));
      for (const line of lines) print(dim(clean(line)));
    },
    step(name) {
      title = name;
      steps++;
      print();
      print(`${cyan(`${steps}.`)} ${bold(clean(name))}`);
    },
    check(holds, claim, found) {
      print(`   ${holds ? green("✓") : red("✗")} ${clean(claim)}`);
      checks++;
      if (holds) return;
      const instead = found === undefined ? "" : `, found: ${found}`;
      throw new CheckFailed(`step ${steps} (${title}) failed, expected: ${claim}${instead}`);
    },
    note: (text) => print(`     ${dim(clean(text))}`),
    table(columns, rows) {
      const { head, body } = layOut(columns, rows);
      print();
      for (const line of head) print(`   ${dim(line)}`);
      for (const line of body) print(line === "" ? "" : `   ${line}`);
    },
    differences(differences) {
      for (const { field, before, after } of differences) {
        print(`     ${field}`);
        print(`       ${red(`- ${show(before)}`)}`);
        print(`       ${green(`+ ${show(after)}`)}`);
      }
    },
    close(text) {
      print();
      print(`${green("✓")} ${bold(`All ${checks} checks passed.`)} ${text}`);
      return checks;
    },
    heading(text) {
      print();
      print(bold(text));
    },
  };
}

/** A secret as it may be seen: nothing of it but its length. */
export function mask(secret: string): string {
  return `•••••••• (${secret.length} characters)`;
}

/** Puts a noun behind a count. */
export function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`.replace(/ys$/, "ies")}`;
}

function show(value: unknown): string {
  return clean(typeof value === "string" ? value : (JSON.stringify(value) ?? "(nothing)"));
}
