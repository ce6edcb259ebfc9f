import type { TokenEvents } from "./types.js";

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
