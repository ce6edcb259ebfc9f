// Calls an API with a token that is kept and renewed in time, as a service does.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... API_URL=... npx tsx examples/token/service.ts
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "", API_URL = "" } = process.env;

// One source for the whole service: callers who come together share one exchange.
const tokens = createTokenSource({
  tokenEndpoint: TOKEN_URL,
  clientId: CLIENT_ID,
  clientAuthentication: clientSecretBasic(CLIENT_SECRET),
  scopes: ["read"],
});

async function call(path: string, again = true): Promise<Response> {
  const token = await tokens.get();
  const response = await fetch(new URL(path, API_URL), { headers: { authorization: `Bearer ${token.value}` } });
  if (response.status !== 401 || !again) return response;
  // Revoked before its time. Naming the token keeps a late refusal from costing everybody a newer one.
  tokens.invalidate(token);
  await response.body?.cancel();
  return call(path, false);
}

const answers = await Promise.all(["/orders", "/stock", "/prices"].map((path) => call(path)));
console.log(answers.map(({ status }) => status).join(" "));
