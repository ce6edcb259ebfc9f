import { beforeEach, describe, expect, test } from "vitest";
import { createDpopKey, type DpopKey, dpopFetch, withDpop } from "../../../src/token/dpop/index.js";
import { authorizedFetch } from "../../../src/token/fetch/index.js";
import { createTokenSource } from "../../../src/token/source.js";
import { grant, sampleRequest } from "../recorder.js";
import { hashOf, verifyProof } from "./proofs.js";

interface Call {
  readonly url: string;
  readonly authorization: string | null;
  readonly proof: string | null;
  readonly body: string;
}

const url = "https://api.example/orders?page=1";
const headers = { authorization: "DPoP token-1" };
const challenge = (error: string, nonce?: string) =>
  new Response("", {
    status: 401,
    headers: { "www-authenticate": `DPoP error="${error}", algs="ES256"`, ...(nonce && { "dpop-nonce": nonce }) },
  });

/** A resource server. It gets what a `fetch` would send. */
function resourceServer(respond: (call: Call, count: number) => Response): { fetch: typeof fetch; calls: Call[] } {
  const calls: Call[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const { headers } = request;
    const call = {
      url: request.url,
      authorization: headers.get("authorization"),
      proof: headers.get("dpop"),
      body: await request.text(),
    };
    calls.push(call);
    return respond(call, calls.length);
  };
  return { fetch: fetch as typeof globalThis.fetch, calls };
}

const claimsOf = ({ proof }: Call) => verifyProof(proof ?? "").claims;

let key: DpopKey;
beforeEach(async () => {
  key = await createDpopKey();
});

describe("invalid options are rejected at once", () => {
  test("a value that is not a key, and a fetch that is not a function", () => {
    expect(() => dpopFetch({} as never)).toThrow("key: expected a DPoP key");
    expect(() => dpopFetch(key, "fetch" as never)).toThrow("fetch: expected a function");
  });
});

describe("a resource server that requires nonces", () => {
  test("rule 51: is requested once more only, and its response is returned", async () => {
    const { fetch, calls } = resourceServer((_call, count) => challenge("use_dpop_nonce", `nonce-${count}`));
    expect((await dpopFetch(key, fetch)(url, { headers })).status).toBe(401);
    expect(calls.map((call) => claimsOf(call).nonce)).toEqual([undefined, "nonce-1"]);
    await dpopFetch(key, fetch)(url, { headers });
    expect(claimsOf(calls[2] as Call).nonce).toBe("nonce-2");
  });

  test("rule 51: gets no second request for a stream body, and the nonce in the next request", async () => {
    const { fetch, calls } = resourceServer((call) =>
      call.proof && claimsOf(call).nonce ? new Response("") : challenge("use_dpop_nonce", "nonce-1"),
    );
    const send = () =>
      dpopFetch(key, fetch)(url, { method: "POST", headers, body: new Blob(["a"]).stream(), duplex: "half" } as RequestInit);
    expect((await send()).status).toBe(401);
    expect((await send()).status).toBe(200);
    expect(calls).toHaveLength(2);
  });

  test.each<[string, () => [RequestInfo, RequestInit?]]>([
    ["a string", () => [url, { method: "POST", headers, body: "order" }]],
    ["the body of a Request", () => [new Request(url, { method: "POST", headers, body: "order" })]],
  ])("rule 51: gets the content of %s once more, with the nonce", async (_, create) => {
    const { fetch, calls } = resourceServer((_call, count) =>
      count === 1 ? challenge("use_dpop_nonce", "nonce-1") : new Response(""),
    );
    const [input, init] = create();
    expect((await dpopFetch(key, fetch)(input, init)).status).toBe(200);
    expect(calls.map((call) => [call.body, claimsOf(call).nonce])).toEqual([
      ["order", undefined],
      ["order", "nonce-1"],
    ]);
  });

  test("does not change the nonce of the authorization server on the same origin", async () => {
    key.updateNonce({ method: "POST", url }, { status: 200, headers: new Headers({ "dpop-nonce": "of the server" }) });
    const { fetch, calls } = resourceServer(() => new Response("", { headers: { "dpop-nonce": "nonce-1" } }));
    await dpopFetch(key, fetch)(url, { headers });
    await dpopFetch(key, fetch)(url, { headers });
    expect(calls.map((call) => claimsOf(call).nonce)).toEqual([undefined, "nonce-1"]);
  });

  test("a nonce of another origin, after a redirect, is ignored", async () => {
    const { fetch, calls } = resourceServer(() =>
      Object.defineProperty(challenge("use_dpop_nonce", "nonce-1"), "url", { value: "https://other.example/" }),
    );
    await dpopFetch(key, fetch)(url, { headers });
    await dpopFetch(key, fetch)(url, { headers });
    expect(calls.map((call) => claimsOf(call).nonce)).toEqual([undefined, undefined]);
  });
});

describe("a request", () => {
  test.each(["Bearer token-1", "Basic YTpi", ""])("with the authorization %j is sent unchanged", async (authorization) => {
    const { fetch, calls } = resourceServer(() => new Response(""));
    await dpopFetch(key, fetch)(url, authorization ? { headers: { authorization } } : undefined);
    expect(calls.map(({ proof }) => proof)).toEqual([null]);
  });

  test("rules 49 and 53: has the scheme DPoP, and a proof for the method, the URL and the token", async () => {
    const { fetch, calls } = resourceServer(() => new Response(""));
    await dpopFetch(key, fetch)(url, { method: "put", headers, body: "a" });
    expect(calls[0]?.authorization).toBe("DPoP token-1");
    expect(claimsOf(calls[0] as Call)).toMatchObject({ htm: "PUT", htu: "https://api.example/orders", ath: hashOf("token-1") });
  });
});

describe("with authorizedFetch", () => {
  const setup = (respond: (call: Call, count: number) => Response) => {
    let count = 0;
    const source = createTokenSource(withDpop(sampleRequest(), key), {
      fetch: async () => Response.json(grant({ token_type: "DPoP", access_token: `token-${++count}` })),
    });
    const { fetch, calls } = resourceServer(respond);
    const call = authorizedFetch(source, { origins: ["https://api.example"], fetch: dpopFetch(key, fetch) });
    return { call, calls };
  };

  test("rule 53: a DPoP token is never sent as a Bearer token, also without dpopFetch", async () => {
    const source = createTokenSource(withDpop(sampleRequest(), key), {
      fetch: async () => Response.json(grant({ token_type: "DPoP" })),
    });
    const { fetch, calls } = resourceServer(() => new Response(""));
    await authorizedFetch(source, { origins: ["https://api.example"], fetch })(url);
    expect(calls.map(({ authorization }) => authorization)).toEqual(["DPoP token-1"]);
  });

  test("rule 91: a rejected token is replaced, and the nonce is used with both tokens", async () => {
    const { call, calls } = setup((one, count) =>
      count === 1
        ? challenge("use_dpop_nonce", "nonce-1")
        : one.authorization === "DPoP token-1"
          ? challenge("invalid_token", "nonce-2")
          : new Response("orders"),
    );
    expect(await (await call(new Request(url, { method: "POST", body: "order" }))).text()).toBe("orders");
    expect(calls.map((one) => [one.authorization, one.body, claimsOf(one).nonce, claimsOf(one).ath])).toEqual([
      ["DPoP token-1", "order", undefined, hashOf("token-1")],
      ["DPoP token-1", "order", "nonce-1", hashOf("token-1")],
      ["DPoP token-2", "order", "nonce-2", hashOf("token-2")],
    ]);
  });

  test("another origin gets neither the token nor a proof", async () => {
    const { call, calls } = setup(() => new Response(""));
    await call("https://other.example/");
    expect(calls.map(({ authorization, proof }) => [authorization, proof])).toEqual([[null, null]]);
  });
});
