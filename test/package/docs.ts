import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import ts from "typescript";
import { type Block, environmentNames, optionTables, relativeLinks, tablesOf } from "./markdown.js";
import { program, propertiesOf } from "./surface.js";
import { root, type Tree } from "./tree.js";

/** What the compiler says against programs found in documents. They may import the package by its name. */
export function compilerFaults(programs: Readonly<Record<string, Block>>): string[] {
  const places = Object.keys(programs);
  // Files of the repository's root, so that packages are found as a reader's own project would find them.
  const invented = Object.fromEntries(
    places.map((place, index) => [`${root}block-${index}.ts`, `${programs[place]?.text}\nexport {};\n`]),
  );
  const made = program([], invented);
  return Object.keys(invented).flatMap((file, index) => {
    const source = made.getSourceFile(file);
    return [...made.getSyntacticDiagnostics(source), ...made.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${places[index]}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  });
}

const runner = `
import { readdirSync } from "node:fs";
const faults = {};
for (const name of readdirSync(import.meta.dirname).filter((name) => name.startsWith("block-")).sort())
  await import("./" + name).catch((error) => { faults[name] = error.message; });
console.log(JSON.stringify(faults));
`;

/**
 * Errors of programs found in documents. They run in one process, one after another, with the environment variables of simulated
 * vendors.
 */
export async function runtimeFaults(programs: Readonly<Record<string, Block>>): Promise<string[]> {
  const places = Object.keys(programs);
  const folder = mkdtempSync(join(tmpdir(), "blocks-"));
  const servers = await Promise.all([
    simulateOry().listen(),
    simulateOvh().listen(),
    simulateGenesys().listen(),
    simulateTfe().listen(),
  ]);
  try {
    const nameOf = (index: number) => `block-${String(index).padStart(3, "0")}.mts`;
    for (const [index, place] of places.entries()) writeFileSync(join(folder, nameOf(index)), programs[place]?.text ?? "");
    const tsx = [`${root}node_modules/tsx/dist/cli.mjs`, "--tsconfig", `${root}tsconfig.json`];
    const env = Object.assign({ ...process.env }, ...servers.map((server) => server.env()));
    writeFileSync(join(folder, "run.mts"), runner);
    const { stdout } = await promisify(execFile)(process.execPath, [...tsx, join(folder, "run.mts")], {
      cwd: root,
      env,
      timeout: 50_000,
    });
    const faults: Readonly<Record<string, string>> = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    return places.flatMap((place, index) =>
      faults[nameOf(index)] === undefined ? [] : [`${place}: ${faults[nameOf(index)]}`],
    );
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Relative links of documents that lead nowhere. */
export function deadLinks(documents: Tree): string[] {
  return Object.entries(documents).flatMap(([file, text]) =>
    relativeLinks(text)
      .filter((target) => !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file} -> ${target}`),
  );
}

/** Where an option table and the interface that it describes differ. `files` are the entry points to look in. */
export function optionFaults(markdown: string, wanted: readonly string[], files: readonly string[]): string[] {
  const tables = optionTables(markdown);
  const made = program(files);
  const missing = wanted.filter((name) => tables[name] === undefined).map((name) => `${name} has no table`);
  const wrong = Object.entries(tables).flatMap(([name, rows]) => {
    const properties = files.map((file) => propertiesOf(made, file, name)).find((found) => found !== undefined);
    if (properties === undefined) return [`${name} is not exported`];
    return [
      ...properties.filter((property) => !rows.includes(property)).map((property) => `${name}.${property} is not told`),
      ...rows.filter((row) => !properties.includes(row)).map((row) => `${name}.${row} does not exist`),
    ];
  });
  return [...missing, ...wrong];
}

/** Environment variables that a document tells of and no source reads. */
export function unknownEnvironment(markdown: string, sources: Tree): string[] {
  const read = Object.values(sources).join("\n");
  return environmentNames(markdown).filter((name) => !new RegExp(`\\b${name}\\b`).test(read));
}

/** What a capability's row in the table is called, and how a manager shows that it has it. */
export interface Capability<Manager> {
  readonly row: RegExp;
  readonly has: (manager: Manager) => boolean;
}

/** Where the table of capabilities (one column a vendor, one row a capability) differs from what the managers can do. */
export function capabilityFaults<Manager>(
  markdown: string,
  managers: Readonly<Record<string, Manager>>,
  capabilities: readonly Capability<Manager>[],
): string[] {
  const [table] = tablesOf(markdown);
  if (table === undefined) return ["there is no table"];
  const columns = table.columns.map((column) => column.toLowerCase());
  const column = (vendor: string) => columns.findIndex((name, index) => index > 0 && name.split(/\W+/).includes(vendor));
  return [
    ...Object.keys(managers)
      .filter((vendor) => column(vendor) < 0)
      .map((vendor) => `${vendor} has no column`),
    ...columns
      .slice(1)
      .filter((name) => !Object.keys(managers).some((vendor) => name.split(/\W+/).includes(vendor)))
      .map((name) => `the column ${name} is no vendor`),
    ...capabilities
      .filter(({ row }) => table.rows.filter(([name = ""]) => row.test(name)).length !== 1)
      .map(({ row }) => `there must be exactly one row for ${row.source}`),
    ...table.rows.flatMap(([name = "", ...said]) => {
      const capability = capabilities.find(({ row }) => row.test(name));
      if (capability === undefined) return [`the row ${name} names no known capability`];
      return Object.entries(managers).flatMap(([vendor, manager]) => {
        const cell = said[column(vendor) - 1] ?? "";
        const stated = /^(yes|✓)/i.test(cell) ? true : /^(no\b|-|–|—)/i.test(cell) ? false : undefined;
        return stated === capability.has(manager) ? [] : [`${name}, ${vendor}: the table says "${cell}"`];
      });
    }),
  ];
}
