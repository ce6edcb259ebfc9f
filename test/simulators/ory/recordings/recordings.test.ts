import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type OryVersion, simulateOry } from "../../../../src/simulators/ory/simulator.js";
import type { NormalizedResponse } from "./normalize.js";
import { replay, type Step } from "./replay.js";

interface Recordings {
  readonly steps: readonly Step[];
  readonly table: readonly NormalizedResponse[];
  readonly responses: Readonly<Record<OryVersion, readonly number[]>>;
}

function read(name: string): Recordings {
  return JSON.parse(gunzipSync(readFileSync(join(import.meta.dirname, name))).toString()) as Recordings;
}

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
const differences: Readonly<Record<OryVersion, readonly ListedDifference[]>> = {
  "2.1": [dotSegments, oneKey],
  "2.3": [dotSegments, oneKey],
  "25.4": [dotSegments, oneKey],
  "26.2": [
    dotSegments,
    { step: "root", reason: "The root path of the admin port is not simulated.", members: ["headers", "json", "text"] },
    oneKey,
  ],
  master: [dotSegments, oneKey],
};

const oneKeyOfVariations: ListedDifference = { ...oneKey, step: "GET public /.well-known/jwks.json" };
const badRequests = ["GET id %(1)", "GET id %zz(3)"].map(
  (step): ListedDifference => ({
    step,
    reason: "The HTTP server of Go rejects the request before Hydra adds its header fields.",
    members: ["headers"],
  }),
);
const differencesOfVariations: typeof differences = {
  "2.1": [oneKeyOfVariations],
  "2.3": [oneKeyOfVariations],
  "25.4": [oneKeyOfVariations, ...badRequests],
  "26.2": [oneKeyOfVariations, ...badRequests],
  master: [oneKeyOfVariations, ...badRequests],
};

describe.each([
  { name: "hydra.json.gz", dynamicClientRegistration: false, listedDifferences: differences },
  { name: "hydra-variations.json.gz", dynamicClientRegistration: true, listedDifferences: differencesOfVariations },
])("the simulator returns the responses of $name", ({ name, dynamicClientRegistration, listedDifferences }) => {
  const { steps, table, responses } = read(name);
  test.each(Object.keys(differences) as OryVersion[])("of Hydra %s, except for the listed differences", async (version) => {
    const actual = await replay(simulateOry({ version, dynamicClientRegistration }), steps);
    const found = steps.flatMap(({ name }, index) => {
      const expected = table[responses[version][index] ?? -1];
      const members = differing(expected, actual[index]);
      const listed = listedDifferences[version].find(({ step }) => step === name);
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
