import { entrySources, manifest } from "../entries.js";
import { importsOf, type Tree } from "../tree.js";
import { type Box, drawArrow, drawBox, picture } from "./svg.js";

/** The parts of the sources, by the first pattern that matches a file, with their columns in the picture. */
const parts: readonly (readonly [name: string, files: RegExp, content: string, column: number])[] = [
  ["src/cli", /^src\/cli\//, "the command", 2],
  ["src/index.ts", /^src\/index\.ts$/, "oauth-clients", 0],
  ["src/testing.ts", /^src\/testing\.ts$/, "oauth-clients/testing", 3.5],
  ["src/core", /^src\/core\//, "HTTP, errors, validation", 0],
  ["src/token", /^src\/token\//, "token sources", 1],
  ["src/node", /^src\/node\//, "node:https, files", 2],
  ["src/provision", /^src\/provision\//, "plan, apply, rotate", 1.5],
  ["src/openapi", /^src\/openapi\//, "generated types", 3],
  ["src/simulators/core", /^src\/simulators\/core\//, "routing, faults", 4],
  ["src/simulators/<vendor>", /^src\/simulators\//, "in-memory vendors", 3.5],
  ["src/<vendor>", /^src\/[a-z]+\//, "ory, ovh, genesys, tfe", 1.5],
];

const partOf = (file: string) => parts.find(([, files]) => files.test(file))?.[0];

/** The imports between parts: `src/cli` -> `src/core` -> whether an import loads code (and not only types). */
export function importsBetween(tree: Tree): ReadonlyMap<string, ReadonlyMap<string, boolean>> {
  const entries = Object.entries(entrySources(manifest.exports)).map(
    ([entry, source]) => [entry.replace(/^\./, manifest.name), source] as const,
  );
  const sources = new Map(entries);
  const found = new Map<string, Map<string, boolean>>(parts.map(([name]) => [name, new Map()]));
  for (const [file, text] of Object.entries(tree)) {
    const from = partOf(file);
    for (const { target, kind } of importsOf(file, text)) {
      const to = partOf(sources.get(target) ?? target);
      if (from === undefined || to === undefined || from === to) continue;
      const row = found.get(from);
      row?.set(to, (row.get(to) ?? false) || kind !== "type");
    }
  }
  return found;
}

/** Draws the parts of the sources and the result of `importsBetween`. Imports point down. */
export function drawArchitecture(imports: ReturnType<typeof importsBetween>): string {
  const reaches = (from: string, to: string): boolean =>
    [...(imports.get(from)?.keys() ?? [])].some((next) => next === to || reaches(next, to));
  const depth = (name: string): number =>
    Math.max(0, ...[...imports].filter(([, row]) => row.has(name)).map(([from]) => depth(from) + 1));
  const width = 1_020;
  const boxes = new Map<string, Box>(
    parts.map(([name, , content, column]) => [
      name,
      { x: 110 + column * 200, y: 50 + depth(name) * 110, width: 186, height: 54, lines: [name, content] },
    ]),
  );
  const arrows = [...imports].flatMap(([from, row]) =>
    [...row]
      // An import that follows from others is not drawn.
      .filter(([to]) => ![...row.keys()].some((between) => between !== to && reaches(between, to)))
      .map(([to, isLoaded]) => drawArrow({ from: boxes.get(from)!, to: boxes.get(to)!, isDashed: !isLoaded })),
  );
  const height = Math.max(...[...boxes.values()].map(({ y }) => y)) + 80;
  const note = `<text class="small" x="${width / 2}" y="${height - 20}">An arrow is an import, a dashed arrow an import of types only. Imports that follow from others are not drawn.</text>`;
  return picture("Parts of the sources and their imports", width, height, [
    ...arrows,
    ...[...boxes.values()].map(drawBox),
    note,
  ]);
}
