import { describe, test } from "vitest";
import { killRound, openWorld, suspendRound } from "./rounds.js";

// The four of them mostly wait, so they run at once. `npm run test:campaign` repeats them at every vendor.
describe.concurrent.each(["ory", "tfe"] as const)("processes at %s", (vendor) => {
  test("kill -9 at each moment of each step: the next run converges to one client with a secret that works", async ({
    expect,
    onTestFinished,
  }) => {
    const world = await openWorld(vendor);
    onTestFinished(world.close);
    expect(await killRound(world, "killed")).toBeGreaterThan(vendor === "tfe" ? 10 : 30);
  });

  test("two processes with clocks ten minutes apart, one suspended between claim and create, make one client", async ({
    onTestFinished,
  }) => {
    const world = await openWorld(vendor);
    onTestFinished(world.close);
    await suspendRound(world, "suspended", 1, 2_000);
  });
});
