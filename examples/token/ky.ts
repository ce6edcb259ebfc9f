// Calls an API with ky. The injected fetch adds the token, refreshes it, and replaces it when the API rejects it.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... API_URL=... npx tsx examples/token/ky.ts
import ky from "ky";
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { authorizedFetch } from "oauth-clients/token/fetch";

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "", API_URL = "" } = process.env;

const tokens = createTokenSource({
  tokenEndpoint: TOKEN_URL,
  clientId: CLIENT_ID,
  clientAuthentication: clientSecretBasic(CLIENT_SECRET),
  scopes: ["read"],
});

// The token is sent to this origin only, whatever links the responses contain.
const api = ky.create({ prefixUrl: API_URL, fetch: authorizedFetch(tokens, { origins: [new URL(API_URL).origin] }) });

const created = await api.post("orders", { json: { article: "chair" } }).json<{ id: number }>();
const order = await api.get(`orders/${created.id}`).json<{ article: string }>();
console.log(`order ${created.id}: ${order.article}`);
