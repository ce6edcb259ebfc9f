// Measures token sources with OpenTelemetry: counters and the duration of token requests, per token endpoint and client. Call
// `observeTokens` once where the program configures its metrics. It needs only the API package; the configured SDK receives the data,
// here an exporter in memory. Without a subscriber a source spends no time on events.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... npx tsx examples/token/opentelemetry.ts
import { subscribe } from "node:diagnostics_channel";
import { type Attributes, type Meter, metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { isOAuthClientsError } from "oauth-clients";
import { clientSecretBasic, createTokenSource, type TokenEvents } from "oauth-clients/token";

function observeTokens(meter: Meter): void {
  const on = <Kind extends keyof TokenEvents>(kind: Kind, note: (event: TokenEvents[Kind], attributes: Attributes) => void) =>
    subscribe(`oauth-clients.token.${kind}`, (message) => {
      const event = message as TokenEvents[Kind];
      note(event, { "oauth.token.endpoint": event.endpoint, "oauth.client.id": event.clientId });
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
}

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
metrics.setGlobalMeterProvider(provider);
observeTokens(metrics.getMeter("oauth-clients"));

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
const clientAuthentication = clientSecretBasic(CLIENT_SECRET);
const tokens = createTokenSource({ tokenEndpoint: TOKEN_URL, clientId: CLIENT_ID, clientAuthentication, scopes: ["read"] });

// Ten concurrent calls, then ten sequential calls.
await Promise.allSettled(Array.from({ length: 10 }, () => tokens.get()));
for (let call = 0; call < 10; call++) await tokens.get().catch(() => undefined);

await provider.forceFlush();
for (const { descriptor, dataPoints } of exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics[0]?.metrics ?? [])) {
  for (const { value, attributes } of dataPoints) {
    const count = typeof value === "number" ? value : value.count;
    const failure = attributes["error.type"] === undefined ? "" : ` (${attributes["error.type"]})`;
    console.log(`${descriptor.name} of ${attributes["oauth.client.id"]}: ${count}${failure}`);
  }
}
await provider.shutdown();
