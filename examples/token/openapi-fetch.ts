// Calls an API with openapi-fetch, which types every path from an OpenAPI document. The injected fetch adds and refreshes the token.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... API_URL=... npx tsx examples/token/openapi-fetch.ts
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { authorizedFetch } from "oauth-clients/token/fetch";
import createClient from "openapi-fetch";

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "", API_URL = "" } = process.env;

// The types that openapi-typescript generates from the API's document.
interface paths {
  "/orders": {
    post: {
      requestBody: { content: { "application/json": { article: string } } };
      responses: { 201: { content: { "application/json": { id: number } } } };
    };
  };
  "/orders/{id}": {
    get: {
      parameters: { path: { id: number } };
      responses: { 200: { content: { "application/json": { article: string } } } };
    };
  };
}

const tokens = createTokenSource({
  tokenEndpoint: TOKEN_URL,
  clientId: CLIENT_ID,
  clientAuthentication: clientSecretBasic(CLIENT_SECRET),
  scopes: ["read"],
});

// The token is sent to this origin only. A request with a rejected token is sent again with a new token and the same body.
const api = createClient<paths>({ baseUrl: API_URL, fetch: authorizedFetch(tokens, { origins: [new URL(API_URL).origin] }) });

const { data: created } = await api.POST("/orders", { body: { article: "chair" } });
if (!created) throw new Error("no order was created");
const { data: order } = await api.GET("/orders/{id}", { params: { path: { id: created.id } } });
console.log(`order ${created.id}: ${order?.article}`);
