// Adds a token to an SDK that accepts a `fetch`: here this package's manager for Ory, with an admin API behind a gateway that requires
// a token.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... ADMIN_URL=... npx tsx examples/token/sdk.ts
import { createOryManager } from "oauth-clients/ory";
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { authorizedFetch } from "oauth-clients/token/fetch";

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "", ADMIN_URL = "" } = process.env;

const tokens = createTokenSource({
  tokenEndpoint: TOKEN_URL,
  clientId: CLIENT_ID,
  clientAuthentication: clientSecretBasic(CLIENT_SECRET),
  scopes: ["read"],
});
const fetch = authorizedFetch(tokens, { origins: [new URL(ADMIN_URL).origin] });
const manager = createOryManager({ adminUrl: ADMIN_URL, fetch });

for await (const { name } of manager.list()) console.log(name);
