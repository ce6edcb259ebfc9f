// How many of 2,000 callers, five a millisecond, have to wait while a token is renewed. The endpoint takes 50 ms.
import { startEndpoint } from "../endpoint.js";
import { ours } from "../ours.js";
import { keeping, peers } from "../peers.js";
import { label, runAlone } from "../table.js";

const delayMs = 50;
const perMs = 5;
const calls = 2_000;
// Half an exchange: who was handed a kept token waited far less, who waited for a new one rarely less.
const noticedMs = delayMs / 2;

// The sweep begins 200 ms before a candidate renews, by its own rules, and ends 200 ms after. This library: between 80 and 85 % of the
// lifetime. @badgateway/oauth2-client: at the end. auth0: 10 s before the end.
const renewals = {
  ours: { lifetimeSeconds: 4, atMs: 3_300 },
  "@badgateway/oauth2-client": { lifetimeSeconds: 2, atMs: 2_000 },
  "auth0 4": { lifetimeSeconds: 12, atMs: 2_000 },
};

async function sweep(name) {
  const { lifetimeSeconds, atMs } = renewals[name];
  const endpoint = await startEndpoint({ delayMs, lifetimeSeconds });
  const make = name === "ours" ? await ours(endpoint.tokenEndpoint) : await peers[name](endpoint.tokenEndpoint);
  const kept = make.cached();
  const from = performance.now();
  await kept.get();
  await new Promise((resolve) => setTimeout(resolve, from + atMs - calls / perMs / 2 - performance.now()));
  const waits = [];
  const began = performance.now();
  while (waits.length < calls) {
    const due = Math.min(calls, Math.floor((performance.now() - began) * perMs));
    while (waits.length < due) {
      const asked = performance.now();
      waits.push(kept.get().then(() => performance.now() - asked));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const delayed = (await Promise.all(waits)).filter((wait) => wait >= noticedMs).length;
  const requests = await endpoint.count();
  endpoint.close();
  return { delayed, requests };
}

export async function measure() {
  const found = {};
  for (const name of ["ours", ...keeping]) found[name] = await sweep(name);
  const { delayed, requests } = found.ours;
  const told = keeping.map((name) => `${name} ${found[name].delayed}`);
  if (requests !== 2) throw new Error(`the sweep saw ${requests} requests: the renewal was not in it`);
  const best = Math.min(...keeping.map((name) => found[name].delayed));
  return [
    {
      figure: `callers delayed while a token is renewed, of ${calls}`,
      ratio: `${delayed} / ${best}`,
      ours: String(delayed),
      target: "0",
      met: delayed === 0,
      peers: told.join("; "),
      compared: {
        title: `callers that wait while a token is refreshed, of ${calls} (fewer is better)`,
        values: Object.fromEntries(["ours", ...keeping].map((name) => [label(name), found[name].delayed])),
      },
    },
  ];
}

await runAlone(import.meta.url, measure);
