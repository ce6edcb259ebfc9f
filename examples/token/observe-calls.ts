// Traces and measures the calls of a manager with OpenTelemetry: one span and one duration for each call with its retries, and a counter of
// retries. It needs only the API package. Events contain no secret, no id and no body.
import { subscribe, tracingChannel } from "node:diagnostics_channel";
import { type Meter, type Span, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { type CallEvent, type CallEvents, isOAuthClientsError } from "oauth-clients";

type Context = CallEvent & { readonly error?: unknown };

/** Call it once where the program configures OpenTelemetry. */
export function observeCalls(tracer: Tracer, meter: Meter): void {
  const duration = meter.createHistogram("oauth.call.duration", { unit: "s", description: "Of a call with its retries" });
  const retries = meter.createCounter("oauth.call.retries", { description: "Requests that were sent again" });
  const running = new WeakMap<object, { readonly span: Span; readonly startedAt: number }>();
  const attributesOf = ({ vendor, operation }: CallEvent) => ({ "oauth.vendor": vendor, "oauth.operation": operation });

  tracingChannel<Context, Context>("oauth-clients.call").subscribe({
    start(call) {
      const span = tracer.startSpan(`${call.vendor} ${call.operation}`, { attributes: attributesOf(call) });
      running.set(call, { span, startedAt: performance.now() });
    },
    asyncEnd(call) {
      const { span, startedAt = 0 } = running.get(call) ?? {};
      const { error, status } = call;
      // The error code, never the message: attributes must have few values.
      const failure = error === undefined ? {} : { "error.type": isOAuthClientsError(error) ? error.code : "other" };
      duration.record((performance.now() - startedAt) / 1_000, { ...attributesOf(call), ...failure });
      span?.setAttributes({ ...failure, ...(status !== undefined && { "http.response.status_code": status }) });
      if (error !== undefined) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    },
    end() {},
    asyncStart() {},
    error() {},
  });
  subscribe("oauth-clients.call.retry", (event) => retries.add(1, attributesOf(event as CallEvents["retry"])));
}
