// How many requests reach the token endpoint, of this library and of the peers that keep a token; the others ask for every call.
import { startEndpoint } from "../endpoint.js";
import { load } from "../library.js";
import { ours } from "../ours.js";
import { keeping, peers } from "../peers.js";
import { runAlone } from "../table.js";

const { authorizedFetch } = await load("token/fetch");
const endpoint = await startEndpoint();

/** This library and the peers, each anew, by name. `get` asks for a token, `api` calls an API with one. */
async function candidates() {
  const all = {};
  const tokens = (await ours(endpoint.tokenEndpoint)).cached();
  all.ours = { get: () => tokens.get(), api: authorizedFetch(tokens, { origins: [endpoint.origin] }) };
  for (const name of keeping) all[name] = (await peers[name](endpoint.tokenEndpoint)).cached();
  return all;
}

const together = (calls, call) => Promise.allSettled(Array.from({ length: calls }, call));

/** The requests of each candidate, for what `play` does with it. */
async function count(options, play) {
  const counts = {};
  for (const [name, candidate] of Object.entries(await candidates())) {
    await endpoint.set(options);
    if ((await play(candidate)) !== false) counts[name] = await endpoint.count();
  }
  return counts;
}

async function revoke(options, { get, api }) {
  if (!api) return false;
  await get();
  await endpoint.set({ ...options, revoked: "token-1" });
  // The endpoint counts anew, so its next token has to have another name than the revoked one.
  await endpoint.set({
    ...options,
    revoked: "token-1",
    body: JSON.stringify({ access_token: "fresh", token_type: "Bearer", expires_in: 3_600 }),
  });
  await together(200, () => api(`${endpoint.origin}/api`));
}

export async function measure() {
  const slow = { delayMs: 50 };
  const found = {
    "1,000 callers at once, cold": await count(slow, ({ get }) => together(1_000, get)),
    "1,000 callers at once, at expiry": await count({ ...slow, lifetimeSeconds: 1 }, async ({ get }) => {
      await get();
      await endpoint.set(slow);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await together(1_000, get);
    }),
    "200 calls in a row, wrong secret": await count({ status: 401, body: '{"error":"invalid_client"}' }, async ({ get }) => {
      for (let call = 0; call < 200; call++) await Promise.allSettled([get()]);
    }),
    "200 API calls in flight, token revoked": await count(slow, (candidate) => revoke(slow, candidate)),
  };
  endpoint.close();
  return Object.entries(found).map(([figure, { ours: value, ...others }]) => ({
    figure: `requests: ${figure}`,
    ratio: `${value} / ${Math.min(...Object.values(others))}`,
    ours: String(value),
    target: "1",
    met: value === 1,
    peers: Object.entries(others)
      .map(([name, one]) => `${name} ${one}`)
      .join("; "),
  }));
}

await runAlone(import.meta.url, measure);
