import type { TokenEvents } from "./types.js";

// Asked for and not imported: browsers and some edge runtimes have neither the module nor the way to ask for it.
const diagnostics = /* @__PURE__ */ globalThis.process?.getBuiltinModule?.("node:diagnostics_channel");

/** The channel of one kind of event, where the runtime has channels. */
export function channelOf(kind: keyof TokenEvents) {
  return diagnostics?.channel(`oauth-clients.token.${kind}`);
}

/** Tells whoever listens. Costs a look when nobody does. */
export function publish<Kind extends keyof TokenEvents>(kind: Kind, event: TokenEvents[Kind]): void {
  channelOf(kind)?.publish(event);
}
