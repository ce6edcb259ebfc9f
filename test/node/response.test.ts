import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { LazyResponse } from "../../src/node/lazy-response.js";
import type { OutgoingRequest } from "../../src/node/request.js";
import { toResponse } from "../../src/node/response.js";
import { serve, serveBytes, useNodeSockets } from "./loopback.js";

useNodeSockets();

async function fetchOnce(url: string, changes: Partial<OutgoingRequest> = {}, isLoaded?: boolean): Promise<Response> {
  const outgoing = {
    url: new URL(url),
    method: "GET",
    headers: {},
    content: undefined,
    signal: undefined,
    redirect: undefined,
    ...changes,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: outgoing.method, agent: false }, (incoming) => {
      try {
        resolve(toResponse(incoming, outgoing, isLoaded));
      } catch (error) {
        reject(error);
      }
    });
    sent.on("error", () => undefined).end();
  });
}

describe("toResponse: status and body", () => {
  test("toResponse rejects a status that is invalid for a Response", async () => {
    const { url } = await serveBytes((socket) => socket.end("HTTP/1.1 600 Odd\r\ncontent-length: 0\r\n\r\n"));
    await expect(fetchOnce(url)).rejects.toMatchObject({ cause: { code: "HPE_INVALID_STATUS" } });
  });

  test.each([true, false])("toResponse creates the same response when the platform's class is loaded: %s", async (isLoaded) => {
    const { url } = await serve((_, response) =>
      response
        .writeHead(
          200,
          "Fine",
          [
            ["x-a", "1"],
            ["x-a", "2"],
          ].flat(),
        )
        .end("text"),
    );
    const response = await fetchOnce(`${url}/path#part`, {}, isLoaded);
    expect(response).toBeInstanceOf(isLoaded ? Response : LazyResponse);
    expect(response).toMatchObject({ status: 200, statusText: "Fine", url: `${url}/path`, ok: true });
    expect(response.headers.get("x-a")).toBe("1, 2");
    expect(await response.text()).toBe("text");
  });

  test.each([204, 205, 304])("toResponse creates no body for the status %s", async (status) => {
    const { url } = await serve((_, response) => response.writeHead(status).end());
    expect((await fetchOnce(url)).body).toBeNull();
  });

  test("toResponse creates no body for a HEAD request", async () => {
    const { url } = await serve((_, response) => response.end("text"));
    expect((await fetchOnce(url, { method: "HEAD" })).body).toBeNull();
  });
});
