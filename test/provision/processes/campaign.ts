// `npm run test:campaign`: 50 rounds of each kind at every vendor, some minutes. `-- ory 5`: one vendor, five rounds.
import { killRound, openWorld, suspendRound } from "./rounds.js";

const [only, rounds = "50"] = process.argv.slice(2);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
console.log(`SEED=${seed}`);

// mulberry32, so that a failed campaign can be repeated.
let state = seed;
function random(below: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let value = Math.imul(state ^ (state >>> 15), 1 | state);
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
  return ((value ^ (value >>> 14)) >>> 0) % below;
}

// From the moment after the claim to the moment after the journal is closed. Without 2: between the check of the claim and the socket a
// create can be late, as it can be in the network. The settle time is longer than that, and a second client would stop the next run.
const moments = [1, 3, 4, 5, 6, 7, 8, 9, 10];

for (const vendor of ["ory", "ovh", "genesys", "tfe"] as const) {
  if (only !== undefined && only !== vendor) continue;
  const world = await openWorld(vendor);
  const startedAt = performance.now();
  const killed = await killRound(world, "moments");
  for (let round = 0; round < Number(rounds); round++) await killRound(world, `random-${round}`, () => random(250));
  let next = 0;
  const suspend = async () => {
    while (next < Number(rounds))
      await suspendRound(world, `suspended-${next++}`, moments[random(moments.length)] ?? 1, random(4_000));
  };
  await Promise.all(Array.from({ length: 5 }, suspend));
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(
    `${vendor}: killed at each of ${killed} moments, ${rounds} rounds of 3 clients killed at random times, ` +
      `${rounds} rounds of two processes, all converged, ${seconds} s`,
  );
  await world.close();
}
