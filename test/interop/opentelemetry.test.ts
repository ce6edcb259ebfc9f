// The observers of the examples with OpenTelemetry's SDK for traces: spans of token requests and of a manager's calls.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, describe, test } from "node:test";
import { createNoopMeter, SpanStatusCode } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { observeCalls } from "../../examples/token/observe-calls.js";
import { observeTokens } from "../../examples/token/observe-tokens.js";
import { createOryManager } from "../../src/ory/index.js";
import { clientSecretBasic, requestToken } from "../../src/token/index.js";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const secret = "canary-4711";
let server: Server;
let origin: string;

before(async () => {
  observeTokens(provider.getTracer("oauth-clients"), createNoopMeter());
  observeCalls(provider.getTracer("oauth-clients"), createNoopMeter());
  server = createServer((request, response) => {
    const isValid = request.headers.authorization === `Basic ${btoa(`service:${secret}`)}`;
    const respond = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    request.resume().on("end", () => {
      if (request.url !== "/token") return respond(200, []);
      if (!isValid) return respond(401, { error: "invalid_client" });
      return respond(200, { access_token: "token-canary", token_type: "Bearer", expires_in: 3600 });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => exporter.reset());
after(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const ask = (password: string) =>
  requestToken({ tokenEndpoint: `${origin}/token`, clientId: "service", clientAuthentication: clientSecretBasic(password) });
const spans = () =>
  exporter.getFinishedSpans().map(({ name, status, attributes }) => ({ name, status: status.code, attributes }));

describe("OpenTelemetry", () => {
  const attributes = () => ({ "oauth.token.endpoint": `${new URL(origin).host}/token`, "oauth.client.id": "service" });

  test("a failed token request is a span with its error code and no secret", async () => {
    await assert.rejects(ask("wrong-canary"));
    const expected = { ...attributes(), "error.type": "token_endpoint_error" };
    assert.deepEqual(spans(), [{ name: "request token", status: SpanStatusCode.ERROR, attributes: expected }]);
    assert.doesNotMatch(JSON.stringify(spans()), /canary/);
  });

  test("a token request is a span without the token", async () => {
    await ask(secret);
    assert.deepEqual(spans(), [{ name: "request token", status: SpanStatusCode.UNSET, attributes: attributes() }]);
    assert.doesNotMatch(JSON.stringify(spans()), /canary/);
  });

  test("a call of a manager is a span with its status", async () => {
    const manager = createOryManager({ adminUrl: origin });
    for await (const _ of manager.list()) assert.fail("the list is empty");
    assert.deepEqual(
      spans().map(({ name, attributes }) => [name, attributes["http.response.status_code"]]),
      [["ory list clients", 200]],
    );
  });
});
