// Requests tokens through an HTTP proxy with `ProxyAgent` of the package undici.
import type { TokenFetch } from "oauth-clients/token";
import { type Dispatcher, ProxyAgent, fetch as undiciFetch } from "undici";

/** Creates the option `fetch` for requests through a proxy. `close` ends its connections. */
export function createProxyFetch(proxy: string): { readonly fetch: TokenFetch; readonly close: () => Promise<void> } {
  const dispatcher: Dispatcher = new ProxyAgent({ uri: proxy, proxyTunnel: true });
  // The `fetch` of undici and that of Node have the same contract, but separate types.
  const fetch = ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as TokenFetch;
  return { fetch, close: () => dispatcher.close() };
}
