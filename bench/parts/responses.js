// Malformed token responses, and the libraries that accept them. Each is sent over a real connection.
import { startEndpoint } from "../endpoint.js";
import { ours } from "../ours.js";
import { peers } from "../peers.js";
import { runAlone } from "../table.js";

const json = { "content-type": "application/json" };
const good = { access_token: "token-1", token_type: "Bearer", expires_in: 3_600 };
const body = (changes) => JSON.stringify({ ...good, ...changes });
const malformed = (text, status = 200, headers = json) => ({ body: text, status, headers });

/** 45 malformed responses, by their defect. */
export const responses = {
  "no token_type": malformed(body({ token_type: undefined })),
  "token_type null": malformed(body({ token_type: null })),
  "token_type empty": malformed(body({ token_type: "" })),
  "token_type mac": malformed(body({ token_type: "mac" })),
  "token_type DPoP without a DPoP request": malformed(body({ token_type: "DPoP" })),
  "token_type as a list": malformed(body({ token_type: ["Bearer"] })),
  "token_type a number": malformed(body({ token_type: 1 })),
  'expires_in "abc"': malformed(body({ expires_in: "abc" })),
  "expires_in empty": malformed(body({ expires_in: "" })),
  "expires_in -5": malformed(body({ expires_in: -5 })),
  'expires_in "-5"': malformed(body({ expires_in: "-5" })),
  "expires_in 1e999": malformed(body().replace("3600", "1e999")),
  'expires_in "Infinity"': malformed(body({ expires_in: "Infinity" })),
  "expires_in as an object": malformed(body({ expires_in: {} })),
  "expires_in as a list": malformed(body({ expires_in: [3_600] })),
  "expires_in true": malformed(body({ expires_in: true })),
  "no access_token": malformed(body({ access_token: undefined })),
  "access_token null": malformed(body({ access_token: null })),
  "access_token empty": malformed(body({ access_token: "" })),
  "access_token a number": malformed(body({ access_token: 123 })),
  "access_token with CR LF": malformed(body({ access_token: "a\r\nx: y" })),
  "access_token with a space": malformed(body({ access_token: "a b" })),
  "access_token with NUL": malformed(body({ access_token: "a\0" })),
  "access_token beyond ASCII": malformed(body({ access_token: "tökén" })),
  "access_token as an object": malformed(body({ access_token: { value: "a" } })),
  "200 with an error alone": malformed('{"error":"invalid_client"}'),
  "200 with an error beside a token": malformed(body({ error: "invalid_scope" })),
  201: malformed(body(), 201),
  202: malformed(body(), 202),
  203: malformed(body(), 203),
  204: malformed("", 204),
  "text/html": malformed("<html>sign in</html>", 200, { "content-type": "text/html" }),
  "scope as a list": malformed(body({ scope: ["read"] })),
  "scope as a number": malformed(body({ scope: 1 })),
  302: malformed("", 302, { location: "/elsewhere" }),
  307: malformed("", 307, { location: "/elsewhere" }),
  "a list of tokens": malformed(`[${body()}]`),
  null: malformed("null"),
  "a text": malformed('"token"'),
  "a number": malformed("1"),
  nothing: malformed(""),
  "half of it": malformed(body().slice(0, 40)),
  "two of them": malformed(body() + body()),
  "a 400 with a token": malformed(body(), 400),
  "a 500 with a token": malformed(body(), 500),
};

export async function measure() {
  const endpoint = await startEndpoint();
  const candidates = { ours: await ours(endpoint.tokenEndpoint) };
  for (const [name, make] of Object.entries(peers)) candidates[name] = await make(endpoint.tokenEndpoint);
  const taken = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  const silence = { warn: console.warn, error: console.error };
  Object.assign(console, { warn: () => undefined, error: () => undefined });
  for (const [what, how] of Object.entries(responses)) {
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
    if (!(await grant())?.value) throw new Error(`${name} rejects a valid response`);
  }
  endpoint.close();
  const { ours: own, ...others } = taken;
  const total = Object.keys(responses).length;
  if (total !== 45) throw new Error(`${total} responses`);
  const row = {
    figure: `malformed responses that were accepted, of ${total}`,
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
