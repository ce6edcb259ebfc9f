import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type OryVersion, simulateOry } from "../../../../src/simulators/ory/simulator.js";
import type { NormalizedResponse } from "./normalize.js";
import { replay, type Step } from "./replay.js";

const file = readFileSync(join(import.meta.dirname, "hydra.json.gz"));
const recordings = JSON.parse(gunzipSync(file).toString()) as {
  readonly steps: readonly Step[];
  readonly table: readonly NormalizedResponse[];
  readonly responses: Readonly<Record<OryVersion, readonly number[]>>;
};

interface ListedDifference {
  readonly step: string;
  readonly reason: string;
  /** The members of the response that differ. Default: all. */
  readonly members?: readonly (keyof NormalizedResponse)[];
}

const dotSegments: ListedDifference = {
  step: "get dotdot",
  reason: "A URL of the Fetch API has no dot segments, so the request arrives with another path.",
};
const oneKey: ListedDifference = {
  step: "public /.well-known/jwks.json",
  reason: "Hydra publishes a key for ID tokens as well. The simulator issues no ID tokens.",
  members: ["json"],
};
const reset: ListedDifference = {
  step: "list follow next",
  reason: "The recording client lost its connection.",
  members: ["status", "headers", "json"],
};
const differences: Readonly<Record<OryVersion, readonly ListedDifference[]>> = {
  "2.1": [dotSegments, oneKey],
  "2.3": [dotSegments, oneKey],
  "25.4": [dotSegments, reset, oneKey],
  "26.2": [
    dotSegments,
    { step: "root", reason: "The root path of the admin port is not simulated.", members: ["headers", "json", "text"] },
    reset,
    oneKey,
  ],
  master: [dotSegments, oneKey],
};

describe("the simulator returns the recorded responses", () => {
  test.each(Object.keys(differences) as OryVersion[])("of Hydra %s, except for the listed differences", async (version) => {
    const { steps, table, responses } = recordings;
    const actual = await replay(simulateOry({ version }), steps);
    const found = steps.flatMap(({ name }, index) => {
      const expected = table[responses[version][index] ?? -1];
      const members = differing(expected, actual[index]);
      const listed = differences[version].find(({ step }) => step === name);
      const unlisted = listed ? members.filter((member) => listed.members?.includes(member) === false) : members;
      return [
        ...unlisted.map((member) => ({ name, member, expected: expected?.[member], actual: actual[index]?.[member] })),
        ...(listed && members.length === 0 ? [{ name, unnecessary: listed.reason }] : []),
      ];
    });
    expect(found).toEqual([]);
  });
});

function differing(one: NormalizedResponse | undefined, other: NormalizedResponse | undefined) {
  const members = ["status", "headers", "json", "length", "text"] as const;
  return members.filter((member) => sorted(one?.[member]) !== sorted(other?.[member]));
}

/** JSON with sorted members. */
function sorted(value: unknown): string | undefined {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
