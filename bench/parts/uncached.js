// How many tokens a second can be had one after another, without a cache. The endpoint answers at once. Each candidate has a process of
// its own, for what one loads, such as the platform's fetch, would change the others; they take turns, so that a busy moment meets all.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startEndpoint } from "../endpoint.js";
import { load } from "../library.js";
import { ours } from "../ours.js";
import { peers } from "../peers.js";
import { digits, least, runAlone, times } from "../table.js";

const rounds = 12;
const warmUpMs = 500;
const roundMs = 250;
const candidates = {
  "ours with nodeFetch": async (url) => ours(url, (await load("node")).nodeFetch()),
  "ours with fetch": (url) => ours(url),
  ...peers,
};

/** Works as one candidate: for each number of milliseconds that it is sent, it gets tokens for so long and tells the time of one. */
async function serve(name, tokenUrl) {
  const { grant } = await candidates[name](tokenUrl);
  process.on("message", async (lengthMs) => {
    const from = performance.now();
    let done = 0;
    while (performance.now() - from < lengthMs) {
      await grant();
      done += 1;
    }
    process.send((performance.now() - from) / done);
  });
  process.on("disconnect", () => process.exit());
  process.send("ready");
}

export async function measure() {
  const endpoint = await startEndpoint();
  const file = fileURLToPath(import.meta.url);
  const members = [];
  for (const name of Object.keys(candidates)) {
    const child = fork(file, ["--candidate", name, endpoint.tokenUrl], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await once(child, "message");
    const ask = async (lengthMs) => {
      const reply = once(child, "message");
      child.send(lengthMs);
      return (await reply)[0];
    };
    members.push({ name, child, ask, spent: [] });
    await ask(warmUpMs);
  }
  for (let round = 0; round < rounds; round++) for (const { ask, spent } of members) spent.push(await ask(roundMs));
  for (const { child } of members) child.disconnect();
  endpoint.close();
  const rates = Object.fromEntries(members.map(({ name, spent }) => [name, 1_000 / least(spent).value]));
  const { "ours with nodeFetch": fast, "ours with fetch": plain, ...others } = rates;
  // What this is held to are the peers that send by the platform's fetch. simple-oauth2 has a transport of its own.
  const { "simple-oauth2": _, ...onFetch } = others;
  const best = Math.max(...Object.values(onFetch));
  return [
    {
      figure: "uncached grants per second, with nodeFetch",
      ratio: times(fast / best),
      ours: `${digits(fast)} / s (with the platform's fetch ${digits(plain)} / s)`,
      target: ">= 2.5x the best peer on fetch",
      met: fast / best >= 2.5,
      peers: Object.entries(others)
        .map(([name, one]) => `${name} ${digits(one)}`)
        .join("; "),
    },
  ];
}

const [flag, candidate, tokenUrl] = process.argv.slice(2);
if (flag === "--candidate") await serve(candidate, tokenUrl);
else await runAlone(import.meta.url, measure);
