import { type Decision, decide, type Situation } from "../../../src/provision/decide.js";
import { decideRotation, type RotationSituation } from "../../../src/provision/decide-rotation.js";
import { type Box, drawArrow, drawBox, picture } from "./svg.js";

/** A state of the diagram: a situation, its place on the grid, and the state after the step that is decided there. */
interface State<Facts> {
  readonly title: string;
  readonly column: number;
  readonly row: number;
  readonly facts: Partial<Facts>;
  readonly next?: string;
}

const upToDate: Situation = {
  wanted: "managed",
  secret: "store",
  account: "same",
  entry: "recorded",
  intent: "none",
  client: "recorded",
  stored: "current",
  reissue: "rotate",
  fields: "same",
  own: false,
};
const attempt = { entry: "pending", intent: "create", client: "attempt" } as const;

const applyStates: Readonly<Record<string, State<Situation>>> = {
  absent: {
    title: "no client",
    column: 0,
    row: 0,
    facts: { entry: "none", client: "absent", stored: "empty" },
    next: "staged",
  },
  staged: {
    title: "client created, secret staged",
    column: 1,
    row: 0,
    facts: { ...attempt, stored: "staged" },
    next: "current",
  },
  current: { title: "secret verified and current", column: 2, row: 0, facts: { ...attempt, stored: "current" }, next: "same" },
  lost: { title: "client created, secret lost", column: 1, row: 1, facts: { ...attempt, stored: "empty" }, next: "staged" },
  same: { title: "as declared", column: 2, row: 1, facts: {} },
  changed: { title: "fields differ", column: 2, row: 2, facts: { fields: "update" }, next: "same" },
  replace: { title: "field cannot change", column: 0, row: 3, facts: { fields: "replace" } },
  missing: { title: "recorded client is absent", column: 1, row: 3, facts: { client: "absent" } },
  emptied: { title: "store was emptied", column: 2, row: 3, facts: { stored: "empty" } },
  marked: { title: "marked client, no journal", column: 0, row: 4, facts: { entry: "none", client: "marked" } },
  other: { title: "store has another client", column: 1, row: 4, facts: { stored: "other" } },
  account: { title: "another account", column: 2, row: 4, facts: { account: "other" } },
  removed: { title: "declared as deleted", column: 0, row: 1, facts: { wanted: "deleted" }, next: "deleted" },
  deleted: {
    title: "deleted, journal remains",
    column: 0,
    row: 2,
    facts: { wanted: "deleted", client: "absent", intent: "delete" },
    next: "gone",
  },
  gone: { title: "gone", column: 1, row: 2, facts: { wanted: "deleted", entry: "none", client: "absent", stored: "empty" } },
};

const oneSecret: RotationSituation = {
  stage: "begin",
  kind: "overlap",
  account: "same",
  subject: "recorded",
  intent: "none",
  next: "empty",
  successor: "absent",
  previous: "none",
  begun: "same",
  marker: "current",
};

const rotationStates: Readonly<Record<string, State<RotationSituation>>> = {
  one: { title: "one secret", column: 0, row: 0, facts: {}, next: "staged" },
  staged: { title: "new secret staged", column: 1, row: 0, facts: { intent: "rotate", next: "attempt" }, next: "both" },
  lost: { title: "new secret lost", column: 1, row: 1, facts: { intent: "rotate" }, next: "staged" },
  both: { title: "both work: finish", column: 2, row: 0, facts: { stage: "finish", previous: "overlapping" } },
  again: { title: "both work: begin again", column: 0, row: 1, facts: { previous: "overlapping" } },
  elapsed: {
    title: "overlap is over: finish",
    column: 2,
    row: 2,
    facts: { stage: "finish", previous: "elapsed" },
    next: "ended",
  },
  ended: { title: "old secret ended", column: 1, row: 2, facts: { stage: "finish", intent: "finish" }, next: "done" },
  done: { title: "one secret: finish", column: 0, row: 2, facts: { stage: "finish" } },
};

function draw<Facts>(
  title: string,
  states: Readonly<Record<string, State<Facts>>>,
  normal: Facts,
  choose: (facts: Facts) => { readonly step: string; readonly reason?: string },
  extra: readonly (readonly [from: string, to: string, label: string])[],
): string {
  const decided = Object.entries(states).map(([name, state]) => [name, state, choose({ ...normal, ...state.facts })] as const);
  const boxes: Record<string, Box> = Object.fromEntries(
    decided.map(([name, { title, column, row }, { step, reason }]) => {
      const kind = step === "stop" ? ({ kind: "stop" } as const) : step === "none" ? ({ kind: "end" } as const) : {};
      const lines = step === "stop" ? [title, `stop: ${reason}`] : step === "none" ? [title, "nothing to do"] : [title];
      return [name, { x: 150 + column * 320, y: 60 + row * 95, width: 240, height: 50, lines, ...kind }];
    }),
  );
  const arrows = decided.flatMap(([name, { next }, { step }]) =>
    next === undefined ? [] : [drawArrow({ from: boxes[name]!, to: boxes[next]!, label: step })],
  );
  const crashes = extra.map(([from, to, label]) => drawArrow({ from: boxes[from]!, to: boxes[to]!, label, isDashed: true }));
  const height = 60 + Math.max(...Object.values(states).map(({ row }) => row)) * 95 + 90;
  const note = `<text class="small" x="470" y="${height - 20}">An arrow is a step that the run decides. A dashed arrow is an interruption, or time.</text>`;
  return picture(title, 940, height, [...arrows, ...crashes, ...Object.values(boxes).map(drawBox), note]);
}

/** Draws the steps of `apply` for one client. */
export function drawApply(): string {
  const choose = (facts: Situation): Decision => decide(facts);
  return draw("Steps of apply for one client", applyStates, upToDate, choose, [["absent", "lost", "interrupted"]]);
}

/** Draws the steps of `rotate` for one client with two valid secrets. */
export function drawRotation(): string {
  return draw("Steps of a rotation", rotationStates, oneSecret, decideRotation, [
    ["one", "lost", "interrupted"],
    ["both", "elapsed", "overlap ends"],
  ]);
}
