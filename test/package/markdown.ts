/** A block of code in a Markdown file. */
export interface Block {
  /** The words after the three backticks: `ts`, `ts run`, `ts continued`. */
  readonly language: string;
  readonly text: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
}

/** The fenced blocks of a Markdown file. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; lines: string[]; line: number } | undefined;
  markdown.split("\n").forEach((line, index) => {
    const fence = /^ {0,3}```\s*(.*?)\s*$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) open = { language: fence[1] ?? "", lines: [], line: index + 2 };
    else {
      blocks.push({ language: open.language, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    }
  });
  return blocks;
}

/**
 * The TypeScript programs of a Markdown file, by `<file>:<line>`. A block marked `ts continued` goes on where the block before
 * it ended; every other one stands alone.
 */
export function programsOf(file: string, markdown: string): Record<string, Block> {
  const programs: Record<string, Block> = {};
  let last: string | undefined;
  for (const block of blocksOf(markdown)) {
    if (!/^(ts|typescript)\b/.test(block.language)) continue;
    const before = last === undefined ? undefined : programs[last];
    if (/\bcontinued\b/.test(block.language) && last !== undefined && before !== undefined) {
      programs[last] = { ...before, text: `${before.text}\n${block.text}` };
    } else {
      last = `${file}:${block.line}`;
      programs[last] = block;
    }
  }
  return programs;
}

/** The TypeScript programs in the docstrings of a source file, by `<file>:<line>`. */
export function examplesOf(file: string, source: string): Record<string, Block> {
  return programsOf(file, source.replace(/^ *\* ?/gm, ""));
}

/** A table: what its columns are called, and its rows by column. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a Markdown file. */
export function tablesOf(markdown: string): Table[] {
  const groups = markdown
    .split("\n")
    .map((line) => (/^\s*\|.*\|\s*$/.test(line) ? cells(line) : undefined))
    .reduce<string[][][]>(
      (all, row) => {
        if (row === undefined) all.push([]);
        else all.at(-1)?.push(row);
        return all;
      },
      [[]],
    );
  return groups.filter((rows) => rows.length > 2).map(([columns = [], , ...rows]) => ({ columns, rows }));
}

function cells(line: string): string[] {
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
export function between(markdown: string, name: string): string | undefined {
  return new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(markdown)?.[1];
}

/** The names between `<!-- options X -->` and `<!-- /options X -->` of all such pairs: X -> its table's first column, in which one row
 * may tell of several. */
export function optionTables(markdown: string): Record<string, string[]> {
  const names = [...markdown.matchAll(/<!-- options (\w+) -->/g)].map(([, name = ""]) => name);
  return Object.fromEntries(
    names.map((name) => {
      const [table] = tablesOf(between(markdown, `options ${name}`) ?? "");
      return [name, (table?.rows ?? []).flatMap(([first = ""]) => first.replaceAll("`", "").split(/,\s*/)).sort()];
    }),
  );
}

/** Names of environment variables that a text tells of: backticked capitals with an underscore. */
export function environmentNames(markdown: string): string[] {
  return [...new Set([...markdown.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)].map(([name]) => name))].sort();
}

/** Relative links of a Markdown file. Addresses and links inside the page are not among them. */
export function relativeLinks(markdown: string): string[] {
  const prose = markdown.replace(/```[\s\S]*?```/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}
