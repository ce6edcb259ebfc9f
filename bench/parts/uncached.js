// Tokens per second without a cache, sequentially and 32 at once. The endpoint responds at once. Each candidate
// has a process of its own, for what one loads, such as the platform's fetch, would change the others; they take turns, so that a busy
// moment meets all. Node's http alone, which checks nothing, shows what there is to be had.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { startEndpoint } from "../endpoint.js";
import { load } from "../library.js";
import { ours } from "../ours.js";
import { peers } from "../peers.js";
import { digits, label, least, runAlone, times } from "../table.js";

const rounds = 12;
const warmUpMs = 500;
const roundMs = 250;
const atOnce = [1, 32];
const candidates = {
  "node:http alone": (url) => {
    const agent = new Agent({ keepAlive: true });
    const headers = { authorization: "Basic YTpi", "content-type": "application/x-www-form-urlencoded" };
    const grant = () =>
      new Promise((resolve, reject) => {
        const sent = request(url, { method: "POST", agent, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => resolve(JSON.parse(text)));
        });
        sent.on("error", reject).end("grant_type=client_credentials");
      });
    return { grant };
  },
  "ours with nodeFetch": async (url) => ours(url, (await load("node")).nodeFetch()),
  "ours with fetch": (url) => ours(url),
  ...peers,
};

/** Works as one candidate: it is sent for how long to get tokens, and how many at once, and tells the milliseconds for each. */
async function serve(name, tokenEndpoint) {
  const { grant } = await candidates[name](tokenEndpoint);
  process.on("message", async ({ lengthMs, count }) => {
    const from = performance.now();
    let done = 0;
    const work = async () => {
      while (performance.now() - from < lengthMs) {
        await grant();
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: count }, work));
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
    const child = fork(file, ["--candidate", name, endpoint.tokenEndpoint], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await once(child, "message");
    const ask = async (lengthMs, count) => {
      const reply = once(child, "message");
      child.send({ lengthMs, count });
      return (await reply)[0];
    };
    const spent = Object.fromEntries(atOnce.map((count) => [count, []]));
    members.push({ name, child, ask, spent });
    for (const count of atOnce) await ask(warmUpMs, count);
  }
  for (let round = 0; round < rounds; round++) {
    for (const count of atOnce) for (const { ask, spent } of members) spent[count].push(await ask(roundMs, count));
  }
  for (const { child } of members) child.disconnect();
  endpoint.close();
  return atOnce.flatMap((count) => {
    const rates = Object.fromEntries(members.map(({ name, spent }) => [name, 1_000 / least(spent[count]).value]));
    const { "ours with nodeFetch": fast, "ours with fetch": plain, "node:http alone": bare, ...others } = rates;
    // What this is held to are the peers that send by the platform's fetch. simple-oauth2 has a transport of its own.
    const { "simple-oauth2": _, ...onFetch } = others;
    const best = Math.max(...Object.values(onFetch));
    const row = (transport, rate, target, more = "") => ({
      figure: `uncached grants per second, with ${transport}, ${count === 1 ? "one after another" : `${count} at once`}`,
      ratio: times(rate / best),
      ours: `${digits(rate)} / s${more}`,
      target: `>= ${target}x the best peer on fetch`,
      met: rate / best >= target,
      peers: Object.entries(others)
        .map(([name, one]) => `${name} ${digits(one)}`)
        .join("; "),
    });
    const compared = count > 1 && {
      compared: {
        title: `tokens per second without a cache, ${count} at once (more is better)`,
        values: Object.fromEntries(Object.entries(rates).map(([name, rate]) => [label(name), Math.round(rate)])),
      },
    };
    return [
      { ...row("nodeFetch", fast, 2.5, ` (node:http alone ${digits(bare)})`), ...compared },
      row("the platform's fetch", plain, 0.95),
    ];
  });
}

const [flag, candidate, tokenEndpoint] = process.argv.slice(2);
if (flag === "--candidate") await serve(candidate, tokenEndpoint);
else await runAlone(import.meta.url, measure);
