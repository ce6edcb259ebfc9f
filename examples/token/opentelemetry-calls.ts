// Measures the calls of a manager with OpenTelemetry, and prints the metrics. A program with a tracer provider gets the spans too.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... ADMIN_URL=... npx tsx examples/token/opentelemetry-calls.ts
import { metrics, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { createOryManager } from "oauth-clients/ory";
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { authorizedFetch } from "oauth-clients/token/fetch";
import { observeCalls } from "./observe-calls.js";

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
