import { readBearer } from "../core/authorization-header.js";
import type { SimulatorDefinition } from "../core/simulator.js";
import type { Now } from "../core/time.js";
import { mediaType, refuse } from "./errors.js";
import type { TfeOperationId, TfeOrigin, TfeSimulatorOptions } from "./options.js";

/** The access of a token. */
export interface Grant {
  readonly user: string;
  /** Whether the token can manage the VCS settings of this organization. */
  readonly reaches: (organization: string) => boolean;
}

/** The middleware of the API. */
export interface Gateway {
  /** Undefined without a valid token. */
  readonly grantOf: (headers: Headers) => Grant | undefined;
  readonly middleware: NonNullable<SimulatorDefinition<TfeOperationId, TfeOrigin>["middleware"]>;
}

type GatewaySettings = Pick<TfeSimulatorOptions, "tokens" | "versions" | "rateLimit" | "errorShape">;

const hosted = { "TFP-API-Version": "2.6", "TFP-AppName": "HCP Terraform" };

/**
 * Creates the gateway: it counts requests, checks the token and the media type of writes, and sets the version fields. The vendor's order of
 * these checks is not documented.
 */
export function createGateway(settings: GatewaySettings, now: Now): Gateway {
  const { tokens, versions = hosted, errorShape = "objects" } = settings;
  const grantOf = createGrants(tokens);
  const count = createCounter(settings.rateLimit, now);
  return {
    grantOf,
    async middleware(call, operationId, next) {
      // Discovery is not part of the API.
      if (!call.url.pathname.startsWith("/api/v2/")) return next();
      const grant = grantOf(call.headers);
      const { admitted, fields } = count(grant?.user ?? "", operationId === "deleteOauthToken");
      const refused = (status: number, detail: string) => refuse(status, [{ detail }], errorShape);
      let response: Response;
      if (!admitted) response = refused(429, "You have exceeded the API's rate limit.");
      else if (!grant) response = refused(401, "The token is missing or not valid.");
      else if (!hasMediaType(call)) response = refused(415, `The Content-Type has to be ${mediaType}.`);
      else response = await next();
      for (const [name, value] of fields) response.headers.set(name, value);
      for (const [name, value] of Object.entries(versions)) {
        if (name === "TFP-API-Version" || operationId === "ping") response.headers.set(name, value);
      }
      return response;
    },
  };
}

/** A write without content needs the media type as well. */
function hasMediaType({ method, headers }: { readonly method: string; readonly headers: Headers }): boolean {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return !["POST", "PATCH", "PUT", "DELETE"].includes(method) || type.trim().toLowerCase() === mediaType;
}

function createGrants(tokens: TfeSimulatorOptions["tokens"]): Gateway["grantOf"] {
  const grants = new Map<string, Grant>(
    tokens?.map(({ token, user, organizations }) => [
      token,
      { user: user ?? `owner of ${token}`, reaches: (name: string) => organizations?.includes(name) ?? true },
    ]),
  );
  return (headers) => {
    const token = readBearer(headers.get("authorization"));
    if (token === undefined) return undefined;
    return tokens === undefined ? { user: token, reaches: () => true } : grants.get(token);
  };
}

/** A rate limit window. It starts with the first counted request. */
interface Window {
  readonly startMs: number;
  readonly used: number;
}

type Counter = (
  user: string,
  deletesToken: boolean,
) => { readonly admitted: boolean; readonly fields: readonly (readonly [string, string])[] };

/** The shared limiter has whole seconds. This vendor has fractions. */
function createCounter(rateLimit: TfeSimulatorOptions["rateLimit"], now: Now): Counter {
  if (!rateLimit) return () => ({ admitted: true, fields: [] });
  const { perSecond = 30, tokenDeletionsPerMinute = 10 } = rateLimit;
  const windows = new Map<string, Window>();
  return (user, deletesToken) => {
    const nowMs = now();
    const rules = [
      { key: `second ${user}`, limit: perSecond, lengthMs: 1000 },
      ...(deletesToken ? [{ key: `minute ${user}`, limit: tokenDeletionsPerMinute, lengthMs: 60_000 }] : []),
    ].map((rule) => {
      const window = windows.get(rule.key);
      const open = window && nowMs - window.startMs < rule.lengthMs ? window : { startMs: nowMs, used: 0 };
      return { ...rule, ...open, exhausted: open.used >= rule.limit };
    });
    const admitted = rules.every(({ exhausted }) => !exhausted);
    if (admitted) for (const { key, startMs, used } of rules) windows.set(key, { startMs, used: used + 1 });
    const reported = rules.findLast(({ exhausted }) => exhausted) ?? rules[0];
    if (!reported) return { admitted, fields: [] };
    const { limit, used, startMs, lengthMs } = reported;
    return {
      admitted,
      fields: [
        ["x-ratelimit-limit", String(perSecond)],
        ["x-ratelimit-remaining", String(Math.max(0, limit - used - (admitted ? 1 : 0)))],
        ["x-ratelimit-reset", ((startMs + lengthMs - nowMs) / 1000).toFixed(3)],
      ],
    };
  };
}
