// An auth provider for the client of the MCP TypeScript SDK, over a token source: `new StreamableHTTPClientTransport(url, { authProvider })`.
// The SDK does not read the lifetime of a token. The source does, so each request gets a valid token.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... API_URL=... npx tsx examples/token/mcp.ts
import { clientSecretBasic, createTokenSource, type TokenSource } from "oauth-clients/token";

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

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "", API_URL = "" } = process.env;
const clientAuthentication = clientSecretBasic(CLIENT_SECRET);
const source = createTokenSource({ tokenEndpoint: TOKEN_URL, clientId: CLIENT_ID, clientAuthentication });
const authProvider = createAuthProvider(source);

// What the transport of the SDK does with the provider.
async function send(message: object): Promise<Response> {
  const post = async () =>
    fetch(`${API_URL}/mcp`, {
      method: "POST",
      headers: { authorization: `Bearer ${await authProvider.token()}`, "content-type": "application/json" },
      body: JSON.stringify(message),
    });
  const response = await post();
  if (response.status !== 401) return response;
  await authProvider.onUnauthorized({ response });
  return post();
}

console.log((await send({ jsonrpc: "2.0", id: 1, method: "ping" })).status);
