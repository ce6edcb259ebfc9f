// The cases of `oauth-clients/node`, for the runtimes that have Node's modules. Nothing here names the platform's own fetch: whether
// that has been loaded changes the result, so they run before and after it is loaded.
import { nodeFetch } from "oauth-clients/node";
import { clientSecretPost, createTokenSource, requestToken } from "oauth-clients/token";
import { equal, playAll, rejection } from "./check.js";

const request = (tokenEndpoint) => ({ tokenEndpoint, clientId: "client-1", clientAuthentication: clientSecretPost("s3cret") });
const seen = async (endpoint, fetch) => (await fetch(`${endpoint}?seen`)).json();

const cases = {
  "says that nothing was sent": async (_, fetch) => {
    const { code, outcome } = await rejection(requestToken(request("http://127.0.0.1:9/token"), { fetch }));
    equal([code, outcome], ["network", "not_applied"]);
  },

  "reports a truncated response": async (endpoint, fetch) => {
    const { code, outcome } = await rejection(requestToken(request(`${endpoint}?cut`), { fetch }));
    equal([code, outcome], ["network", "unknown"]);
  },

  "ends at its deadline": async (endpoint, fetch) => {
    const { code, outcome } = await rejection(requestToken(request(`${endpoint}?delay=5000`), { fetch, timeoutMs: 200 }));
    equal([code, outcome], ["timeout", "unknown"]);
  },

  "stops reading an endless response, compressed or not": async (endpoint, fetch) => {
    for (const how of ["large", "large&gzip"]) {
      const error = await rejection(requestToken(request(`${endpoint}?${how}`), { fetch, maxResponseBytes: 1_000 }));
      equal(error.code, "unexpected_response");
    }
  },

  "follows no redirect": async (endpoint, fetch) => {
    equal((await rejection(requestToken(request(`${endpoint}?redirect`), { fetch }))).code, "unexpected_response");
    equal((await seen(endpoint, fetch)).count, 1);
  },

  "gets a token from a compressed response": async (endpoint, fetch) => {
    equal((await requestToken(request(`${endpoint}?gzip`), { fetch })).value, "token-1");
  },

  "gets tokens one after another over one connection": async (endpoint, fetch) => {
    const source = createTokenSource(request(endpoint), { fetch });
    for (const value of ["token-1", "token-2", "token-3"]) {
      const token = await source.get();
      equal(token.value, value);
      source.invalidate(token);
    }
    equal((await seen(endpoint, fetch)).ports.length, 1);
  },

  "returns a response as a stream, as bytes and as a copy": async (endpoint, fetch) => {
    const ask = () => fetch(endpoint, { method: "POST", body: new URLSearchParams({ a: "b" }) });
    const decoder = new TextDecoder();
    let text = "";
    const reader = (await ask()).body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += decoder.decode(piece.value);
    equal(JSON.parse(text).access_token, "token-1");
    equal(JSON.parse(decoder.decode(await (await ask()).bytes())).access_token, "token-2");
    const response = await ask();
    const copy = response.clone();
    equal([(await response.json()).access_token, (await copy.json()).access_token], ["token-3", "token-3"]);
  },
};

/** Runs every case with connections of its own. `when` keeps what one run does apart from another. */
export function runNodeCases(origin, when) {
  const own = Object.entries(cases).map(([name, play]) => {
    const fetch = nodeFetch();
    return [`nodeFetch, ${when}: ${name}`, (endpoint) => play(endpoint, fetch).finally(fetch.close)];
  });
  return playAll(Object.fromEntries(own), `${origin}/${when}`);
}
