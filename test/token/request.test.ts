import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.js";
import { clientSecretBasic, clientSecretPost } from "../../src/token/authentication.js";
import { requestToken } from "../../src/token/request.js";
import { encodings, everyView, grant, record, rejection, sampleRequest, secret, tokenEndpoint } from "./recorder.js";

describe("requestToken: errors and tokens", () => {
  test("requestToken returns a rejected promise for an invalid request", async () => {
    const promise = requestToken(sampleRequest({ tokenEndpoint: "http://auth.example/token" }));
    expect(await rejection(promise)).toBeInstanceOf(ConfigurationError);
  });

  test("rule 16: requestToken rejects with the reason of its signal", async () => {
    const reason = new Error("left");
    expect(await rejection(requestToken(sampleRequest(), { ...record(), signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  const echoes: [string, (sent: { headers: Record<string, string>; body: string }) => Response | Promise<Response>][] = [
    [
      "an error response",
      ({ headers, body }) =>
        Response.json({ error: "x", error_description: `${headers.authorization} ${body}` }, { status: 400 }),
    ],
    [
      "the code of an error response",
      ({ headers }) => Response.json({ error: `${secret} ${headers.authorization}` }, { status: 401 }),
    ],
    [
      "a challenge",
      () => new Response("", { status: 401, headers: { "www-authenticate": `Basic error="${encodings(secret)[1]}"` } }),
    ],
    [
      "the HTML page of a gateway",
      ({ headers, body }) => new Response(`<p>${headers.authorization} ${body} ${secret}</p>`, { status: 502 }),
    ],
    [
      "the error response of another API",
      () => Response.json({ message: secret, base64: encodings(secret)[1] }, { status: 404 }),
    ],
    ["a page with status 200", () => new Response(secret)],
    [
      "a redirect",
      () =>
        new Response(null, { status: 302, headers: { location: `https://x.example/${encodeURIComponent(secret)}?${secret}` } }),
    ],
    ["a truncated body", () => new Response(new ReadableStream({ pull: () => Promise.reject(new Error(secret)) }))],
    ["an error of fetch", ({ body }) => Promise.reject(new TypeError(`${secret} ${body}`, { cause: { code: "E", secret } }))],
  ];
  const strategies = [clientSecretBasic, clientSecretPost, (text: string) => clientSecretBasic(text, { formEncode: false })];

  test.each(echoes)("rule 93: the error of requestToken contains no secret: %s", async (_, respond) => {
    for (const strategy of strategies) {
      const { fetch, sent } = record((_count, request) => respond(request));
      const request = sampleRequest({
        clientAuthentication: strategy(secret),
        tokenEndpoint: `${tokenEndpoint}?key=canary-4711`,
      });
      const error = await rejection(requestToken(request, { fetch }));
      const view = everyView(error);
      expect(error).toHaveProperty("code");
      expect(sent).toHaveLength(1);
      const pair = sent[0]?.headers.authorization?.slice(6);
      for (const text of [...encodings(secret), ...(pair ? [pair] : []), "canary-4711"]) expect(view).not.toContain(text);
      expect((error as Error).message).toContain("auth.example/oauth2/token");
      expect((error as Error).cause).toBeUndefined();
    }
  });

  test("rule 93: a logged token request contains no secret", () => {
    for (const strategy of strategies) {
      const view = everyView(sampleRequest({ clientAuthentication: strategy(secret) }));
      for (const text of encodings(secret)) expect(view).not.toContain(text);
    }
  });

  test("rule 26: requestToken sends one request and does not change the authentication method", async () => {
    for (const status of [400, 401, 429, 500, 503]) {
      const { fetch, sent } = record(() => Response.json({ error: "invalid_client" }, { status }));
      await rejection(requestToken(sampleRequest(), { fetch }));
      expect(sent).toHaveLength(1);
    }
  });

  test("requestToken returns a new token on each call", async () => {
    const { fetch, sent } = record((count) => Response.json(grant({ access_token: `token-${count}` })));
    expect(await requestToken(sampleRequest(), { fetch })).toMatchObject({ value: "token-1", tokenType: "Bearer" });
    expect(await requestToken(sampleRequest(), { fetch })).toMatchObject({ value: "token-2" });
    expect(sent).toHaveLength(2);
  });
});
