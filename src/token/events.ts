import type { TokenEvent, TokenEvents } from "./types.js";

// Not imported: browsers and some edge runtimes have neither `node:diagnostics_channel` nor `getBuiltinModule`.
const diagnostics = /* @__PURE__ */ globalThis.process?.getBuiltinModule?.("node:diagnostics_channel");

const tokenRequests = /* @__PURE__ */ diagnostics?.tracingChannel?.("oauth-clients.token");

/** Runs a token request with the events of the tracing channel. No event contains the token. */
export function trace<T>(event: TokenEvent, request: () => Promise<T>): Promise<T> {
  if (!tokenRequests || tokenRequests.hasSubscribers === false) return request();
  let token: T;
  const traced = async () => {
    token = await request();
  };
  return tokenRequests.tracePromise(traced, { ...event }).then(() => token);
}

/** The diagnostics channel of one kind of event. `undefined` in a runtime without channels. */
export function channelOf(kind: keyof TokenEvents) {
  return diagnostics?.channel(`oauth-clients.token.${kind}`);
}

/** Publishes an event to the subscribers of its channel. */
export function publish<Kind extends keyof TokenEvents>(kind: Kind, event: TokenEvents[Kind]): void {
  channelOf(kind)?.publish(event);
}
