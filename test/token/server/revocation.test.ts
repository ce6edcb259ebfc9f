import { revokeToken } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { call, clientAuthentication, endpoints, json, record, rejection, token } from "./samples.js";

describe("revokeToken", () => {
  test("refuses a source that is none, before anything is sent", async () => {
    const { fetch, sent } = record(() => new Response());
    const error = await rejection(revokeToken({ ...call, source: {} as never }, { fetch }));
    expect(error).toMatchObject({ issues: [{ path: "source" }] });
    expect(sent).toHaveLength(0);
  });

  test("rule 101: says that after a 503 the token lives on, and for how long to wait", async () => {
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
  ])("rule 102: says what the server says", async (response, facts) => {
    expect(await rejection(revokeToken(call, { fetch: record(() => response).fetch }))).toMatchObject(facts);
  });

  test("rule 103: forgets the token first, and does not bring it back when the server fails", async () => {
    const order: string[] = [];
    const source = { invalidate: (value: string) => order.push(`forget ${value}`) };
    const { fetch } = record(() => {
      order.push("send");
      return json({}, 500);
    });
    await rejection(revokeToken({ ...call, source }, { fetch }));
    expect(order).toEqual([`forget ${token}`, "send"]);
  });

  test.each(["", "{}", "<html>"])("rule 100: is done with a 200, whatever its content: %j", async (content) => {
    const { fetch, sent } = record(() => new Response(content));
    await expect(revokeToken(call, { fetch })).resolves.toBeUndefined();
    expect(sent[0]).toMatchObject({ url: endpoints.revocationEndpoint, init: { method: "POST" } });
    expect(sent[0]?.form.get("token")).toBe(token);
  });

  test("is also for public clients, which name themselves", async () => {
    const { fetch, sent } = record(() => new Response());
    const nobody = {
      ...clientAuthentication,
      method: "none",
      authenticate: () => ({ parameters: { client_id: "app" }, secrets: [] }),
    };
    await revokeToken({ ...call, clientAuthentication: nobody }, { fetch });
    expect(sent[0]?.form.get("client_id")).toBe("app");
  });
});
