// Sends a message to an MCP server with an auth provider over a token source, as the transport of the MCP TypeScript SDK does.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... API_URL=... npx tsx examples/token/mcp.ts
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { createAuthProvider } from "./mcp-auth-provider.js";

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
