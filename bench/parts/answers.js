// Odd answers of a token endpoint that are no token, and who takes them for one. Each is sent over a real connection.
import { startEndpoint } from "../endpoint.js";
import { ours } from "../ours.js";
import { peers } from "../peers.js";
import { runAlone } from "../table.js";

const json = { "content-type": "application/json" };
const good = { access_token: "token-1", token_type: "Bearer", expires_in: 3_600 };
const body = (changes) => JSON.stringify({ ...good, ...changes });
const answer = (text, status = 200, headers = json) => ({ body: text, status, headers });

/** 45 answers, by what is wrong with them. */
export const answers = {
  "no token_type": answer(body({ token_type: undefined })),
  "token_type null": answer(body({ token_type: null })),
  "token_type empty": answer(body({ token_type: "" })),
  "token_type mac": answer(body({ token_type: "mac" })),
  "token_type DPoP, which nobody asked for": answer(body({ token_type: "DPoP" })),
  "token_type as a list": answer(body({ token_type: ["Bearer"] })),
  "token_type a number": answer(body({ token_type: 1 })),
  'expires_in "abc"': answer(body({ expires_in: "abc" })),
  "expires_in empty": answer(body({ expires_in: "" })),
  "expires_in -5": answer(body({ expires_in: -5 })),
  'expires_in "-5"': answer(body({ expires_in: "-5" })),
  "expires_in 1e999": answer(body().replace("3600", "1e999")),
  'expires_in "Infinity"': answer(body({ expires_in: "Infinity" })),
  "expires_in as an object": answer(body({ expires_in: {} })),
  "expires_in as a list": answer(body({ expires_in: [3_600] })),
  "expires_in true": answer(body({ expires_in: true })),
  "no access_token": answer(body({ access_token: undefined })),
  "access_token null": answer(body({ access_token: null })),
  "access_token empty": answer(body({ access_token: "" })),
  "access_token a number": answer(body({ access_token: 123 })),
  "access_token with CR LF": answer(body({ access_token: "a\r\nx: y" })),
  "access_token with a space": answer(body({ access_token: "a b" })),
  "access_token with NUL": answer(body({ access_token: "a\0" })),
  "access_token beyond ASCII": answer(body({ access_token: "tökén" })),
  "access_token as an object": answer(body({ access_token: { value: "a" } })),
  "200 with an error alone": answer('{"error":"invalid_client"}'),
  "200 with an error beside a token": answer(body({ error: "invalid_scope" })),
  201: answer(body(), 201),
  202: answer(body(), 202),
  203: answer(body(), 203),
  204: answer("", 204),
  "text/html": answer("<html>sign in</html>", 200, { "content-type": "text/html" }),
  "scope as a list": answer(body({ scope: ["read"] })),
  "scope as a number": answer(body({ scope: 1 })),
  302: answer("", 302, { location: "/elsewhere" }),
  307: answer("", 307, { location: "/elsewhere" }),
  "a list of tokens": answer(`[${body()}]`),
  null: answer("null"),
  "a text": answer('"token"'),
  "a number": answer("1"),
  nothing: answer(""),
  "half of it": answer(body().slice(0, 40)),
  "two of them": answer(body() + body()),
  "a 400 with a token": answer(body(), 400),
  "a 500 with a token": answer(body(), 500),
};

export async function measure() {
  const endpoint = await startEndpoint();
  const candidates = { ours: await ours(endpoint.tokenEndpoint) };
  for (const [name, make] of Object.entries(peers)) candidates[name] = await make(endpoint.tokenEndpoint);
  const taken = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  const silence = { warn: console.warn, error: console.error };
  Object.assign(console, { warn: () => undefined, error: () => undefined });
  for (const [what, how] of Object.entries(answers)) {
    for (const [name, { grant }] of Object.entries(candidates)) {
      // A redirect that is followed ends in a token: the place that it points to gives one.
      await endpoint.set({ ...how, elsewhere: body() });
      try {
        await grant();
        taken[name].push(what);
      } catch {}
    }
  }
  Object.assign(console, silence);
  await endpoint.set({});
  for (const [name, { grant }] of Object.entries(candidates)) {
    if (!(await grant())?.value) throw new Error(`${name} does not even take a good answer`);
  }
  endpoint.close();
  const { ours: own, ...others } = taken;
  const total = Object.keys(answers).length;
  if (total !== 45) throw new Error(`${total} answers`);
  const row = {
    figure: `answers that are no token and were taken for one, of ${total}`,
    ratio: `${own.length} / ${Math.min(...Object.values(others).map(({ length }) => length))}`,
    ours: own.length === 0 ? "0" : `${own.length}: ${own.join(", ")}`,
    target: "0",
    met: own.length === 0,
    peers: Object.entries(others)
      .map(([name, { length }]) => `${name} ${length}`)
      .join("; "),
  };
  return [row];
}

await runAlone(import.meta.url, measure);
