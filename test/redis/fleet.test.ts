// Eight processes with a thousand callers each, on one real Redis, send one token request.
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterEach, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectors, freshPrefix, keysUnder, redisUrl, skip } from "./connections.js";
import { type Endpoint, type EndpointOptions, startEndpoint } from "./endpoint.js";
import type { MemberReport, MemberSettings } from "./member.js";

const size = 8;
const callers = 1_000;
const memberFile = fileURLToPath(new URL("member.ts", import.meta.url));
const atEnd: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of atEnd.splice(0)) await end();
});

interface Fleet {
  readonly endpoint: Endpoint;
  readonly members: readonly ChildProcess[];
  /** Requests a token for every caller of every running process at once. */
  readonly requestTokens: () => Promise<MemberReport[]>;
}

async function startFleet(options: EndpointOptions): Promise<Fleet> {
  const endpoint = await startEndpoint(options);
  const prefix = freshPrefix();
  const key = randomBytes(32).toString("hex");
  const names = Object.keys(connectors);
  const members = Array.from({ length: size }, (_, index) => {
    const connector = names[index % names.length]!;
    const settings: MemberSettings = {
      name: String(index),
      connector,
      redisUrl: redisUrl!,
      tokenEndpoint: endpoint.tokenEndpoint,
      prefix,
      key,
    };
    const env = { ...process.env, FLEET_SETTINGS: JSON.stringify(settings) };
    return fork(memberFile, { execArgv: ["--import", "tsx"], env });
  });
  atEnd.push(async () => {
    await Promise.all(
      members.map(async (member) => {
        if (member.exitCode !== null || member.signalCode !== null) return;
        const gone = once(member, "exit");
        member.kill("SIGKILL");
        await gone;
      }),
    );
    await endpoint.close();
    await keysUnder(prefix, true);
  });
  await Promise.all(members.map((member) => once(member, "message")));
  const requestTokens = async () => {
    const reports = await Promise.all(members.filter(({ connected }) => connected).map(requestTokensOf));
    return reports.filter((report) => report !== undefined);
  };
  return { endpoint, members, requestTokens };
}

/** The report of a process. `undefined` when the process ends before. */
async function requestTokensOf(member: ChildProcess): Promise<MemberReport | undefined> {
  const either = new AbortController();
  const { signal } = either;
  const report = Promise.race([once(member, "message", { signal }), once(member, "exit", { signal }).then(() => [undefined])]);
  member.send(callers);
  try {
    return (await report)[0];
  } finally {
    either.abort();
  }
}

describe(`a fleet of ${size} processes with ${callers} callers each`, { skip }, () => {
  test("sends a second request, and no third, when the process that holds the lock is killed during the first", {
    timeout: 60_000,
  }, async () => {
    let victim: ChildProcess | undefined;
    const { endpoint, members, requestTokens } = await startFleet({
      onRequest: async ({ member }, count) => {
        if (count > 1) return;
        victim = members[Number(member)];
        victim?.kill("SIGKILL");
        await new Promise(() => undefined);
      },
    });
    const reports = await requestTokens();
    assert.equal(victim?.killed, true);
    assert.equal(endpoint.requests.length, 2);
    assert.equal(reports.length, size - 1);
    for (const report of reports) assert.deepEqual(report, { tokens: [endpoint.requests[1]?.token], errors: [] });
  });

  test("rules 87 and 88: sends one request at first, and one at each expiry", { timeout: 60_000 }, async () => {
    // Renewed after four fifths of the lifetime: every process must have the token before, also on a busy machine.
    const lifetimeSeconds = 6;
    const { endpoint, requestTokens } = await startFleet({ lifetimeSeconds });
    for (const round of [1, 2, 3]) {
      if (round > 1) await wait(lifetimeSeconds * 1_000);
      const reports = await requestTokens();
      assert.equal(endpoint.requests.length, round);
      assert.equal(reports.length, size);
      for (const report of reports) assert.deepEqual(report, { tokens: [endpoint.requests[round - 1]?.token], errors: [] });
    }
  });

  test("sends one request per lifetime under continuous load", { timeout: 60_000 }, async () => {
    const lifetimeSeconds = 4;
    const { endpoint, requestTokens } = await startFleet({ lifetimeSeconds });
    const startedMs = performance.now();
    const past = (ms: number) => performance.now() - startedMs > ms;
    // Longer only when the machine is too busy for two renewals in ten seconds.
    while (!past(10_000) || (endpoint.requests.length < 3 && !past(30_000))) {
      for (const { errors } of await requestTokens()) assert.deepEqual(errors, []);
      await wait(20);
    }
    assert.ok(endpoint.requests.length >= 3, `${endpoint.requests.length} requests`);
    // A renewal starts after four fifths of the lifetime. Two requests for one expiry would be close together.
    for (const [index, { at }] of endpoint.requests.slice(1).entries()) {
      assert.ok(
        at - endpoint.requests[index]!.at > lifetimeSeconds * 500,
        `two requests for one expiry: ${endpoint.requests.map((one) => `${Math.round(one.at)} ${one.member}`)}`,
      );
    }
  });
});
