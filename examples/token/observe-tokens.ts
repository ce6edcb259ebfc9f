// Traces and measures token sources with OpenTelemetry, per token endpoint and client: counters, the duration of token requests, and one span
// for each token request with its retries. It needs only the API package. Without a subscriber a source spends no time on events.
import { subscribe, tracingChannel } from "node:diagnostics_channel";
import { type Attributes, type Meter, type Span, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { isOAuthClientsError } from "oauth-clients";
import type { TokenEvent, TokenEvents } from "oauth-clients/token";

type Context = TokenEvent & { readonly error?: unknown };

/** Call it once where the program configures OpenTelemetry. */
export function observeTokens(tracer: Tracer, meter: Meter): void {
  const attributesOf = ({ endpoint, clientId }: TokenEvent) => ({
    "oauth.token.endpoint": endpoint,
    "oauth.client.id": clientId,
  });
  const on = <Kind extends keyof TokenEvents>(kind: Kind, note: (event: TokenEvents[Kind], attributes: Attributes) => void) =>
    subscribe(`oauth-clients.token.${kind}`, (message) => {
      const event = message as TokenEvents[Kind];
      note(event, attributesOf(event));
    });
  // The error code, never the message: attributes must have few values.
  const typeOf = (error: unknown) => ({ "error.type": isOAuthClientsError(error) ? error.code : "other" });

  const requests = meter.createCounter("oauth.token.requests", { description: "Requests sent, including retries" });
  const hits = meter.createCounter("oauth.token.hits", { description: "Calls that returned the cached token" });
  const refreshes = meter.createCounter("oauth.token.refreshes", {
    description: "Refreshes that started before the token expired",
  });
  const pauses = meter.createCounter("oauth.token.pauses", { description: "Pauses after a failure" });
  const duration = meter.createHistogram("oauth.token.duration", {
    unit: "s",
    description: "From the call to the token or the error",
  });

  on("request", (_, attributes) => requests.add(1, attributes));
  on("hit", (_, attributes) => hits.add(1, attributes));
  on("refresh", (_, attributes) => refreshes.add(1, attributes));
  on("breaker", ({ error }, attributes) => pauses.add(1, { ...attributes, ...typeOf(error) }));
  on("success", ({ durationMs }, attributes) => duration.record(durationMs / 1_000, attributes));
  on("refusal", ({ durationMs, error }, attributes) =>
    duration.record(durationMs / 1_000, { ...attributes, ...typeOf(error) }),
  );

  const spans = new WeakMap<object, Span>();
  tracingChannel<Context, Context>("oauth-clients.token").subscribe({
    start: (request) => spans.set(request, tracer.startSpan("request token", { attributes: attributesOf(request) })),
    asyncEnd(request) {
      const span = spans.get(request);
      if (request.error !== undefined) span?.setAttributes(typeOf(request.error)).setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    },
    end() {},
    asyncStart() {},
    error() {},
  });
}
