// The cost of a cached token. No network: the token response comes from this process.
import { ours } from "../ours.js";
import { keeping, peers } from "../peers.js";
import { digits, label, least, runAlone, times } from "../table.js";

const rounds = 40;
const calls = 100_000;
const respond = async () => Response.json({ access_token: "token", token_type: "Bearer", expires_in: 3_600 });
const url = "http://127.0.0.1/token";
let sink;

/** The least over rounds of each candidate's nanoseconds a call. Taken in turns, so that a busy moment meets all. */
async function compare(candidates) {
  const found = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(candidates)) {
      const from = process.hrtime.bigint();
      await run();
      const spent = Number(process.hrtime.bigint() - from) / calls;
      // The first round warms up.
      if (round > 0) found[name].push(spent);
    }
  }
  return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, least(values).value]));
}

// Each loop is a function made anew from its text: one that had run other candidates before would be compiled for all of them.
const sync = (body) =>
  new Function("many", "count", "put", `for (let i = 0; i < count; i++) { const one = many[i % many.length]; ${body} }`);
const AsyncFunction = (async () => undefined).constructor;
const awaited = (body) =>
  new AsyncFunction("many", "count", "put", `for (let i = 0; i < count; i++) { const one = many[i % many.length]; ${body} }`);

async function sources(count) {
  const made = [];
  for (let index = 0; index < count; index++) {
    const source = (await ours(`${url}?${index}`, respond)).cached();
    await source.get();
    made.push(source);
  }
  return made;
}

export async function measure() {
  const token = { value: "token" };
  const put = (value) => {
    sink = value;
  };
  const kept = (count) =>
    Array.from({ length: count }, () => ({ token, expiresAt: Date.now() + 3_600_000, promise: Promise.resolve(token) }));
  const use = (loop, many) => () => loop(many, calls, put);
  const read = () => sync("if (Date.now() < one.expiresAt) put(one.token);");
  const peek = () => sync("put(one.peek());");
  const wait = () => awaited("const token = await one.promise; if (Date.now() < one.expiresAt) put(token);");
  const get = () => awaited("put(await one.get());");
  const [single, thousand] = [await sources(1), await sources(1_000)];
  const others = {};
  for (const name of keeping) {
    const peer = (await peers[name](url, respond)).cached();
    await peer.get();
    others[name] = use(get(), [peer]);
  }
  const synchronous = await compare({
    floor: use(read(), kept(1)),
    floors: use(read(), kept(1_000)),
    peek: use(peek(), single),
    peeks: use(peek(), thousand),
  });
  const asynchronous = await compare({
    floor: use(wait(), kept(1)),
    floors: use(wait(), kept(1_000)),
    get: use(get(), single),
    gets: use(get(), thousand),
    ...others,
  });
  const told = keeping.map((name) => `${name} ${digits(asynchronous[name])} ns`).join("; ");
  const row = (figure, value, floor, peersSay, target = 1.3) => ({
    figure,
    ratio: times(value / floor),
    ours: `${digits(value)} ns (floor ${digits(floor)} ns)`,
    target: `<= ${target}x the floor`,
    met: value / floor <= target,
    peers: peersSay,
  });
  if (sink === undefined) throw new Error("nothing was handed out");
  return [
    row("peek(), 1 key / property read + Date.now()", synchronous.peek, synchronous.floor, "none has it"),
    row("peek(), 1,000 keys / the same of 1,000", synchronous.peeks, synchronous.floors, "none has it"),
    {
      ...row("get(), 1 key / awaited promise + clock", asynchronous.get, asynchronous.floor, told),
      compared: {
        title: "nanoseconds to get a cached token (fewer is better)",
        values: Object.fromEntries(["get", ...keeping].map((name) => [label(name), Math.round(asynchronous[name])])),
      },
    },
    row("get(), 1,000 keys / the same of 1,000", asynchronous.gets, asynchronous.floors, "none has keys"),
  ];
}

await runAlone(import.meta.url, measure);
