import type { TokenRequest } from "../../core/credentials.js";
import type { TokenSource, TokenSourceOptions } from "../types.js";

/** What `createTokenCache` takes. */
export interface TokenCacheOptions extends TokenSourceOptions {
  /**
   * The most sources that are kept. The one that was asked for longest ago goes first; whoever holds it can go on using it.
   * @default 1_000
   */
  readonly maxSources?: number;
}

/** Many sources, one for each request that differs. Logging it shows no secret. */
export interface TokenCache {
  /**
   * The source of a request: the same one for an equal request. Requests are equal when token URL, client id, client authentication
   * and further parameters are, and the sets of scopes, audiences and resources. Keep the source: `get` and `peek` of it are the fast
   * way.
   * @throws {ConfigurationError} the request cannot work; `issues` names the field
   */
  readonly source: (request: TokenRequest) => TokenSource;
  /** Forgets every source, and with them their tokens. */
  readonly clear: () => void;
}
