// An auth provider for the client of the MCP TypeScript SDK, over a token source: `new StreamableHTTPClientTransport(url, { authProvider })`.
// The SDK does not read the lifetime of a token. The source does, so each request gets a valid token.
import type { TokenSource } from "oauth-clients/token";

/** The members of the SDK's `AuthProvider` that a program without users needs. */
interface AuthProvider {
  token(): Promise<string | undefined>;
  onUnauthorized(context: { readonly response: Response }): Promise<void>;
}

export function createAuthProvider(source: Pick<TokenSource, "get" | "invalidate">): AuthProvider {
  let last = "";
  return {
    async token() {
      last = (await source.get()).value;
      return last;
    },
    // The transport calls it after a 401, and then sends the request once more.
    async onUnauthorized() {
      source.invalidate(last);
    },
  };
}
