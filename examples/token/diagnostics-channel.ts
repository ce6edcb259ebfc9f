// Counts and times the events of a token source with node:diagnostics_channel: one subscription per kind of event. Events contain no
// secret. Without a subscriber they cost no time. opentelemetry.ts uses OpenTelemetry's instruments instead of the map.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... npx tsx examples/token/diagnostics-channel.ts
import { subscribe } from "node:diagnostics_channel";
import { clientSecretBasic, createTokenSource, type TokenEvents } from "oauth-clients/token";

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;

const counters = new Map<string, number>();

function observe<Kind extends keyof TokenEvents>(kind: Kind, note: (event: TokenEvents[Kind]) => void = () => {}) {
  subscribe(`oauth-clients.token.${kind}`, (event) => {
    counters.set(kind, (counters.get(kind) ?? 0) + 1);
    note(event as TokenEvents[Kind]);
  });
}

observe("request");
observe("hit");
observe("refresh");
observe("success", ({ endpoint, lifetimeMs }) => console.log(`${endpoint}: a token for ${(lifetimeMs ?? 0) / 1_000} s`));
observe("refusal", ({ error }) => console.log(String(error)));
observe("breaker", ({ holdMs }) => console.log(`not asked again for ${holdMs / 1_000} s`));

const tokens = createTokenSource({
  tokenEndpoint: TOKEN_URL,
  clientId: CLIENT_ID,
  clientAuthentication: clientSecretBasic(CLIENT_SECRET),
  scopes: ["read"],
});

// Ten concurrent calls, then ten sequential calls.
await Promise.allSettled(Array.from({ length: 10 }, () => tokens.get()));
for (let call = 0; call < 10; call++) await tokens.get().catch(() => undefined);

console.log([...counters].map(([kind, count]) => `${kind} ${count}`).join(", "));
