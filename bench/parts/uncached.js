// How many tokens a second can be had one after another, without a cache. The endpoint answers at once. Each candidate has a process of
// its own: what one loads, such as the platform's fetch, would change the others.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startEndpoint } from "../endpoint.js";
import { load } from "../library.js";
import { ours } from "../ours.js";
import { peers } from "../peers.js";
import { digits, median, runAlone, times } from "../table.js";

const rounds = 5;
const warmUpMs = 500;
const roundMs = 500;
const candidates = {
  "ours with nodeFetch": async (url) => ours(url, (await load("node")).nodeFetch()),
  "ours with fetch": (url) => ours(url),
  ...peers,
};

async function rate(name) {
  const endpoint = await startEndpoint();
  const { grant } = await candidates[name](endpoint.tokenUrl);
  const round = async (lengthMs) => {
    const from = performance.now();
    let done = 0;
    while (performance.now() - from < lengthMs) {
      await grant();
      done += 1;
    }
    return (done / (performance.now() - from)) * 1_000;
  };
  await round(warmUpMs);
  const rates = [];
  for (let count = 0; count < rounds; count++) rates.push(await round(roundMs));
  endpoint.close();
  return median(rates);
}

export async function measure() {
  const rates = {};
  for (const name of Object.keys(candidates)) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--candidate", name], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    rates[name] = Number(stdout);
  }
  const { "ours with nodeFetch": fast, "ours with fetch": plain, ...others } = rates;
  const best = Math.max(...Object.values(others));
  return [
    {
      figure: "uncached grants per second, with nodeFetch",
      ratio: times(fast / best),
      ours: `${digits(fast)} / s (with the platform's fetch ${digits(plain)} / s)`,
      target: ">= 2.5x the best peer",
      met: fast / best >= 2.5,
      peers: Object.entries(others)
        .map(([name, one]) => `${name} ${digits(one)}`)
        .join("; "),
    },
  ];
}

const [flag, candidate] = process.argv.slice(2);
if (flag === "--candidate") {
  console.log(await rate(candidate));
  process.exit();
}
await runAlone(import.meta.url, measure);
