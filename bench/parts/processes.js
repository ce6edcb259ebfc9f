// Requests of a fleet of eight processes with a thousand callers each: cold, and at each expiry. On the Redis of REDIS_URL, or on one of
// its own where there is a redis-server. Without a Redis the row is left out, and its name is printed.
import { fork, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { startEndpoint } from "../endpoint.js";
// Installed once, before the members are started.
import { load } from "../library.js";
import { runAlone } from "../table.js";

const size = 8;
const callers = 1_000;
const lifetimeSeconds = 3;
const expiries = 2;
const file = fileURLToPath(import.meta.url);

async function startRedis() {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, close: () => undefined };
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  const child = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], {
    stdio: "ignore",
  });
  const failed = await new Promise((resolve) => {
    child.on("error", () => resolve(true));
    const knock = (left) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.end();
        resolve(false);
      });
      socket.on("error", () => (left > 0 ? setTimeout(knock, 50, left - 1) : resolve(true)));
    };
    knock(100);
  });
  if (failed) return undefined;
  return { url: `redis://127.0.0.1:${port}`, close: () => child.kill() };
}

/** What the endpoint counts: at first, and after each expiry. */
async function requests(candidate, redisUrl) {
  const endpoint = await startEndpoint({ delayMs: 50, lifetimeSeconds });
  const settings = {
    candidate,
    redisUrl,
    tokenEndpoint: endpoint.tokenEndpoint,
    prefix: `bench:${randomUUID()}:`,
    key: randomBytes(32).toString("hex"),
  };
  const env = { ...process.env, FLEET_SETTINGS: JSON.stringify(settings) };
  const members = Array.from({ length: size }, () => fork(file, ["--member"], { env }));
  await Promise.all(members.map((member) => once(member, "message")));
  const counts = [];
  for (let round = 0; round <= expiries; round++) {
    const failures = await Promise.all(
      members.map(async (member) => {
        const report = once(member, "message");
        member.send(callers);
        return (await report)[0];
      }),
    );
    if (failures.some((count) => count > 0)) throw new Error(`${candidate}: callers got no token`);
    const before = counts.reduce((sum, count) => sum + count, 0);
    counts.push((await endpoint.count()) - before);
    if (round < expiries) await new Promise((resolve) => setTimeout(resolve, lifetimeSeconds * 1_000 + 100));
  }
  for (const member of members) member.kill("SIGKILL");
  endpoint.close();
  return counts;
}

export async function measure() {
  const figure = `requests of ${size} processes x ${callers} callers on Redis: cold, at each expiry`;
  const redis = await startRedis();
  if (!redis) return [{ figure, leftOut: "there is no Redis: set REDIS_URL, or install redis-server" }];
  try {
    const ours = await requests("ours", redis.url);
    const peer = await requests("@badgateway/oauth2-client", redis.url);
    return [
      {
        figure,
        ratio: `${Math.max(...ours)} / ${Math.min(...peer)}`,
        ours: ours.join(", "),
        target: "1 each",
        met: ours.every((count) => count === 1),
        peers: `@badgateway/oauth2-client ${peer.join(", ")}; none shares tokens between processes`,
      },
    ];
  } finally {
    redis.close();
  }
}

async function serveMember() {
  const { candidate, redisUrl, tokenEndpoint, prefix, key } = JSON.parse(process.env.FLEET_SETTINGS);
  let get;
  if (candidate === "ours") {
    const { createClient } = await import("redis");
    const { createRedisTokenStore } = await load("token/redis");
    const { ours } = await import("../ours.js");
    const client = createClient({ url: redisUrl });
    await client.connect();
    const store = createRedisTokenStore(client, { key: Buffer.from(key, "hex"), prefix });
    get = (await ours(tokenEndpoint)).cached({ store }).get;
  } else {
    const { peers } = await import("../peers.js");
    get = (await peers[candidate](tokenEndpoint)).cached().get;
  }
  process.on("message", async (count) => {
    const outcomes = await Promise.allSettled(Array.from({ length: count }, () => get()));
    process.send(outcomes.filter(({ status }) => status === "rejected").length);
  });
  process.on("disconnect", () => process.exit());
  process.send("ready");
}

if (process.argv.includes("--member")) await serveMember();
else await runAlone(import.meta.url, measure);
