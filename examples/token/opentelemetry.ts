// Measures a token source with OpenTelemetry, and prints the metrics. A program with a tracer provider gets the spans too.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... npx tsx examples/token/opentelemetry.ts
import { metrics, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { observeTokens } from "./observe-tokens.js";

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
metrics.setGlobalMeterProvider(provider);
observeTokens(trace.getTracer("oauth-clients"), metrics.getMeter("oauth-clients"));

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
