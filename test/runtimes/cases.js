// The core cases, in words that every runtime knows: nothing here is Node's. Each gets the origin of the endpoint that run.js serves,
// and a path that no other case uses.
import { equal, playAll, rejection } from "./check.js";
import {
  authorizedFetch,
  clientSecretBasic,
  clientSecretPost,
  createRedisTokenStore,
  createSharedTokenStore,
  createTokenCache,
  createTokenSource,
  isOAuthClientsError,
  privateKeyJwt,
  requestToken,
} from "./entries.js";

const secret = 's3cret/+"&<~ x';

const request = (endpoint, changes) => ({
  tokenEndpoint: endpoint,
  clientId: "client:1",
  clientAuthentication: clientSecretBasic(secret),
  ...changes,
});

/** What the endpoint has seen. */
const seen = async (endpoint) => (await fetch(`${endpoint}?seen`)).json();

const odd = {
  "no object": [],
  "no token": { token_type: "Bearer" },
  "an empty token": { access_token: "", token_type: "Bearer" },
  "a token that is a number": { access_token: 1, token_type: "Bearer" },
  "a token with a line break": { access_token: "a\r\nb", token_type: "Bearer" },
  "a token with a space": { access_token: "a b", token_type: "Bearer" },
  "no type": { access_token: "a" },
  "another type": { access_token: "a", token_type: "mac" },
  "a negative lifetime": { access_token: "a", token_type: "Bearer", expires_in: -5 },
  "a lifetime that is a word": { access_token: "a", token_type: "Bearer", expires_in: "abc" },
  "a list of scopes": { access_token: "a", token_type: "Bearer", scope: ["a"] },
  "an error": { access_token: "a", token_type: "Bearer", error: "invalid_client" },
};

/** The cases by name. */
const cases = {
  ...Object.fromEntries(
    Object.entries(odd).map(([what, body]) => [
      `rejects a response with ${what}`,
      async (endpoint) => {
        const error = await rejection(requestToken(request(`${endpoint}?body=${encodeURIComponent(JSON.stringify(body))}`)));
        equal(isOAuthClientsError(error), true);
      },
    ]),
  ),

  "refuses to follow a redirect with the credentials": async (endpoint) => {
    equal((await rejection(requestToken(request(`${endpoint}?redirect`)))).code, "unexpected_response");
    equal((await seen(endpoint)).count, 1);
  },

  "refuses plain http to another machine": async () => {
    equal((await rejection(requestToken(request("http://auth.example/token")))).code, "invalid_configuration");
  },

  "shows no secret in an error": async (endpoint) => {
    const error = await rejection(requestToken(request(`${endpoint}?echo`)));
    equal(error.code, "token_endpoint_error");
    const shown = [error.message, error.stack, JSON.stringify(error), String(error)].join("\n");
    for (const spelling of [secret, encodeURIComponent(secret), btoa(secret)]) equal(shown.includes(spelling), false);
  },

  "asks once with a wrong secret, however often it is called": async (endpoint) => {
    const source = createTokenSource(request(`${endpoint}?wrong`));
    for (let call = 0; call < 50; call++) equal((await rejection(source.get())).error, "invalid_client");
    equal((await seen(endpoint)).count, 1);
  },

  "ends at its deadline": async (endpoint) => {
    equal((await rejection(requestToken(request(`${endpoint}?delay=5000`), { timeoutMs: 200 }))).code, "timeout");
  },

  "stops reading an endless response": async (endpoint) => {
    equal(
      (await rejection(requestToken(request(`${endpoint}?large`), { maxResponseBytes: 1000 }))).code,
      "unexpected_response",
    );
  },

  "reports a connection without a response": async () => {
    equal((await rejection(requestToken(request("http://127.0.0.1:9/token")))).code, "network");
  },

  "lets one caller leave, with the reason that he gave, and serves the others": async (endpoint) => {
    const source = createTokenSource(request(`${endpoint}?delay=200`));
    const leaving = new AbortController();
    const reason = { mine: true };
    const gone = rejection(source.get({ signal: leaving.signal }));
    const staying = source.get();
    leaving.abort(reason);
    equal((await gone) === reason, true);
    equal(typeof (await staying).value, "string");
    equal((await seen(endpoint)).count, 1);
  },

  "repeats what failed in passing": async (endpoint) => {
    equal((await createTokenSource(request(`${endpoint}?busy`)).get()).value, "token-2");
  },

  "spells Basic credentials as RFC 6749 says": async (endpoint) => {
    await requestToken(request(endpoint, { scopes: ["a", "b"] }));
    const { last } = await seen(endpoint);
    equal(atob(last.authorization.slice(6)), "client%3A1:s3cret%2F%2B%22%26%3C%7E+x");
    equal(last.body, "grant_type=client_credentials&scope=a+b");
    equal(last.contentType, "application/x-www-form-urlencoded");
  },

  "spells credentials in the form": async (endpoint) => {
    await requestToken(request(endpoint, { clientAuthentication: clientSecretPost(secret) }));
    const form = new URLSearchParams((await seen(endpoint)).last.body);
    equal([form.get("client_id"), form.get("client_secret")], ["client:1", secret]);
  },

  "signs assertions that its public key verifies": async (endpoint) => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
    const clientAuthentication = privateKeyJwt({ key: privateKey, algorithm: "ES256", issuer: endpoint, keyId: "k" });
    await requestToken(request(endpoint, { clientAuthentication }));
    const assertion = new URLSearchParams((await seen(endpoint)).last.body).get("client_assertion");
    const [header, claims, signature] = assertion.split(".");
    const bytes = Uint8Array.from(atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
    const signed = new TextEncoder().encode(`${header}.${claims}`);
    equal(await crypto.subtle.verify(algorithm, publicKey, bytes, signed), true);
  },

  "asks once for 1,000 callers": async (endpoint) => {
    const source = createTokenSource(request(`${endpoint}?delay=50`));
    const tokens = await Promise.all(Array.from({ length: 1_000 }, () => source.get()));
    equal([...new Set(tokens.map(({ value }) => value))], ["token-1"]);
    equal((await seen(endpoint)).count, 1);
  },

  "renews behind the kept token, then waits at its end": async (endpoint) => {
    let now = 0;
    const source = createTokenSource(request(endpoint), { now: () => now });
    equal((await source.get()).value, "token-1");
    now = 3_599_000;
    equal((await source.get()).value, "token-2");
    now += 3_590_000;
    equal((await source.get()).value, "token-2");
    while (source.peek()?.value !== "token-3") await new Promise((resolve) => setTimeout(resolve, 5));
    equal((await seen(endpoint)).count, 3);
  },

  "gives up exactly the token that was refused": async (endpoint) => {
    const source = createTokenSource(request(endpoint));
    const first = await source.get();
    source.invalidate("another");
    equal(source.peek(), first);
    source.invalidate(first);
    equal(source.peek(), undefined);
    equal((await source.get()).value, "token-2");
    source.invalidate(first);
    equal(source.peek().value, "token-2");
  },

  "keeps one source for equal requests": async (endpoint) => {
    const cache = createTokenCache();
    const one = cache.source(request(endpoint, { scopes: ["a", "b"] }));
    equal(one === cache.source(request(endpoint, { scopes: ["b", "a"] })), true);
    equal(one === cache.source(request(endpoint, { clientAuthentication: clientSecretBasic("other") })), false);
  },

  "sends a new token where the old one was refused": async (endpoint) => {
    const source = createTokenSource(request(endpoint));
    const { origin } = new URL(endpoint);
    const api = authorizedFetch(source, { origins: [origin] });
    const response = await api(`${endpoint}?api=token-2`, { method: "POST", body: "sent twice" });
    equal([response.status, await response.text()], [200, "sent twice"]);
    equal(source.peek().value, "token-2");
  },

  "shares tokens through a store": async (endpoint) => {
    const kept = new Map();
    const store = createSharedTokenStore({
      get: async (key) => kept.get(key),
      set: async (key, value) => kept.set(key, value),
      delete: async (key) => kept.delete(key),
      lock: async (key) => {
        if (kept.has(key)) return undefined;
        kept.set(key, true);
        return () => kept.delete(key);
      },
    });
    const tokens = await Promise.all(Array.from({ length: 5 }, () => createTokenSource(request(endpoint), { store }).get()));
    equal([...new Set(tokens.map(({ value }) => value))], ["token-1"]);
    equal((await seen(endpoint)).count, 1);
  },

  "seals what goes to Redis": async (endpoint) => {
    const kept = new Map();
    // Enough of Redis for one process: takes every lock, writes what has a number before it, reads.
    const client = {
      eval: async (script, { keys, arguments: values }) => {
        if (script.includes("INCR")) return "1";
        if (script.includes("EX") || script.includes("DEL")) return 1;
        if (!script.includes("SET")) return kept.get(keys[0]) ?? null;
        kept.set(keys[0], values[1]);
        return 1;
      },
    };
    const store = () => createRedisTokenStore(client, { key: new Uint8Array(32).fill(7) });
    equal((await createTokenSource(request(endpoint), { store: store() }).get()).value, "token-1");
    equal((await createTokenSource(request(endpoint), { store: store() }).get()).value, "token-1");
    equal([...kept.values()].join().includes("token-1"), false);
    equal((await seen(endpoint)).count, 1);
  },
};

export const runCases = (origin) => playAll(cases, origin);
