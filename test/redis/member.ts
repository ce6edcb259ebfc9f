// One process of a fleet. A message with a number starts that many concurrent calls; the reply contains their different results.
import { clientSecretBasic, createTokenSource } from "../../src/token/index.js";
import { createRedisTokenStore } from "../../src/token/redis/index.js";
import { connectors } from "./connections.js";

/** The content of the variable `FLEET_SETTINGS`. */
export interface MemberSettings {
  readonly name: string;
  readonly connector: string;
  readonly redisUrl: string;
  readonly tokenEndpoint: string;
  readonly prefix: string;
  readonly key: string;
}

/** The result of a member: the different tokens and errors of its callers. */
export interface MemberReport {
  readonly tokens: readonly string[];
  readonly errors: readonly string[];
}

// Longer than the defaults, because many processes share the machine.
const timing = { leaseMs: 5_000, timeoutMs: 10_000, waitMs: 40_000 };

const { name, connector, redisUrl, tokenEndpoint, prefix, key } = JSON.parse(
  process.env.FLEET_SETTINGS ?? "",
) as MemberSettings;
const { client } = await connectors[connector]!(redisUrl);
const source = createTokenSource(
  { tokenEndpoint, clientId: "fleet", clientAuthentication: clientSecretBasic("fleet-secret"), scopes: ["read"] },
  {
    store: createRedisTokenStore(client, { key: Buffer.from(key, "hex"), prefix, ...timing }),
    fetch: (url, init) => fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), "x-member": name } }),
  },
);

process.on("message", async (callers: number) => {
  const outcomes = await Promise.allSettled(Array.from({ length: callers }, () => source.get()));
  const tokens = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.value] : []));
  const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason)] : []));
  process.send?.({ tokens: [...new Set(tokens)], errors: [...new Set(errors)] } satisfies MemberReport);
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
