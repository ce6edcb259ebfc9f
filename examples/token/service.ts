// Calls an API from a service, with a token that is cached and refreshed before it expires.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... API_URL=... npx tsx examples/token/service.ts
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "", API_URL = "" } = process.env;

// One source for the whole service: concurrent callers share one token request.
const tokens = createTokenSource({
  tokenEndpoint: TOKEN_URL,
  clientId: CLIENT_ID,
  clientAuthentication: clientSecretBasic(CLIENT_SECRET),
  scopes: ["read"],
});

async function call(path: string, mayRetry = true): Promise<Response> {
  const token = await tokens.get();
  const response = await fetch(new URL(path, API_URL), { headers: { authorization: `Bearer ${token.value}` } });
  if (response.status !== 401 || !mayRetry) return response;
  // The token was revoked early. `invalidate(token)` drops only this token, not a newer one.
  tokens.invalidate(token);
  await response.body?.cancel();
  return call(path, false);
}

const responses = await Promise.all(["/orders", "/stock", "/prices"].map((path) => call(path)));
console.log(responses.map(({ status }) => status).join(" "));
