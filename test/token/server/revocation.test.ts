import { revokeToken } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { call, clientAuthentication, endpoints, json, record, rejection, token } from "./samples.js";

describe("revokeToken: request and errors", () => {
  test("revokeToken rejects an invalid token source before it sends a request", async () => {
    const { fetch, sent } = record(() => new Response());
    const error = await rejection(revokeToken({ ...call, source: {} as never }, { fetch }));
    expect(error).toMatchObject({ issues: [{ path: "source" }] });
    expect(sent).toHaveLength(0);
  });

  test("rule 101: revokeToken reports the outcome not_applied and the delay of a 503 response with Retry-After", async () => {
    const { fetch } = record(() => new Response(null, { status: 503, headers: { "retry-after": "3" } }));
    expect(await rejection(revokeToken(call, { fetch }))).toMatchObject({
      code: "server_error",
      outcome: "not_applied",
      retryAfterMs: 3_000,
    });
  });

  test.each([
    [json({ error: "unsupported_token_type" }, 400), { code: "token_endpoint_error", error: "unsupported_token_type" }],
    [json({}, 500), { code: "server_error", outcome: "unknown" }],
    [new Response(null, { status: 204 }), { code: "unexpected_response", outcome: "unknown" }],
  ])("rule 102: revokeToken reports an error response: case %#", async (response, expected) => {
    expect(await rejection(revokeToken(call, { fetch: record(() => response).fetch }))).toMatchObject(expected);
  });

  test("rule 103: revokeToken removes the token from the source before the request, also when the server fails", async () => {
    const order: string[] = [];
    const source = { invalidate: (value: string) => order.push(`invalidate ${value}`) };
    const { fetch } = record(() => {
      order.push("send");
      return json({}, 500);
    });
    await rejection(revokeToken({ ...call, source }, { fetch }));
    expect(order).toEqual([`invalidate ${token}`, "send"]);
  });

  test.each(["", "{}", "<html>"])("rule 100: revokeToken resolves after a 200 response with the body %j", async (content) => {
    const { fetch, sent } = record(() => new Response(content));
    await expect(revokeToken(call, { fetch })).resolves.toBeUndefined();
    expect(sent[0]).toMatchObject({ url: endpoints.revocationEndpoint, init: { method: "POST" } });
    expect(sent[0]?.form.get("token")).toBe(token);
  });

  test("revokeToken sends the client_id of a public client", async () => {
    const { fetch, sent } = record(() => new Response());
    const publicClient = {
      ...clientAuthentication,
      method: "none",
      authenticate: () => ({ parameters: { client_id: "app" }, secrets: [] }),
    };
    await revokeToken({ ...call, clientAuthentication: publicClient }, { fetch });
    expect(sent[0]?.form.get("client_id")).toBe("app");
  });
});
