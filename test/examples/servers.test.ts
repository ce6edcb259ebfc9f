import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { perform } from "./program.js";
import { type RealServer, servers } from "./servers.js";

// Some tests wait for delayed reads and lost responses.
vi.setConfig({ testTimeout: 60_000 });

test("names the server that cannot be reached, for every vendor", async () => {
  const environments: [string, RealServer["environment"]][] = [];
  for (const [vendor, start] of Object.entries(servers)) {
    const { environment, close } = await start();
    close();
    environments.push([vendor, environment]);
  }
  const nowhere = setupServer(http.all("*", () => HttpResponse.error()));
  nowhere.listen();
  const ended = await Promise.all(environments.map(([vendor, environment]) => perform([vendor], environment)));
  nowhere.close();
  for (const { failure } of ended) expect(failure).toMatch(/cannot connect|no response|connection (to \S+ )?lost/);
  for (const { output } of ended) expect(output).toContain("1. Reach the server");
});

describe.each(Object.keys(servers))("the demo on a real server: %s", (vendor) => {
  let server: RealServer;
  let theirs: string;
  beforeEach(async () => {
    const start = servers[vendor];
    if (!start) throw new TypeError("no such server");
    server = await start();
    theirs = server.state();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    server.close();
  });

  test("cleans up when something is refused in the middle", async () => {
    server.refuseInTheMiddle();
    const { failure, output } = await perform([vendor], server.environment);
    expect(failure).toMatch(/: .* \(403[,)]/);
    expect(output).not.toContain("All ");
    expect(server.state()).toBe(theirs);
  });

  test("finds and deletes a client after the response of its creation is lost", async () => {
    server.loseCreation();
    const { failure } = await perform([vendor], server.environment);
    expect(failure).toMatch(/may exist|is not known|may have been (applied|created)/);
    expect(failure).not.toContain("may be left");
    expect(server.state()).toBe(theirs);
  });

  test("cleans up when it is interrupted", async () => {
    // msw logs every request that ends before its response.
    vi.spyOn(console, "error").mockImplementation(() => {});
    const operation = server.delayInTheMiddle();
    const user = new AbortController();
    const performed = perform([vendor], server.environment, user.signal);
    await vi.waitUntil(() => server.asked().includes(operation), { timeout: 30_000, interval: 10 });
    user.abort(new Error("interrupted"));
    expect((await performed).failure).toBe("interrupted");
    expect(server.state()).toBe(theirs);
  });

  test("touches only what it has made, and shows no secret", async () => {
    const { failure, output } = await perform([vendor], server.environment);
    expect(failure).toBeUndefined();
    expect(output).toMatch(/All \d+ checks passed\. \d clients? created, \d deleted, nothing left behind\./);
    expect(output).not.toContain("✗");
    expect(server.state()).toBe(theirs);
    // The vendor's own, and those that the demo came with.
    expect(server.secrets().length).toBeGreaterThan(1);
    for (const secret of [...server.secrets(), ...Object.values(server.environment)].filter(isSecret))
      expect(output).not.toContain(beginningOf(secret));
  });
});

// Regions, organizations, addresses and the plan's name may be shown.
function isSecret(value: string): boolean {
  return !/^(https?:\/\/\S+|acme|eu-central-1|\S+\.hosting\.ovh\.net)$/.test(value);
}

// A table breaks a text that is too long for its column.
function beginningOf(secret: string): string {
  return secret.slice(0, 10);
}
