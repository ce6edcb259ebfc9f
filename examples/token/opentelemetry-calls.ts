// Traces and measures the calls of a manager with OpenTelemetry: one span and one duration for each call with its retries, and a counter of
// retries. Call `observeCalls` once where the program configures OpenTelemetry. Events contain no secret, no id and no body.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... ADMIN_URL=... npx tsx examples/token/opentelemetry-calls.ts
import { subscribe, tracingChannel } from "node:diagnostics_channel";
import { type Meter, metrics, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { type CallEvent, type CallEvents, isOAuthClientsError } from "oauth-clients";
import { createOryManager } from "oauth-clients/ory";
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { authorizedFetch } from "oauth-clients/token/fetch";

type Context = CallEvent & { readonly error?: unknown };

function observeCalls(tracer: Tracer, meter: Meter): void {
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

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
metrics.setGlobalMeterProvider(provider);
observeCalls(trace.getTracer("oauth-clients"), metrics.getMeter("oauth-clients"));

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "", ADMIN_URL = "" } = process.env;
const clientAuthentication = clientSecretBasic(CLIENT_SECRET);
const tokens = createTokenSource({ tokenEndpoint: TOKEN_URL, clientId: CLIENT_ID, clientAuthentication });
const fetch = authorizedFetch(tokens, { origins: [new URL(ADMIN_URL).origin] });
const manager = createOryManager({ adminUrl: ADMIN_URL, fetch, retry: { maxRetries: 0 } });
for (let call = 0; call < 2; call++) {
  for await (const { name } of manager.list()) console.log(name);
}

await provider.forceFlush();
for (const { descriptor, dataPoints } of exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics[0]?.metrics ?? [])) {
  for (const { value, attributes } of dataPoints) {
    const count = typeof value === "number" ? value : value.count;
    console.log(`${descriptor.name} of ${attributes["oauth.vendor"]} ${attributes["oauth.operation"]}: ${count}`);
  }
}
await provider.shutdown();
