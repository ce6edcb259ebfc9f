import type { RequestListener, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { isOAuthClientsError } from "../../src/core/errors.js";
import { clientSecretPost } from "../../src/token/authentication.js";
import { createTokenSource } from "../../src/token/source.js";
import { encodings, everyView, grant, sampleRequest, secret, withServer } from "./recorder.js";

type Behaviour = (response: ServerResponse, body: string, authorization: string) => unknown;

const json = { "content-type": "application/json" };
const reflect = (body: string, authorization: string) => `${body} ${authorization} ${secret} ${encodings(secret).join(" ")}`;

// Combined with each status, these are 100 cases.
const behaviours: Behaviour[] = [
  (response, body, authorization) => response.end(reflect(body, authorization)),
  (response, body, authorization) => response.end(JSON.stringify({ error: reflect(body, authorization) })),
  (response, body, authorization) =>
    response.end(JSON.stringify({ error: "invalid_client", error_description: reflect(body, authorization) })),
  (response) => response.end(JSON.stringify({ error: "\u001b[2J", error_description: 7 })),
  (response) => response.end('{"access_token":'),
  (response) => response.end(JSON.stringify(grant({ access_token: `${secret}\r\n` }))),
  (response) => response.end(Buffer.alloc(2_000, 0xff)),
  (response) => response.end(),
  (response) => response.socket?.destroy(),
  (response) => response.write("{", () => response.socket?.destroy()),
];
const statuses = [200, 204, 302, 400, 401, 403, 404, 429, 500, 503];

const stalled: Behaviour[] = [() => undefined, (response) => response.write('{"access_token"')];

describe("token source: hostile authorization servers", () => {
  test("rule 93: 102 hostile responses cause errors of the library without secrets, hanging calls or unhandled rejections", {
    timeout: 30_000,
  }, async () => {
    const unhandled: unknown[] = [];
    const recordRejection = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", recordRejection);
    const all = [
      ...statuses.flatMap((status) => behaviours.map((behave) => ({ status, behave }))),
      ...stalled.map((behave) => ({ status: 200, behave })),
    ];
    const listener: RequestListener = (request, response) => {
      const { status, behave } = all[Number(request.url?.slice(1))]!;
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const challenge = `Basic realm="${encodeURIComponent(secret)}"`;
        response.writeHead(status, { ...json, location: `/${encodeURIComponent(secret)}`, "www-authenticate": challenge });
        behave(response, Buffer.concat(chunks).toString(), request.headers.authorization ?? "");
      });
    };
    try {
      await withServer(listener, async (origin) => {
        const outcomes = await Promise.all(
          all.map(async (_, index) => {
            const clientAuthentication = index % 2 ? clientSecretPost(secret) : sampleRequest().clientAuthentication;
            const request = sampleRequest({ tokenEndpoint: `${origin}/${index}`, clientAuthentication });
            const source = createTokenSource(request, { timeoutMs: 2_000, retry: { maxRetries: 1 } });
            return Promise.allSettled([source.get(), source.get()]);
          }),
        );
        expect(outcomes).toHaveLength(102);
        for (const outcome of outcomes.flat()) {
          expect(outcome.status).toBe("rejected");
          const { reason } = outcome as PromiseRejectedResult;
          expect(isOAuthClientsError(reason), String(reason)).toBe(true);
          const view = everyView(reason);
          for (const text of encodings(secret)) expect(view).not.toContain(text);
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", recordRejection);
    }
  });

  test("rule 93: a response whose token equals a part of the secret is accepted", async () => {
    await withServer(
      (_, response) => {
        response.writeHead(200, json);
        response.end(JSON.stringify(grant({ access_token: "s3cret", error_description: secret })));
      },
      async (origin) => {
        const source = createTokenSource(sampleRequest({ tokenEndpoint: `${origin}/t` }));
        expect(await source.get()).toMatchObject({ value: "s3cret" });
      },
    );
  });
});
