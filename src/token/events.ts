import type { AccessToken } from "./types.js";

/** The events on the channels `oauth-clients.token.<kind>` of `node:diagnostics_channel`, by kind. No event contains a secret. */
export interface TokenEvents {
  /** An HTTP request is sent. There is one event for each attempt. */
  readonly request: TokenEvent;
  /** A token request succeeded. */
  readonly success: TokenEvent &
    Pick<AccessToken, "scopes" | "scopeSource"> & { readonly lifetimeMs: number | undefined; readonly durationMs: number };
  /** A token request failed, after its retries. */
  readonly refusal: TokenEvent & { readonly error: unknown; readonly durationMs: number };
  /** `get` returned the cached token. */
  readonly hit: TokenEvent;
  /** A refresh starts in the background while the current token is served. */
  readonly refresh: TokenEvent;
  /** The circuit breaker opens because of the error. For `holdMs` milliseconds no token request is sent. */
  readonly breaker: TokenEvent & { readonly error: unknown; readonly holdMs: number };
}

/** The fields of every event. */
export interface TokenEvent {
  /** Host and path of the token endpoint. */
  readonly endpoint: string;
  /** OAuth's `client_id`. */
  readonly clientId: string;
}

// Not imported: browsers and some edge runtimes have neither `node:diagnostics_channel` nor `getBuiltinModule`.
const diagnostics = /* @__PURE__ */ globalThis.process?.getBuiltinModule?.("node:diagnostics_channel");

/** The diagnostics channel of one kind of event. `undefined` in a runtime without channels. */
export function channelOf(kind: keyof TokenEvents) {
  return diagnostics?.channel(`oauth-clients.token.${kind}`);
}

/** Publishes an event to the subscribers of its channel. */
export function publish<Kind extends keyof TokenEvents>(kind: Kind, event: TokenEvents[Kind]): void {
  channelOf(kind)?.publish(event);
}
